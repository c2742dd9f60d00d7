"""`rapport try` as a newcomer meets it: nothing is set up, and the invented Bluesky answers over HTTP."""

import os
import re
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

from emulator.elsewhere.cast import ON_BLUESKY
from emulator.elsewhere.model import Elsewhere
from emulator.elsewhere.truth import on_network
from emulator.elsewhere.world import build_elsewhere
from emulator.model import World
from emulator.truth import truth_of
from emulator.world import build_world
from extractors import errors
from operations.cli import main, running, trying
from rapport.config import Settings, load_settings
from rapport.errors import ConfigError
from rapport.networks import BLUESKY, qualified
from tests.clock import NOW, UNTIL, Clock
from tests.extractors.bluesky.shapes import author, did
from tests.extractors.emulated import Emulated, emulating
from tests.extractors.server import TOKEN, Reply, ScriptedX, scripted_x
from tests.operations.cli.command import bare_environment

US = "lichtung.test"
THREADS = "/xrpc/app.bsky.feed.getPostThread"


@dataclass
class Invented:
    """The world, and what is said on Bluesky in it."""

    world: World
    elsewhere: Elsewhere


@pytest.fixture(scope="module")
def invented() -> Invented:
    world = build_world(UNTIL.date())
    return Invented(world, build_elsewhere(world))


@pytest.fixture(scope="module")
def network(invented: Invented) -> Iterator[Emulated]:
    with emulating(invented.world, elsewhere=invented.elsewhere) as served:
        yield served


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rapport(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Callable[..., Result]:
    """Runs a command in an empty folder, with nothing in the environment but where the network is asked."""
    for variable in os.environ.keys() - bare_environment().keys():
        monkeypatch.delenv(variable)
    monkeypatch.chdir(tmp_path)

    def with_test_clock(*given: Any) -> Settings:
        return replace(load_settings(*given), now=clock)

    for module in (trying, running):
        monkeypatch.setattr(module, "load_settings", with_test_clock)

    def run(*arguments: str, at: str | None = None, **variables: str) -> Result:
        if at is not None:
            variables["RAPPORT_BLUESKY_BASE_URL"] = at
        return CliRunner(env=variables).invoke(main.app, [*arguments])

    return run


def rows(home: Path, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "published" / "engagement.duckdb"), read_only=True) as connection:
        return connection.execute(query, list(parameters)).fetchall()


@pytest.mark.slow
def test_from_nothing_to_a_report_and_on_from_there(
    rapport: Callable[..., Result], network: Emulated, tmp_path: Path, clock: Clock, invented: Invented
) -> None:
    network.requests.clear()
    done = rapport("try", "--bluesky", f"@{US}", at=network.url)
    assert done.exit_code == 0, done.output
    home = tmp_path / "rapport-try" / US

    # what it says: the world's regular is somebody to talk with, and what nobody could see is named
    said = " ".join(done.output.split())
    assert "Lichtung Institute, as of 02 November 2026" in said
    assert "You really talk with" in said, done.output
    assert "how many replies Bluesky counts in our conversations is not known" in said
    assert "Bluesky tells that to nobody but the account itself, by an app password" in said
    assert f"{len(network.requests)} requests made" in said
    report = home / "published" / "reports" / "index.html"
    assert report.as_uri() in done.output and report.exists()
    assert f"export RAPPORT_HOME={home}" in done.output

    # it is for this user alone, and asked for nobody else's mentions
    # dbt's own files are made by a process of the tests that is older than the command (tests/support/warm_server.py)
    files = [path for path in home.rglob("*") if "dbt" not in path.relative_to(home).parts]
    assert {path.name for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077} == set()
    assert not network.asked("/xrpc/app.bsky.notification")
    posts, _ = rows(home, "select count(*), count(distinct (network, post_id)) from marts.posts")[0]

    # again: nothing but the look at the account
    network.requests.clear()
    again = rapport("try", "--bluesky", f"https://bsky.app/profile/{US}", at=network.url)
    assert again.exit_code == 0, again.output
    assert [path for path, _ in network.requests] == ["/xrpc/app.bsky.actor.getProfile"]
    assert again.output.split("How complete")[1] == done.output.split("How complete")[1]

    # a day later `rapport run` fetches the day, as in any home; nothing is doubled
    clock.at = NOW + timedelta(days=1)
    run = rapport("run", at=network.url, RAPPORT_HOME=str(home))
    assert run.exit_code == 0, run.output
    assert network.asked("/xrpc/app.bsky.feed.getAuthorFeed")
    [(count, distinct)] = rows(home, "select count(*), count(distinct (network, post_id)) from marts.posts")
    assert count == distinct >= posts


@pytest.mark.slow
def test_what_the_requests_did_not_reach_is_named_and_comes_with_a_later_try(
    rapport: Callable[..., Result], network: Emulated, tmp_path: Path, clock: Clock
) -> None:
    network.requests.clear()
    done = rapport("try", "--bluesky", US, "--home", "few", "--requests", "20", at=network.url)
    assert done.exit_code == 0, done.output
    assert len(network.requests) == 20
    said = " ".join(done.output.split())
    assert "20 requests were not enough for 2026-09-07 00:00 to 2026-11-02 00:00 UTC" in said
    left = re.search(
        r"the oldest talk first: replies in our conversations \(of (\d+) conversations\); quotes of", said
    )
    assert left, said
    [(few,)] = rows(tmp_path / "few", "select count(*) from marts.posts")

    # a day later comes what is new, and what was left
    clock.at = NOW + timedelta(days=1)
    before = {query["uri"] for query in network.asked(THREADS)}
    network.requests.clear()
    done = rapport("try", "--bluesky", US, "--home", "few", at=network.url)
    assert done.exit_code == 0, done.output
    assert "were not enough" not in done.output and "as of 03 November 2026" in done.output
    [(count, distinct)] = rows(
        tmp_path / "few", "select count(*), count(distinct (network, post_id)) from marts.posts"
    )
    assert count == distinct >= few
    asked = {query["uri"] for query in network.asked(THREADS)}
    assert len(asked - before) >= int(left[1])


@pytest.mark.slow
def test_with_team_and_app_passwords_it_finds_what_is_true(
    rapport: Callable[..., Result], network: Emulated, tmp_path: Path, invented: Invented
) -> None:
    """As a user goes on: the team is named in the home's rapport.toml, and both accounts have app passwords."""
    [script] = ON_BLUESKY
    home = tmp_path / "true"
    home.mkdir()
    accounts, team = ([f"bluesky:@{one}" for one in handles] for handles in (script.accounts, script.team))
    (home / "rapport.toml").write_text(
        f'[[clients]]\nid = "lichtung"\nname = "Lichtung"\nteam = {team}\n'
        # the bridge copies what is said on Mastodon: as they are there, too, the copies are nobody
        f"accounts = {[*accounts, 'mastodon:@lichtung@wald.test']}\n",
        encoding="utf-8",
    )
    passwords = " ".join(f"{one}={TOKEN}:{one}" for one in (*script.accounts, *script.team))
    done = rapport(
        "try", "--bluesky", US, "--home", str(home), "--weeks", "26", "--requests", "3000",
        at=network.url, RAPPORT_BLUESKY_PDS_URL=network.url, BLUESKY_APP_PASSWORDS=passwords,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "by an app password" not in done.output and TOKEN not in done.output
    true = truth_of(on_network(invented.elsewhere, BLUESKY.name), UNTIL).clients["lichtung"]

    def named(ids: Any) -> set[str]:
        return {qualified(BLUESKY.name, one) for one in ids}

    stages = {person: weeks[max(weeks)] for person, weeks in true.stages.items()}
    found = dict(rows(home, "select person_id, stage from reports.rpt_relationships"))
    assert found == {qualified(BLUESKY.name, person): stage for person, stage in stages.items()}
    waiting = rows(home, "select post_id from reports.rpt_waiting order by waiting_rank")
    assert [post_id for (post_id,) in waiting] == true.waiting
    nurture = rows(home, "select person_id from reports.rpt_nurture")
    assert {person for (person,) in nurture} == named(true.nurture)
    real = rows(home, "select root_post_id from reports.rpt_conversations where is_real")
    assert {root for (root,) in real} == {root for root, _, _ in true.real_conversations}
    # and says so
    close = [person for person, stage in stages.items() if stage in ("conversing", "connected")]
    assert f"You really talk with {len(close)} people of {len(stages)} who came up" in done.output


@pytest.mark.slow
def test_ctrl_c_loses_nothing(invented: Invented, tmp_path: Path) -> None:
    """The process is interrupted while it waits for a thread; the same command again asks for the rest only."""
    process: subprocess.Popen[str] | None = None
    interrupted = threading.Event()

    def interrupt(path: str) -> None:
        if path == THREADS and len(served.asked(THREADS)) == 5 and not interrupted.is_set() and process:
            interrupted.set()
            process.send_signal(signal.SIGINT)

    with emulating(invented.world, elsewhere=invented.elsewhere, before=interrupt) as served:
        environment = bare_environment() | {"RAPPORT_BLUESKY_BASE_URL": served.url}
        command = [
            sys.executable,
            "-m",
            "operations.cli",
            "try",
            "--bluesky",
            US,
            "--home",
            "home",
            "--weeks",
            "52",
        ]

        def start() -> subprocess.Popen[str]:
            return subprocess.Popen(
                command,
                env=environment,
                cwd=tmp_path,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                # A shell lets what it runs in the background ignore Ctrl-C, and all that starts there inherits that.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )

        process = start()
        said, _ = process.communicate(timeout=900)
        assert (process.returncode, interrupted.is_set()) == (130, True), said
        assert "the same command goes on from there" in said and "Traceback" not in said
        before = {query["uri"] for query in served.asked(THREADS)}
        process = start()
        said, _ = process.communicate(timeout=900)
        assert process.returncode == 0, said
        asked = [query["uri"] for query in served.asked(THREADS)]
    # at most the page in flight is asked for twice
    assert len(asked) - len(set(asked)) <= 1
    assert before < set(asked)
    [(count, distinct)] = rows(
        tmp_path / "home", "select count(*), count(distinct (network, post_id)) from marts.posts"
    )
    assert count == distinct > 100


# --- what stops it ---


@pytest.fixture
def x() -> Iterator[ScriptedX]:
    with scripted_x() as server:
        yield server


def _stopped(done: Result) -> Exception:
    assert isinstance(done.exception, Exception), done.output
    return done.exception


def test_an_account_that_hides_from_strangers_is_not_fetched(
    rapport: Callable[..., Result], x: ScriptedX, tmp_path: Path
) -> None:
    label = {"src": did("us"), "val": "!no-unauthenticated"}
    x.answer("/xrpc/app.bsky.actor.getProfile", Reply(author("us", labels=[label])))
    problem = _stopped(rapport("try", "--bluesky", "us.test", at=x.url))
    assert isinstance(problem, ConfigError)
    assert "asks not to be shown to people who are not logged in" in problem.message
    assert 'BLUESKY_APP_PASSWORDS="us.test=password"' in problem.remedy
    assert len(x.requests) == 1
    assert list(tmp_path.iterdir()) == []

    # unless it is theirs: whoever has its app password may see it
    x.answer("/xrpc/app.bsky.actor.getProfiles", Reply({"profiles": []}))
    problem = _stopped(
        rapport("try", "--bluesky", "us.test", at=x.url, BLUESKY_APP_PASSWORDS="us.test=abcd-efgh")
    )
    assert isinstance(problem, errors.AccountUnknown)  # it went on, to a server that has nothing more to say
    assert x.asked("/xrpc/app.bsky.actor.getProfiles")


def test_an_unknown_account_makes_no_home(
    rapport: Callable[..., Result], network: Emulated, tmp_path: Path
) -> None:
    problem = _stopped(rapport("try", "--bluesky", "nobody.test", at=network.url))
    assert isinstance(problem, errors.AccountUnknown) and "nobody.test" in problem.message
    assert list(tmp_path.iterdir()) == []


def test_without_a_network_it_says_so(rapport: Callable[..., Result], tmp_path: Path) -> None:
    problem = _stopped(rapport("try", "--bluesky", US, at="http://127.0.0.1:9"))
    assert isinstance(problem, errors.NetworkTrouble)
    assert "could not be reached" in problem.message
    assert "check the network" in problem.remedy and "run the same command again" in problem.remedy
    assert list(tmp_path.iterdir()) == []


def test_it_waits_where_the_network_says_so_and_tells(rapport: Callable[..., Result], x: ScriptedX) -> None:
    over = Reply({"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, 429, {"retry-after": "1"})
    gone = Reply({"error": "AccountDeactivated", "message": "Account is deactivated"}, 400)
    x.answer("/xrpc/app.bsky.actor.getProfile", over, gone)
    done = rapport("try", "--bluesky", "us.test", at=x.url)
    assert isinstance(_stopped(done), errors.AccountUnknown)
    assert "Bluesky answered 429" in done.output and "trying again in 2 s" in done.output


def test_nobody_of_the_invented_world_is_asked_for_on_the_real_network(
    rapport: Callable[..., Result], tmp_path: Path
) -> None:
    problem = _stopped(rapport("try", "--bluesky", US))
    assert isinstance(problem, ConfigError) and "RAPPORT_BLUESKY_BASE_URL" in problem.remedy
    assert list(tmp_path.iterdir()) == []
