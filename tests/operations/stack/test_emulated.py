"""That the one emulator stands in for all networks, with the addresses and secrets that a stack hands out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from emulator.demo import demo_config
from emulator.elsewhere.world import build_elsewhere
from emulator.world import build_world
from operations.cli import extracting
from operations.doctor import examine
from operations.stack import emulated
from operations.status import read_status
from rapport.config import Settings, load_settings
from rapport.networks import BLUESKY, MASTODON
from tests import clock
from tests.clock import UNTIL
from tests.extractors.emulated import Emulated, emulating
from tests.extractors.server import TOKEN

pytestmark = pytest.mark.clock
ELSEWHERE = (BLUESKY, MASTODON)
YESTERDAY = f"{(UNTIL - timedelta(days=1)).date()}"


@pytest.fixture(scope="module")
def network() -> Iterator[Emulated]:
    world = build_world(UNTIL.date())
    with emulating(world, elsewhere=build_elsewhere(world)) as served:
        yield served


@pytest.fixture
def settings(tmp_path: Path, network: Emulated, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home of the invented world on all networks, as the parts of a stack see it."""
    networks = ("x", *(one.name for one in ELSEWHERE))
    (tmp_path / "rapport.toml").write_text(demo_config(UNTIL.date(), networks), encoding="utf-8")
    monkeypatch.setenv("RAPPORT_HOME", str(tmp_path))
    for name, value in emulated.variables(load_settings().config, network.url, TOKEN).items():
        monkeypatch.setenv(name, value)
    return replace(load_settings(), now=clock.now)


def test_every_network_answers_and_takes_the_secrets_of_our_accounts(settings: Settings) -> None:
    found = {finding.subject: finding for finding in examine(settings)}
    assert [finding for finding in found.values() if finding.state == "error"] == []
    assert found["X token"].state == found["Bluesky"].state == found["Mastodon"].state == "ok"
    assert found["Bluesky, app password of lichtung.test"].seen == "is taken, so its mentions are seen"
    assert any(name.startswith("Mastodon, access token of ") for name in found)
    assert "Bluesky mentions" not in found, "all of ours have one"


def test_a_secret_that_is_refused_is_said_without_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLUESKY_APP_PASSWORDS", "lichtung.test=abcd-wrong")
    monkeypatch.setenv("MASTODON_TOKENS", "lichtung@wald.test=wrong-token")
    found = {finding.subject: finding for finding in examine(replace(load_settings(), now=clock.now))}
    refused = (
        found["Bluesky, app password of lichtung.test"],
        found["Mastodon, access token of lichtung@wald.test"],
    )
    assert [finding.state for finding in refused] == ["error", "error"]
    assert found["Bluesky"].state == "ok"
    assert "BLUESKY_APP_PASSWORDS" in refused[0].remedy and "MASTODON_TOKENS" in refused[1].remedy
    assert "wrong" not in repr(found).replace("may be wrong", "")


def test_settings_say_the_same_as_the_environment(settings: Settings, network: Emulated) -> None:
    asked = emulated.fields(settings.config, network.url, TOKEN)
    for of_network in asked.values():
        assert {name: getattr(settings, name) for name in of_network} == of_network
    assert set(asked) == set(settings.config.networks)


def test_status_says_where_each_network_is_asked(settings: Settings, network: Emulated) -> None:
    facts = read_status(settings).facts
    assert facts["X API"] == f"{network.url} (with a bearer token)"
    assert facts["Bluesky API"].startswith(f"{network.url} (needs no key; ")
    assert facts["Mastodon API"].startswith(f"{network.url}/mastodon/{{host}} (needs no key; ")


def test_a_home_on_bluesky_alone_needs_no_key_and_pays_nothing(
    settings: Settings, network: Emulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("X_BEARER_TOKEN", "BLUESKY_APP_PASSWORDS", "MASTODON_TOKENS"):
        monkeypatch.delenv(name)
    config = '[[clients]]\nid = "lichtung"\nname = "Lichtung"\naccounts = ["bluesky:@lichtung.test"]\n'
    settings.config_path.write_text(config, encoding="utf-8")
    monkeypatch.setattr(extracting, "load_settings", lambda: replace(load_settings(), now=clock.now))
    alone = extracting.load_settings()
    before = len(network.requests)
    found = {finding.subject: finding for finding in examine(alone)}
    assert found["Bluesky"].state == "ok" and "X token" not in found
    assert "there is no app password in BLUESKY_APP_PASSWORDS" in found["Bluesky mentions"].seen

    def said(*arguments: str) -> str:
        done = CliRunner().invoke(extracting.app, [*arguments], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    assert "Bluesky costs nothing" in said("plan")
    assert "which cost nothing" in said("fetch", "--from", YESTERDAY)
    assert "1 windows of the last 4 weeks" in said("plan"), "what it took is known now"
    assert "names no account on X" in said("reconcile")
    assert {path.split("/")[1] for path, _ in network.requests[before:]} == {"xrpc"}
    facts = read_status(alone).facts
    assert "X API" not in facts and "(needs no key; 0 app passwords)" in facts["Bluesky API"]
    [spending] = read_status(alone).budgets
    assert spending.is_free and spending.free_networks == ("Bluesky",)
