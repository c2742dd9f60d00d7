"""All that a network's package is, for the invented network Y: its own words, its own paths, pages by a cursor.

Run as a script, it fetches a spec and dies where it is told: {"home", "url", "spec", "window", "die"}. "asking": when
the second page would be asked for; "landed": when the second page is on disk and the cursor has not moved past it.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

from extractors import errors
from extractors.fetching import dialect, fetchers, registry, retrying, steps
from extractors.fetching.dialect import Answer, Progress, Reading, reading_of
from extractors.fetching.registry import Extractor
from extractors.fetching.streams import Stream, Target
from extractors.state.store import State
from extractors.translation import Translated
from rapport.config import Config, Settings
from rapport.config_clients import Budget
from rapport.networks import NETWORKS
from rapport.window import Window
from tests import clock
from tests.invented_network import Y

STREAMS = (
    Stream("profiles", "/whois", "whois", "user", wave=1),
    Stream("own_posts", "/feed/:id", "feed", "post", token_parameter="cursor", wave=1, each="account"),
    Stream("conversations", "/thread/:id", "thread", "post", wave=2),
    Stream("missing", "/things", "things", "post", wave=3),
)
CLIENTS = [{"id": "lab", "name": "The Lab", "accounts": ["y:@lab"]}]
RUN = "run"


def translated(envelope: Mapping[str, Any], body: dict[str, Any]) -> Iterator[Translated]:
    """Y's words in raw's: a thing has `key`, `by`, `when`, `words`, `about` (what it answers) and `top`."""
    for position, thing in enumerate(body.get("things", [])):
        common = {
            "id": thing["key"],
            "author_id": thing["by"],
            "created_at": thing["when"],
            "text": thing["words"],
            "conversation_id": thing["top"],
            "referenced_tweets": [{"type": "replied_to", "id": thing["about"]}] if thing["about"] else [],
        }
        yield Translated("post", "data", position, common, thing)
    for position, person in enumerate(body.get("people", [])):
        yield Translated("user", "data", position, {"id": person["pid"], "username": person["nick"]}, person)
    for position, key in enumerate(body.get("gone", [])):
        common = {"resource_type": "post", "resource_id": key, "title": "Gone"}
        yield Translated("error", "data", position, common, key)


class Dialect(dialect.Dialect):
    """Y's."""

    network = Y
    streams = {stream.name: stream for stream in STREAMS}  # noqa: RUF012

    def profile_targets(
        self, handles: list[str], account_ids: list[str], budget: Budget | None
    ) -> list[Target]:
        return [Target(f"who {name}", parameters=(("name", name),)) for name in handles + account_ids]

    def post_targets(self, post_ids: list[str], budget: Budget | None) -> list[Target]:
        keys = ",".join(post_ids)
        return [Target(keys, parameters=(("keys", keys),))]

    def read(self, envelope: Mapping[str, Any], body: dict[str, Any]) -> Reading:
        found = translated(envelope, body)
        return reading_of(found, envelope["data_kind"], next_token=body.get("more"))


DIALECT = Dialect()


class Client:
    """The way to Y, by the standard library."""

    url = ""  # where Y is served
    dies_when_asked_for: str | None = None
    dialect = DIALECT

    def __init__(self, settings: Settings, on_progress: Progress) -> None:
        self._now = settings.now
        self._on_progress = on_progress

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is kept open."""

    def page(self, stream: Stream, target: Target, parameters: dict[str, Any]) -> Answer:
        if parameters.get("cursor") and parameters["cursor"] == self.dies_when_asked_for:
            os.kill(os.getpid(), signal.SIGKILL)
        path = stream.endpoint.replace(":id", target.path_id or "")
        return retrying.patiently(
            lambda: self._once(path, parameters), Y.label, self._on_progress, lambda seconds: None
        )

    def _once(self, path: str, parameters: dict[str, Any]) -> Answer:
        asked_at = self._now()
        try:
            with urlopen(f"{self.url}{path}?{urlencode(parameters)}", timeout=30) as response:  # noqa: S310
                body, status = response.read(), response.status
        except HTTPError as problem:
            raise errors.NetworkTrouble(f"Y answered {problem.code}", "run again", problem.code) from None
        return Answer(path, parameters, status, {}, body, json.loads(body), asked_at, self._now())


EXTRACTOR = Extractor(DIALECT, Client, fetchers.of_streams(DIALECT))


def introduce() -> None:
    """Makes Y known in this process."""
    NETWORKS[Y.name] = Y
    registry.MODULES[Y.name] = __name__


def settings_in(home: Path) -> Settings:
    return Settings(
        home=home,
        config_path=home / "rapport.toml",
        config=Config.model_validate({"clients": CLIENTS}),
        state_url=f"sqlite:///{home / 'state.sqlite'}",
        x_base_url="http://127.0.0.1:9",
        x_bearer_token=None,
        now=clock.now,
    )


def main() -> None:
    order = json.loads(sys.argv[1])
    NETWORKS[Y.name], registry.MODULES[Y.name] = Y, __spec__.name  # type: ignore[name-defined]
    from tests.extractors.fetching import invented  # what the registry will import, not __main__

    invented.Client.url = order["url"]
    if order["die"] == "asking":
        invented.Client.dies_when_asked_for = "2"
    elif order["die"] == "landed":
        advance, count = State.advance, iter(range(1, 100))

        def die_at_the_second(state: State, *arguments: Any) -> None:
            if next(count) == 2:
                os.kill(os.getpid(), signal.SIGKILL)
            advance(state, *arguments)

        State.advance = die_at_the_second  # type: ignore[method-assign]
    settings = settings_in(Path(order["home"]))
    steps.fetch(Y.name, settings, order["spec"], Window.parse(*order["window"]), RUN, lambda message: None)
    assert "tweepy" not in sys.modules
    print("finished")


if __name__ == "__main__":
    main()
