"""The main job in a real Airflow, with its real Postgres, against the emulator: what is published must be
what the script says is true, exactly, and doing parts of it again must change nothing.
"""

import json
import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser

from emulator.elsewhere.truth import of_people
from emulator.elsewhere.world import build_elsewhere
from emulator.truth import ClientTruth
from emulator.world import build_world
from extractors.landing import landing_files
from operations.findings import findings
from operations.stack import runner
from rapport.networks import NETWORKS
from tests.end_to_end.job import EXTRACTS, UNTIL, Done, about, run_all
from tests.end_to_end.other_dags import EDITION, LATE
from tests.end_to_end.truth import canonical, carried
from tests.sinks import SECRET_PATH

# The run of everything is part of the first test, and on a machine with other work takes its time.
pytestmark = [pytest.mark.slow, pytest.mark.airflow, pytest.mark.timeout(5400)]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Done:
    return run_all(tmp_path_factory.mktemp("rapport"), browser)


@pytest.fixture(params=["lichtung", "kupferhof"])
def client(request: pytest.FixtureRequest, done: Done) -> ClientTruth:
    return done.truth.clients[request.param]


def test_nothing_is_left_running(done: Done) -> None:
    assert done.left_running == []
    assert not runner.is_running(done.settings)


def test_a_window_that_ends_in_the_future_is_one_red_task_with_its_own_words_and_remedy(done: Done) -> None:
    first, second = done.failure.message.splitlines()
    assert first in {f"{dag_id}: plan_accounts failed:" for dag_id in EXTRACTS}
    assert "the window 2025-12-01 00:00 to " in second and "ends in the future" in second
    assert "give an end that has passed" in done.failure.remedy
    assert done.refused.pop("plan_accounts") == "failed"
    assert done.refused["complete"] == "upstream_failed"
    assert set(done.refused.values()) == {"upstream_failed", "skipped"}


def test_a_backfill_makes_one_build(done: Done) -> None:
    """The run that follows it, as more was loaded meanwhile, finds all of it published, and says so."""
    assert done.backfill_builds == ["success", "skipped"]


def test_stages_of_everybody_in_every_week(done: Done, client: ClientTruth) -> None:
    rows = _rows(
        done,
        "select person_id, week_start_date, stage from marts.relationship_weeks where client_id = ? order by all",
        client.client_id,
    )
    found: dict[str, dict[date, str]] = {}
    for person, week, stage in rows:
        found.setdefault(person, {})[week] = stage
    assert {person: carried(weeks, UNTIL) for person, weeks in found.items()} == client.stages


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
    versions = canonical(UNTIL)
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
        "select network || ':' || root_post_id, real_person_count from reports.rpt_conversations "
        "where client_id = ? and is_real",
        client.client_id,
    )
    assert {versions.get(root, root): count for root, count in by_root} == true_by_root
    assert len(by_root) == len(true_by_root)


def test_who_waits_in_which_order(done: Done, client: ClientTruth) -> None:
    versions = canonical(UNTIL)
    rows = _rows(
        done,
        "select network || ':' || post_id, waiting_rank from reports.rpt_waiting where client_id = ? "
        "order by waiting_rank",
        client.client_id,
    )
    assert [versions.get(post_id, post_id) for post_id, _ in rows] == client.waiting
    assert [rank for _, rank in rows] == list(range(1, len(rows) + 1))


def test_who_of_us_answered_what_and_when(done: Done, client: ClientTruth) -> None:
    versions = canonical(UNTIL)
    rows = _rows(
        done,
        "select a.network || ':' || post_id, a.network || ':' || answer_post_id, us.person_id, epoch(answered_at) "
        "from reports.rpt_answers as a left join marts.accounts as us "
        "on a.network = us.network and answered_by_account_id = us.account_id where client_id = ?",
        client.client_id,
    )
    assert {versions.get(post_id, post_id): answer for post_id, *answer in rows} == {
        post_id: [answer.post_id, answer.from_id, answer.at.timestamp()] if answer else [None, None, None]
        for post_id, answer in client.answers.items()
    }
    assert len(rows) == len(client.answers)
    # each counts in one week, whenever it was answered
    weeks = (
        "select sum(address_in_count), sum(answered_within_day_count) from reports.rpt_engagement_summary "
        "where client_id = ?"
    )
    world = build_world(UNTIL)
    asked_at = {act.post_id: act.at for act in of_people(world, build_elsewhere(world)).acts}
    assert _rows(done, weeks, client.client_id) == [
        (
            len(client.answers),
            sum(
                answer is not None and answer.at - asked_at[post_id] <= timedelta(days=1)
                for post_id, answer in client.answers.items()
            ),
        )
    ]


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
        done,
        "select network || ':' || account_id from marts.client_accounts where client_id = ?",
        client.client_id,
    )
    assert len(of_the_client) >= 2
    for person, stage, betweens in rows:
        assert stage in ("stranger", "noticed") and (person,) not in of_the_client
        assert set(betweens) <= client.stages.keys()


def test_us_bots_and_likers_are_no_ties(done: Done, client: ClientTruth) -> None:
    assert client.absent
    for table in ("marts.relationship_weeks", "reports.rpt_relationships", "reports.rpt_relationship_moves"):
        people = {
            person_id
            for (person_id,) in _rows(
                done, f"select person_id from {table} where client_id = ?", client.client_id
            )
        }
        assert people and not people & client.absent, table
    waiting = _rows(done, "select person_id from reports.rpt_waiting where client_id = ?", client.client_id)
    assert not {person_id for (person_id,) in waiting} & client.absent


# What is kept by hand, and nobody has here; and no number of an earlier week has moved.
MAY_BE_EMPTY = {f"reports.rpt_{name}" for name in ("outcomes", "notes", "restatements")}


def test_a_backfill_of_days_already_there_changes_nothing(done: Done) -> None:
    assert done.before.keys() == done.after.keys() and len(done.before) > 10
    for table, rows in done.before.items():
        assert rows or table in MAY_BE_EMPTY, table
        assert done.after[table] == rows, table


def test_every_post_once(done: Done) -> None:
    ((rows, ids),) = _rows(done, "select count(*), count(distinct (network, post_id)) from marts.posts")
    assert rows == ids > 1000
    with duckdb.connect(str(done.settings.warehouse_path), read_only=True) as warehouse:
        doubled = warehouse.execute(
            "select page_key, section, position from raw.posts group by all having count(*) > 1"
        ).fetchall()
        runs = warehouse.execute(
            "select network, count(distinct run_id), count(distinct run_id) filter (run_id like 'backfill__%')"
            " from raw.pages where stream not in ('lookups', 'account_lookups') and run_id not like 'poll__%'"
            " group by network"
        ).fetchall()
    assert doubled == []
    assert sorted(runs) == [(network, 3, 2) for network in sorted(NETWORKS)], (
        "one extraction by hand, and one for each day of the backfill"
    )


def test_a_publication_starts_the_delivery_which_sends_nothing_old(done: Done) -> None:
    assert done.deliveries and {tuple(states) for states in done.deliveries} == {("success", "success")}
    assert not [mail for mail in done.told.mails if mail["To"] == "head@example.org"]


def test_status_tells_what_airflow_runs_and_how_it_went(done: Done) -> None:
    assert {"x_extract", "engagement_build", "erasure", "x_reconcile"} <= done.schedule.keys()
    for name in ("x_extract", "engagement_build"):
        assert not done.schedule[name].is_paused
        assert done.schedule[name].last_state == "success"
    assert done.schedule["x_reconcile"].is_paused
    assert done.schedule["x_reconcile"].next_run_at
    # the invented world has no end; and a build is due when something was loaded
    assert done.schedule["x_extract"].next_run_at
    assert done.schedule["engagement_build"].when == "Triggered by assets"


def test_every_published_table_and_column_says_what_it_means(done: Done) -> None:
    ours = "where schema_name in ('marts', 'reports', 'quality')"
    comments = _rows(
        done,
        f"select table_name, null, comment from duckdb_tables() {ours} union all "
        f"select table_name, column_name, comment from duckdb_columns() {ours}",
    )
    assert {"rpt_publication", "rpt_restatements", "rpt_waiting", "posts"} <= {
        table for table, _, _ in comments
    }
    assert [(table, column) for table, column, comment in comments if not (comment or "").strip()] == []


def test_what_was_found_is_said_in_words_and_written_as_reports(done: Done) -> None:
    said = "\n".join(findings(done.published))
    for client in done.truth.clients.values():
        last_week = UNTIL - timedelta(weeks=1)
        talking = [
            stages for stages in client.stages.values() if stages[last_week] in ("conversing", "connected")
        ]
        assert f"You really talk with {len(talking)} people of {len(client.stages)} who came up" in said
        assert f"{len(client.waiting)} posts wait for an answer" in said
        assert list(done.settings.reports_dir.glob(f"{client.client_id}/*-W*/index.html"))


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
    lines = [re.search(r"ledger (\d+) posts, X (\d+)$", line) for line in done.others.compared]
    days = [(int(found[1]), int(found[2])) for found in lines if found]
    # All of them together: the run may have gone on over midnight.
    assert len(days) == 7 and sum(ours for ours, _ in days) > 1000
    assert all(ours == theirs for ours, theirs in days)


def test_a_post_deleted_on_the_network_is_in_no_file(done: Done) -> None:
    """Published anew without it, and everything that is kept of a home searched to the last file."""
    assert len(done.others.erased) == len(NETWORKS)
    content = [
        (
            path,
            landing_files.unpacked(path) if path.name.endswith(landing_files.SUFFIX) else path.read_bytes(),
        )
        for path in done.settings.home.rglob("*")
        if path.is_file()
    ]
    for erased, words in done.others.erased.items():
        assert len(words) > 12
        assert [path for path, bytes_ in content if words.encode() in bytes_] == []
        query = "select text from marts.posts where post_id = ?"
        ((text,),) = _rows(done, query, erased)
        assert words in text, "it had been published"
        assert _rows_of(done.settings.published_path, query, erased) == []
        query = "select reason from raw.tombstones where object_id = ?"
        [(reason,)] = _rows_of(done.settings.warehouse_path, query, erased)
        assert reason.startswith("the network: ")


def test_the_week_is_frozen(done: Done) -> None:
    """The Monday's edition: every report table as Parquet, every client's page, all as its manifest says."""
    [folder] = done.edition.iterdir()
    assert folder.name == f"{UNTIL - timedelta(days=7):%G-W%V}"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["edition"] == folder.name
    ((publication_id,),) = _rows(done, "select publication_id from reports.rpt_publication")
    assert manifest["publication"]["publication_id"] == publication_id
    tables = _rows(done, "select table_name from information_schema.tables where table_schema = 'reports'")
    assert manifest["tables"].keys() == {name for (name,) in tables}
    for name, entry in manifest["tables"].items():
        frozen, theirs = f"from '{folder / entry['file']}'", f"from reports.{name}"
        ((count,),) = _rows(done, f"select count(*) {frozen}")
        assert count == entry["row_count"], name
        assert (
            _rows(done, f"({frozen} except all {theirs}) union all ({theirs} except all {frozen})") == []
        ), name
    assert manifest["pages"].keys() == {f"reports/{client_id}/index.html" for client_id in done.truth.clients}
    for page in manifest["pages"]:
        assert publication_id in (folder / page).read_text(encoding="utf-8")


def test_a_failed_run_is_told_with_its_words_and_remedy(done: Done) -> None:
    told = about(done.told, "failed")
    assert sorted(post["run"]["dag_id"] for post in told) == sorted(EXTRACTS)
    for post in told:
        assert "ends in the future" in post["text"]
        assert "give an end that has passed" in post["text"]
        assert f"/dags/{post['run']['dag_id']}/runs/manual__" in post["run"]["url"]


def test_a_late_run_is_told(done: Done) -> None:
    late = [post["run"]["dag_id"] for post in about(done.told, "late")]
    assert late.count(EDITION) == 1, late


def test_a_blocked_publication_is_told_with_rule_and_remedy_and_nothing_of_anybody(done: Done) -> None:
    [post] = about(done.told, "blocked")
    assert (post["run"]["dag_id"], post["run"]["run_id"]) == ("engagement_build", done.blocked)
    rules = [rule for rule in post["rules"] if rule["rule"] == "reader_counts_are_not_negative"]
    assert [rule["table_name"] for rule in rules] == ["rpt_readership"] and rules[0]["remedy"] in post["text"]
    assert str(done.settings.quality_dir / "docs" / "index.html") in post["text"]
    assert not [client_id for client_id in done.truth.clients if client_id in post["text"]]
    assert done.stood[0] == done.stood[1], "and nothing was published"


def test_mail_and_webhook_were_told_the_same_and_no_log_holds_the_address(done: Done) -> None:
    assert sorted(subject for subject, _ in done.told.mailed()) == sorted(
        p["subject"] for p in done.told.posts
    )
    logs = [path for path in (done.settings.home / "airflow" / "logs").rglob("*") if path.is_file()]
    assert logs and not [path for path in logs if SECRET_PATH.encode() in path.read_bytes()]


def _rows(done: Done, query: str, *parameters: object) -> list[Any]:
    return _rows_of(done.published, query, *parameters)


def _rows_of(path: Path, query: str, *parameters: object) -> list[Any]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query, list(parameters)).fetchall()
