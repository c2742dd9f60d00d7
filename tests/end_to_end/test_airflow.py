"""The main job in a real Airflow, with its real Postgres, against the emulator: what is published must be
what the script says is true, exactly, and doing parts of it again must change nothing.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest
from rich.console import Console

from emulator.model import WEEKS
from emulator.truth import ClientTruth, Truth, truth_of
from emulator.world import build_world
from extractors import landing
from rapport import demo
from rapport.config import Settings, load_settings
from rapport.findings import findings
from rapport.stack import runner, world
from rapport.stack.display import Display
from rapport.stack.errors import RunFailed
from rapport.stack.runner import Stack
from rapport.stack.watch import Watch
from tests.end_to_end.other_dags import LATE, Others, first_wave, run_the_others

pytestmark = pytest.mark.slow

UNTIL = date(2026, 6, 1)
# What only says when a thing was made or seen differs between two extractions of the same posts.
BOOKKEEPING = ("observed_at", "first_observed_at", "last_observed_at", "first_seen_at", "last_seen_at")


@dataclass(frozen=True)
class Done:
    """One run of the whole job: its home, what was published before and after the backfill, the red run."""

    settings: Settings
    truth: Truth
    before: dict[str, list[Any]]
    after: dict[str, list[Any]]
    failure: RunFailed
    left_running: list[str]
    published: Path  # a copy, from before the other DAGs changed something
    fetched: list[tuple[datetime, datetime]]  # from when to when each task of the first wave was at it
    others: Others


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Done]:
    home = tmp_path_factory.mktemp("rapport") / "home"
    settings, chosen = world.settle(load_settings(home), until=UNTIL)
    with (
        Display(Console(highlight=False)) as display,
        Stack(settings, world=chosen, on_progress=display.say) as stack,
        Watch(stack, display.show) as follower,
    ):
        follower.await_dags()
        follower.switch_on()
        with pytest.raises(RunFailed) as failure:
            follower.extract(chosen.window, client_id="nobody")
        follower.extract(chosen.window)
        before = _published(settings)
        follower.backfill(*chosen.last_days(demo.BACKFILL_DAYS))
        after = _published(settings)
        fetched = first_wave(stack.api)
        published = Path(shutil.copy(settings.published_path, tmp_path_factory.mktemp("published")))
        built = build_world(chosen.until, chosen.seed)
        others = run_the_others(stack, settings, built)
    truth = truth_of(built, built.until)
    left = _left_running(home)
    yield Done(settings, truth, before, after, failure.value, left, published, fetched, others)


@pytest.fixture(params=["lichtung", "kupferhof"])
def client(request: pytest.FixtureRequest, done: Done) -> ClientTruth:
    return done.truth.clients[request.param]


def test_nothing_is_left_running(done: Done) -> None:
    assert done.left_running == []
    assert not runner.is_running(done.settings)


def test_a_red_run_brings_its_own_words_and_remedy(done: Done) -> None:
    assert done.failure.message.splitlines() == [
        "x_extract: plan_accounts failed:",
        "  there is no client 'nobody' in rapport.toml",
    ]
    assert done.failure.remedy == "the clients there are: lichtung, kupferhof"


def test_stages_of_everybody_in_every_week(done: Done, client: ClientTruth) -> None:
    rows = _rows(
        done,
        "select person_id, week_start_date, stage from marts.relationship_weeks where client_id = ? order by all",
        client.client_id,
    )
    found: dict[str, dict[date, str]] = {}
    for person, week, stage in rows:
        found.setdefault(person, {})[week] = stage
    assert {person: _carried(weeks) for person, weeks in found.items()} == client.stages


def test_where_every_tie_stands_now(done: Done, client: ClientTruth) -> None:
    rows = _rows(
        done, "select person_id, stage from reports.rpt_relationships where client_id = ?", client.client_id
    )
    last_week = UNTIL - timedelta(weeks=1)
    assert dict(rows) == {person: weeks[last_week] for person, weeks in client.stages.items()}
    assert len(rows) == len(client.stages)


def test_every_move_of_a_tie(done: Done, client: ClientTruth) -> None:
    rows = _rows(
        done,
        "select person_id, week_start_date, movement from reports.rpt_relationship_moves where client_id = ?",
        client.client_id,
    )
    true = [
        (person, week, kind) for person, weeks in client.movements.items() for week, kind in weeks.items()
    ]
    assert sorted(rows) == sorted(true)


def test_real_conversations(done: Done, client: ClientTruth) -> None:
    canonical = _canonical(done.truth)
    by_week = _rows(
        done,
        """
        select person_id, week_start_date, week_real_conversation_count from marts.relationship_weeks
        where client_id = ? and week_real_conversation_count > 0
        """,
        client.client_id,
    )
    true_by_week: dict[tuple[str, date], int] = {}
    true_by_root: dict[str, int] = {}
    for root, person, week in client.real_conversations:
        true_by_week[person, week] = true_by_week.get((person, week), 0) + 1
        true_by_root[root] = true_by_root.get(root, 0) + 1
    assert {(person, week): count for person, week, count in by_week} == true_by_week
    by_root = _rows(
        done,
        "select root_post_id, real_person_count from reports.rpt_conversations where client_id = ? and is_real",
        client.client_id,
    )
    assert {canonical.get(root, root): count for root, count in by_root} == true_by_root
    assert len(by_root) == len(true_by_root)


def test_who_waits_in_which_order(done: Done, client: ClientTruth) -> None:
    canonical = _canonical(done.truth)
    rows = _rows(
        done,
        "select post_id, waiting_rank from reports.rpt_waiting where client_id = ? order by waiting_rank",
        client.client_id,
    )
    assert [canonical.get(post_id, post_id) for post_id, _ in rows] == client.waiting
    assert [rank for _, rank in rows] == list(range(1, len(rows) + 1))


def test_whom_we_are_losing(done: Done, client: ClientTruth) -> None:
    rows = _rows(done, "select person_id from reports.rpt_nurture where client_id = ?", client.client_id)
    assert {person for (person,) in rows} == client.nurture
    assert len(rows) == len(client.nurture)


def test_how_far_it_has_come_with_stakeholders(done: Done, client: ClientTruth) -> None:
    rows = _rows(
        done, "select person_id, standing from reports.rpt_stakeholders where client_id = ?", client.client_id
    )
    assert dict(rows) == client.standings
    assert len(rows) == len(client.standings)


def test_whom_to_seek_out_is_nobody_we_talk_with(done: Done, client: ClientTruth) -> None:
    rows = _rows(
        done,
        "select person_id, stage, via_person_ids from reports.rpt_worth_seeking_out where client_id = ?",
        client.client_id,
    )
    of_the_client = _rows(
        done, "select account_id from marts.client_accounts where client_id = ?", client.client_id
    )
    assert len(of_the_client) >= 2
    for person, stage, betweens in rows:
        assert stage in ("stranger", "noticed") and (person,) not in of_the_client
        assert set(betweens) <= client.stages.keys()


def test_us_bots_and_likers_are_no_ties(done: Done, client: ClientTruth) -> None:
    assert client.absent
    for table in ("marts.relationship_weeks", "reports.rpt_relationships", "reports.rpt_relationship_moves"):
        people = {
            one
            for (one,) in _rows(done, f"select person_id from {table} where client_id = ?", client.client_id)
        }
        assert people and not people & client.absent, table
    waiting = _rows(done, "select person_id from reports.rpt_waiting where client_id = ?", client.client_id)
    assert not {one for (one,) in waiting} & client.absent


def test_a_backfill_of_days_already_there_changes_nothing(done: Done) -> None:
    assert done.before.keys() == done.after.keys() and len(done.before) > 10
    for table, rows in done.before.items():
        # outcomes are logged by hand, and nobody has; no number of an earlier week has moved
        assert rows or table in ("reports.rpt_outcomes", "reports.rpt_restatements"), table
        assert done.after[table] == rows, table


def test_every_post_once(done: Done) -> None:
    ((rows, ids),) = _rows(done, "select count(*), count(distinct post_id) from marts.posts")
    assert rows == ids > 1000
    with duckdb.connect(str(done.settings.warehouse_path), read_only=True) as warehouse:
        doubled = warehouse.execute(
            "select page_key, section, position from raw.posts group by all having count(*) > 1"
        ).fetchall()
        runs = warehouse.execute(
            "select count(distinct run_id), count(distinct run_id) filter (run_id like 'backfill__%') from raw.pages"
            " where stream not in ('lookups', 'account_lookups') and run_id not like 'poll__%'"
        ).fetchone()
    assert doubled == []
    assert runs == (3, 2), "one extraction by hand, and one for each day of the backfill"


def test_what_was_found_is_said_in_words_and_written_as_reports(done: Done) -> None:
    said = "\n".join(findings(done.published))
    for client in done.truth.clients.values():
        last_week = UNTIL - timedelta(weeks=1)
        talking = [one for one in client.stages.values() if one[last_week] in ("conversing", "connected")]
        assert f"You really talk with {len(talking)} people of {len(client.stages)} who came up" in said
        assert f"{len(client.waiting)} posts wait for an answer" in said
        assert list(done.settings.reports_dir.glob(f"{client.client_id}/*/index.html"))


def test_streams_are_fetched_side_by_side(done: Done) -> None:
    spans = sorted(done.fetched)
    assert len(spans) == 6, "profiles, own posts and mentions of two clients"
    assert any(begun < ended for (_, ended), (begun, _) in pairwise(spans))


def test_a_late_answer_comes_by_polling(done: Done) -> None:
    query = "select text, root_post_id from marts.posts where post_id = ?"
    rows = _rows_of(done.settings.published_path, query, done.others.answered)
    assert [(row[0].endswith(LATE), row[1]) for row in rows] == [(True, done.others.asked)]
    query = "select distinct run_id like 'poll__%' from raw.posts join raw.pages using (page_key) where post_id = ?"
    assert _rows_of(done.settings.warehouse_path, query, done.others.answered) == [(True,)]


def test_the_ledger_is_what_the_network_counts(done: Done) -> None:
    told = [re.search(r"ledger (\d+) posts, X (\d+)$", line) for line in done.others.compared]
    days = [(int(one[1]), int(one[2])) for one in told if one]
    assert len(days) == 7 and days[-1][0] > 1000
    assert all(ours == theirs for ours, theirs in days)


def test_a_post_deleted_on_the_network_is_in_no_file(done: Done) -> None:
    """Published anew without it, and everything that is kept of a home searched to the last file."""
    words = done.others.erased_text.encode()
    assert len(words) > 12
    content = [
        (path, landing.unpacked(path) if path.name.endswith(landing.SUFFIX) else path.read_bytes())
        for path in done.settings.home.rglob("*")
        if path.is_file()
    ]
    assert [path for path, bytes_ in content if words in bytes_] == []
    query = "select text from marts.posts where post_id = ?"
    ((text,),) = _rows(done, query, done.others.erased)
    assert done.others.erased_text in text, "it had been published"
    assert _rows_of(done.settings.published_path, query, done.others.erased) == []
    query = "select reason from raw.tombstones where object_id = ?"
    reasons = _rows_of(done.settings.warehouse_path, query, done.others.erased)
    assert reasons == [("the network: resource-not-found",)]


def _published(settings: Settings) -> dict[str, list[Any]]:
    """Every published table by name, rows in order, without bookkeeping."""
    found = {}
    with duckdb.connect(str(settings.published_path), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema in ('marts', 'reports') order by all"
        ).fetchall()
        for schema, table in tables:
            # What the network was asked is bookkeeping as a whole: a backfill asks again. So are likes and
            # followers, which are as of when they were last looked at, and the record of the publication.
            if table not in ("rpt_coverage", "rpt_context_counts", "rpt_publication"):
                rows = connection.execute(
                    f"select columns(lambda c: c not in {BOOKKEEPING}) from {schema}.{table} order by all"
                ).fetchall()
                found[f"{schema}.{table}"] = [tuple(map(_rounded, row)) for row in rows]
    return found


def _rounded(value: Any) -> Any:
    """A sum of floats ends in other digits when its parts come in another order."""
    return round(value, 9) if isinstance(value, float) else value


def _rows(done: Done, query: str, *parameters: object) -> list[Any]:
    return _rows_of(done.published, query, *parameters)


def _rows_of(path: Path, query: str, *parameters: object) -> list[Any]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query, list(parameters)).fetchall()


def _carried(weeks: dict[date, str]) -> dict[date, str]:
    """The ledger has rows where something happened; between them the last stage carries."""
    first, stage, carried = min(weeks), "", {}
    for number in range(WEEKS):
        week = UNTIL - timedelta(weeks=WEEKS - number)
        if week >= first:
            stage = carried[week] = weeks.get(week, stage)
    return carried


def _canonical(truth: Truth) -> dict[str, str]:
    """Every version's id of an edited post -> the one id it has in the truth."""
    return {version: chain[0] for chain in truth.edit_chains for version in chain}


def _left_running(home: Path) -> list[str]:
    """Command lines of processes that belong to this home: by their settings, or their arguments."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        try:
            words = " ".join(process.info["cmdline"] or [])
            mine = process.environ().get("RAPPORT_HOME") == str(home) or str(home) in words
            if mine and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(words)
        except psutil.Error:
            continue
    return found
