"""Homes on one network, and on three of which one can't be read: each command from `init` to `erase`, end to end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from click.testing import Result
from typer import Typer
from typer.testing import CliRunner

from emulator.elsewhere.world import build_elsewhere
from emulator.script.cast import LICHTUNG
from emulator.world import build_world
from operations import doctor, status
from operations.cli import erasing, extracting, running, watching
from operations.networks_failed import NetworksFailed
from rapport.config import Settings, load_settings
from rapport.networks import BLUESKY, MASTODON, X
from tests import clock
from tests.clock import UNTIL
from tests.extractors.emulated import emulating

WINDOW = ("--from", f"{UNTIL - timedelta(weeks=12):%Y-%m-%d}", "--to", f"{UNTIL:%Y-%m-%d}")
ON_BLUESKY, ON_MASTODON, ON_X = (
    ("--bluesky", "@lichtung.test"),
    ("--mastodon", "lichtung@wald.test"),
    ("--x", f"@{LICHTUNG.accounts[0]}"),
)
# The clock of these tests stands still, so a limit that is reached would never end.
LIMITS = {MASTODON.name: 10_000}
SOMEBODY = {BLUESKY.name: "bluesky:@rita.sky.test", MASTODON.name: "mastodon:@adeyemi@uni.test"}


@dataclass(frozen=True)
class Home:
    """A home that `rapport init` has made, and what `rapport run` came to in it."""

    settings: Settings
    networks: tuple[str, ...]
    invoke: Callable[..., Result]
    said_by_init: str
    run: Result


def _home(folder: Path, accounts: tuple[tuple[str, str], ...], patch: pytest.MonkeyPatch) -> Home:
    patch.setenv("RAPPORT_HOME", str(folder))
    for module in (running, extracting, erasing, watching):
        patch.setattr(module, "load_settings", lambda: replace(load_settings(), now=clock.now))

    def invoke(app: Typer, *arguments: str) -> Result:
        return CliRunner().invoke(app, arguments)

    init = invoke(running.app, "init", *(word for account in accounts for word in account))
    assert init.exit_code == 0, init.output
    settings = replace(load_settings(), now=clock.now)
    names = tuple(option.removeprefix("--") for option, _ in accounts)
    return Home(settings, names, invoke, init.output, invoke(running.app, "run", *WINDOW))


@pytest.fixture(scope="module")
def network() -> Iterator[None]:
    """The three networks; nobody here has a key to X."""
    world = build_world(UNTIL.date())
    with (
        emulating(world, limits=LIMITS, elsewhere=build_elsewhere(world)) as served,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name in ("RAPPORT_X_BASE_URL", "RAPPORT_BLUESKY_BASE_URL", "RAPPORT_BLUESKY_PDS_URL"):
            patch.setenv(name, served.url)
        patch.setenv("RAPPORT_MASTODON_BASE_URL", f"{served.url}/mastodon/{{host}}")
        for name in ("X_BEARER_TOKEN", "X_USER_TOKEN", "BLUESKY_APP_PASSWORDS", "MASTODON_TOKENS"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(
    scope="module", params=[(ON_BLUESKY,), (ON_MASTODON,), (ON_X, ON_BLUESKY, ON_MASTODON)], ids=len
)
def built(
    request: pytest.FixtureRequest, network: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Home]:
    with pytest.MonkeyPatch.context() as patch:
        yield _home(tmp_path_factory.mktemp("home"), request.param, patch)


def test_what_came_is_published_and_what_failed_is_named(built: Home) -> None:
    settings = built.settings
    assert (settings.reports_dir / "index.html").exists(), built.run.output
    with duckdb.connect(str(settings.published_path), read_only=True) as connection:
        networks = connection.execute("select distinct network from marts.posts order by 1").fetchall()
        [(talks,)] = connection.execute(
            "select count(*) from reports.rpt_conversations where is_real"
        ).fetchall()
    assert [name for (name,) in networks] == [name for name in built.networks if name != X.name]
    assert talks > 0
    if X.name not in built.networks:
        assert built.run.exit_code == 0 and "costs nothing" in built.said_by_init
        assert "X_BEARER_TOKEN" not in built.said_by_init
        return
    failed = built.run.exception
    assert isinstance(failed, NetworksFailed) and failed.exit_code == 3
    assert str(failed).splitlines() == [
        "X could not be fetched; what Bluesky and Mastodon showed is kept",
        "X: there is no bearer token for X",
        "  What to do: set X_BEARER_TOKEN in the environment (see .env.example)",
    ]
    assert "set X_BEARER_TOKEN" in built.said_by_init


def test_the_other_commands_know_which_networks_there_are(built: Home) -> None:
    found = status.read_status(built.settings)
    free = tuple(network.label for network in (BLUESKY, MASTODON) if network.name in built.networks)
    [budget] = found.budgets
    assert (budget.free_networks, budget.is_free) == (free, X.name not in built.networks)
    assert not found.obstacles and found.exit_code(36) == 0
    [data] = found.clients
    assert data.unasked == ((X.label,) if X.name in built.networks else ())
    told = built.invoke(watching.app, "status")
    assert ("nothing was fetched from X yet" in told.output) == (X.name in built.networks)
    findings = list(doctor.examine(built.settings))
    subjects = {finding.subject: finding.state for finding in findings}
    assert all(subjects[label] == "ok" for label in free)
    mentions = {
        finding.subject: finding.seen for finding in findings if finding.subject.endswith(" mentions")
    }
    assert [label for label in free if f"`{label.lower()}_api`" in mentions[f"{label} mentions"]] == list(
        free
    )
    assert subjects.get("X token") == ("warning" if X.name in built.networks else None)

    planned = built.invoke(extracting.app, "plan", *WINDOW)
    assert planned.exit_code == 0 and all(f"{label} costs nothing" in planned.output for label in free)
    assert (", X: no budget is set" in planned.output) == (X.name in built.networks)
    reconciled = built.invoke(extracting.app, "reconcile")
    if X.name not in built.networks:
        assert reconciled.exit_code == 0 and "no account on X" in reconciled.output


def test_a_poll_brings_what_is_due_and_then_nothing(built: Home) -> None:
    first, again = (built.invoke(extracting.app, "poll") for _ in range(2))
    assert first.exit_code == 0 and "posts, finished" in first.output
    assert again.exit_code == 0 and again.output == "No conversation is due: nothing was asked for.\n"


def test_an_erasure_reaches_what_is_published(built: Home) -> None:
    for network in (name for name in built.networks if name != X.name):
        handle = SOMEBODY[network].partition("@")[2]

        def known(handle: str = handle) -> int:
            with duckdb.connect(str(built.settings.published_path), read_only=True) as connection:
                [(count,)] = connection.execute(
                    "select count(*) from marts.accounts where handle = ? and account_id is not null",
                    [handle],
                ).fetchall()
            return int(count)

        assert known() == 1
        done = built.invoke(erasing.app, "--account", SOMEBODY[network], "--no-build")
        assert done.exit_code == 0 and "1 accounts" in done.output, done.output
        assert known() == 0


def test_a_home_where_every_network_fails_goes_no_further(network: None, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAPPORT_BLUESKY_BASE_URL", "http://127.0.0.1:9")
        home = _home(tmp_path, (ON_X, ON_BLUESKY), patch)
    failed = home.run.exception
    assert isinstance(failed, NetworksFailed) and failed.exit_code == 3 and not failed.came
    assert failed.message == "X and Bluesky could not be fetched"
    assert not home.settings.warehouse_path.exists()
