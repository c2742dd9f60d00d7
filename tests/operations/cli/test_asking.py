"""What fails for one client keeps nothing from the others: `rapport fetch` and `poll` with wrong secrets, over HTTP."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from emulator.elsewhere.world import build_elsewhere
from emulator.world import build_world
from extractors.errors import AccountUnknown
from extractors.landing import landing_files
from operations.cli import extracting
from operations.networks_failed import NetworksFailed
from operations.stack import emulated
from rapport.config import Config, Settings
from rapport.networks import MASTODON
from rapport.window import Window
from tests import clock
from tests.clock import UNTIL
from tests.extractors.emulated import emulating
from tests.extractors.server import TOKEN

WINDOW = Window(UNTIL - timedelta(weeks=6), UNTIL - timedelta(weeks=3))
US = {
    "id": "lichtung", "name": "Lichtung",
    "accounts": ["bluesky:@lichtung.test", "mastodon:@lichtung@wald.test"],
}  # fmt: skip
OTHERS = {
    "id": "forge", "name": "Forge",
    "accounts": ["bluesky:@rita.sky.test", "mastodon:@adeyemi@uni.test"],
}  # fmt: skip
WRONG = "this-is-wrong"
Home = Callable[..., Settings]


@pytest.fixture(scope="module")
def hosts_down() -> set[str]:
    return set()


@pytest.fixture
def down(hosts_down: set[str]) -> Iterator[set[str]]:
    """Hosts whose server answers no more."""
    yield hosts_down
    hosts_down.clear()


@pytest.fixture(scope="module")
def address(hosts_down: set[str]) -> Iterator[str]:
    def answer(path: str) -> None:
        if any(f"/{host}/" in path for host in hosts_down):
            raise ConnectionAbortedError

    world = build_world(UNTIL.date())
    with emulating(
        world, limits={MASTODON.name: 100_000}, elsewhere=build_elsewhere(world), before=answer
    ) as served:
        yield served.url


@pytest.fixture
def home(address: str, tmp_path: Path) -> Home:
    def make(
        name: str, passwords: dict[str, str], tokens: dict[str, str], *clients: dict[str, Any]
    ) -> Settings:
        folder = tmp_path / name
        config = Config.model_validate({"clients": [*(clients or (US, OTHERS))]})
        state_url = f"sqlite:///{folder / 'state.sqlite'}"
        settings = Settings(folder, folder / "rapport.toml", config, state_url, address, None, now=clock.now)
        for fields in emulated.fields(settings.config, address, TOKEN).values():
            settings = replace(settings, **fields)
        return replace(
            settings,
            bluesky_app_passwords={handle: SecretStr(secret) for handle, secret in passwords.items()},
            mastodon_tokens={account: SecretStr(secret) for account, secret in tokens.items()},
        )

    return make


def landed(settings: Settings) -> set[tuple[str, str, str]]:
    """(client, stream, what was asked for) of all pages."""
    pages = (
        landing_files.read(settings.landing_dir, key) for key in landing_files.keys(settings.landing_dir)
    )
    return {(page.envelope["client_id"], page.envelope["stream"], page.envelope["target"]) for page in pages}


def test_wrong_secrets_cost_only_what_they_are_for(home: Home) -> None:
    """What needs no secret comes as if there were none, of this client and of the other; the rest is named."""
    settings = home("wrong", {"lichtung.test": WRONG}, {"lichtung@wald.test": WRONG})
    with pytest.raises(NetworksFailed) as failed:
        extracting.fetch_window(settings, WINDOW, None, again=False)
    problem = failed.value
    assert problem.exit_code == 3 and {*problem.came} == {"bluesky", "mastodon"}
    assert {"Bluesky's mentions of lichtung", "Mastodon's mentions of lichtung"} <= problem.failures.keys()
    assert "BLUESKY_APP_PASSWORDS" in str(problem) and "MASTODON_TOKENS" in str(problem)
    assert WRONG not in str(problem)
    without = home("without", {}, {})
    extracting.fetch_window(without, WINDOW, None, again=False)
    assert landed(settings) == landed(without)
    assert {client for client, _, _ in landed(settings)} == {"lichtung", "forge"}
    assert {"own_posts", "conversations"} < {stream for _, stream, _ in landed(settings)}


def test_of_two_accounts_each_has_a_secret_of_its_own(home: Home) -> None:
    both = {**US, "accounts": [*US["accounts"], *OTHERS["accounts"]]}
    wrong = {"lichtung.test": WRONG}, {"lichtung@wald.test": WRONG}
    settings = home("both", *wrong, both)
    right = emulated.fields(settings.config, settings.x_base_url, TOKEN)
    settings = replace(
        settings,
        bluesky_app_passwords=right["bluesky"]["bluesky_app_passwords"] | settings.bluesky_app_passwords,
        mastodon_tokens=right["mastodon"]["mastodon_tokens"] | settings.mastodon_tokens,
    )
    with pytest.raises(NetworksFailed, match="mentions of lichtung"):
        extracting.fetch_window(settings, WINDOW, None, again=False)
    notified = {target for _, stream, target in landed(settings) if stream == "mentions"}
    [did] = {target for target in notified if target.startswith("did:")}
    assert notified == {"adeyemi@uni.test", did}


def test_a_poll_of_a_server_that_is_down_leaves_the_others(
    home: Home, down: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    them = {"id": "them", "name": "Them", "accounts": ["mastodon:@kupferhof@handwerk.test"]}
    settings = home("polled", {}, {}, {**US, "accounts": ["mastodon:@lichtung@wald.test"]}, them)
    extracting.fetch_window(settings, Window(UNTIL - timedelta(weeks=1), UNTIL), None, again=False)
    later = replace(settings, now=lambda: clock.now() + timedelta(days=2))
    monkeypatch.setattr(extracting, "load_settings", lambda: later)
    down.add("wald.test")
    done = CliRunner().invoke(extracting.app, ["poll"])
    assert isinstance(done.exception, NetworksFailed) and done.exception.exit_code == 3
    assert [*done.exception.failures] == ["Mastodon's poll of lichtung"]
    assert re.search(r"^them: \d+ posts, finished", done.output, re.M)


def test_a_client_without_an_account_leaves_the_others_and_goes_no_further(home: Home) -> None:
    nobody = {"id": "nobody", "name": "Nobody", "accounts": ["mastodon:@nobody@wald.test"]}
    settings = home("nobody", {}, {}, nobody, OTHERS)
    with pytest.raises(NetworksFailed, match="Mastodon's accounts of nobody could not be fetched") as failed:
        extracting.fetch_window(settings, WINDOW, None, again=False)
    assert isinstance(failed.value.failures["Mastodon's accounts of nobody"], AccountUnknown)
    assert {client for client, _, _ in landed(settings)} == {"forge"}
    alone = home("alone", {}, {}, nobody)
    with pytest.raises(AccountUnknown):  # nothing came for anybody
        extracting.fetch_window(alone, WINDOW, None, again=False)
