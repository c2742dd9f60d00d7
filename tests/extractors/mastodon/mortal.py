"""A run and a load in a process of its own, which is killed from outside. Run as a script by test_kill.py.

Arguments: home, address of the servers, and what dies: "" or the number of the landing file in whose middle to die.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from extractors.fetching import steps
from extractors.mastodon import fetchers, streams
from extractors.raw import raw_store
from rapport.config import Config, Settings
from rapport.networks import MASTODON
from rapport.window import Window
from tests.clock import UNTIL, Clock
from tests.extractors.mastodon.conftest import CLIENT
from tests.mastodon_world import OUR_TOKEN, START, US

NETWORK, RUN, WINDOW = MASTODON.name, "run-1", Window(START, UNTIL)


def settings_of(home: Path, url: str) -> Settings:
    return Settings(
        home=home,
        config_path=home / "rapport.toml",
        config=Config.model_validate({"clients": [CLIENT]}),
        state_url=f"sqlite:///{home / 'state.sqlite'}",
        x_base_url="http://127.0.0.1:9",
        x_bearer_token=None,
        mastodon_base_url=f"{url}/mastodon/{{host}}",
        mastodon_tokens={US: SecretStr(OUR_TOKEN)},
        now=Clock(),
    )


def work(settings: Settings) -> None:
    """The three waves, one after the other, and one load."""
    for plan in (
        lambda: steps.plan_accounts(NETWORK, settings, run_id=RUN),
        lambda: steps.plan_threads(NETWORK, settings, WINDOW, RUN),
        lambda: steps.plan_missing(NETWORK, settings, WINDOW, RUN),
    ):
        for spec in plan():
            steps.fetch(NETWORK, settings, spec, WINDOW, RUN, lambda message: None)
    raw_store.load(settings, lambda message: None)


def die_in_mid_write(at: int) -> None:
    """Of the `at`-th landing file half of the bytes are written, to its temporary name."""
    count = [0]
    real = Path.open

    def opened(path: Path, mode: str = "r", *args: Any, **more: Any) -> Any:
        file = real(path, mode, *args, **more)
        if path.name.endswith(".tmp") and "w" in mode:
            count[0] += 1
            if count[0] == at:
                file.write(b"half")
                file.flush()
                os.kill(os.getpid(), signal.SIGKILL)
        return file

    Path.open = opened  # type: ignore[assignment,method-assign]


def main(home: str, url: str, at: str) -> None:
    fetchers._sleep = lambda seconds: None  # the servers' clock goes on by itself
    for stream in streams.ALL:  # small pages: more boundaries to die at
        if stream.page_sizes:
            object.__setattr__(stream, "page_sizes", (1, 3))
    if at:
        die_in_mid_write(int(at))
    work(settings_of(Path(home), url))


if __name__ == "__main__":
    main(*sys.argv[1:])
