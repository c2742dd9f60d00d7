"""What a publication says of itself, and of numbers that moved since the one before."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest

from quality import record, restatements, standing
from quality.tables import Table, columns_of
from rapport.config import Config, Settings
from tests.clock import NOW
from tests.quality import warehouse
from tests.quality.publishing import give_receipt, publish_build, publish_latest

# Two weeks that are over, and the one that runs.
OVER, LAST = (warehouse.FIRST_WEEK + timedelta(weeks=number) for number in (27, 28))
RUNNING = warehouse.FIRST_WEEK + timedelta(weeks=29)
SUMMARY = "reports.rpt_engagement_summary"


@pytest.fixture
def published(settings: Settings) -> Settings:
    """A home with its first publication."""
    give_receipt(settings)
    publish_latest(settings)
    return settings


def read(settings: Settings, sql: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(settings.published_path), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        found = con.execute(sql)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def moved(settings: Settings) -> list[tuple[Any, ...]]:
    rows = read(
        settings, f"select * from {restatements.NAME} order by restated_at, column_name, week_start_date"
    )
    names = (
        "table_name",
        "client_id",
        "network",
        "account_id",
        "week_start_date",
        "column_name",
        "value_before",
        "value_after",
    )
    return [tuple(row[name] for name in names) for row in rows]


def test_a_publication_holds_what_was_loaded_before_its_build_began(settings: Settings) -> None:
    begun = warehouse.AS_OF + timedelta(hours=1)
    assert standing.built_since(settings, begun - timedelta(hours=1)) is None, "not published"
    give_receipt(settings)
    published = publish_latest(settings)
    assert standing.built_since(settings, begun - timedelta(seconds=1)) == published.build_id
    assert standing.built_since(settings, begun) is None
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("insert into raw.pages by name select 'new' as page_key, 'new' as load_id")
    assert standing.built_since(settings, begun - timedelta(hours=1)) is None, "the clock was set back"
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("delete from raw.pages where load_id = 'new'")
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("delete from quality.builds")
    assert standing.built_since(settings, begun - timedelta(hours=1)) is None


def test_a_build_is_published_while_its_last_receipt_is_the_file_s(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = give_receipt(settings)
    assert receipt and not standing.is_published(settings, receipt)
    publish_latest(settings)
    assert standing.is_published(settings, receipt)
    with monkeypatch.context() as patch:
        patch.setattr(duckdb, "__version__", "99.0.0")
        assert not standing.is_published(settings, receipt), "by another version"
    again = give_receipt(settings)
    assert again and not standing.is_published(settings, again), "checked again"
    client = Config.model_validate({"clients": [{"id": "acme", "name": "Acme", "accounts": ["1"]}]})
    assert not standing.is_published(replace(settings, config=client), receipt), (
        "without a file of the client"
    )
    settings.published_path.write_bytes(b"a disk that was full")
    assert not standing.is_published(settings, receipt), "not one that can be read"
    settings.published_path.unlink()
    assert not standing.is_published(settings, receipt)


def test_a_publication_reads_the_project_once_and_the_columns_once_a_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both take as long as the rest of a small publication, if each table or file asks anew."""
    give_receipt(settings)
    publish_latest(settings)
    counts = Counter[str]()

    def counted(module: Any, name: str) -> None:
        function = getattr(module, name)

        def count(*arguments: Any) -> Any:
            counts[name] += 1
            return function(*arguments)

        monkeypatch.setattr(module, name, count)

    counted(record, "fingerprint")
    counted(restatements, "columns_by_table")
    publish_latest(settings)
    assert counts == {"fingerprint": 1, "columns_by_table": 2}, "of the file that stands, and of the new one"


def test_the_record_says_what_it_was_made_of(settings: Settings, spoil: Callable[..., None]) -> None:
    spoil(
        "update raw.pages set load_id = 'load-' || (rowid % 2), loaded_at = fetched_at",
        # fetched and loaded, and not in the build
        "insert into raw.pages by name "
        "select * replace ('late' as load_id, '2026-08-30'::timestamptz as loaded_at) from raw.pages limit 1",
        # the same time, for all that anybody knows
        "update reports.rpt_coverage set gap_hours = 1.0",
        "update reports.rpt_coverage set gap_count = 2, gap_hours = 1.5 where stream = 'mentions'",
    )
    [before] = duckdb_rows(settings, "select count(*), count(distinct load_id), max(loaded_at) from raw.pages "
                                     "where load_id <> 'late'")  # fmt: skip
    receipt = give_receipt(settings)
    assert receipt is not None
    publication = publish_latest(settings)
    [row] = read(settings, f"select * from {record.NAME}")
    expected = {
        "publication_id": publication.publication_id, "build_id": "build-1", "receipt_id": receipt.receipt_id,
        "as_of_at": warehouse.AS_OF, "page_count": before[0], "load_count": before[1], "last_loaded_at": before[2],
        "check_count": 1, "passed_count": 1, "warned_count": 0, "completeness": 0.8, "gap_count": 2,
        "gap_hours": 1.5, "is_compared": False, "restatement_count": 0, "is_redefined": False,
        "previous_publication_id": None, "duckdb_version": duckdb.__version__,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    assert row["published_at"] == NOW
    assert row["dbt_version"].startswith("1.") and len(row["models_hash"]) == 64
    again = publish_latest(settings)
    [row] = read(settings, f"select * from {record.NAME}")
    assert (row["previous_publication_id"], row["is_compared"]) == (publication.publication_id, True)
    assert (again.restatement_count, row["restatement_count"]) == (0, 0)


def duckdb_rows(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        return con.execute(sql).fetchall()


def test_every_column_of_ours_says_what_it_means(published: Settings) -> None:
    with duckdb.connect(str(published.published_path), read_only=True) as con:
        for schema, name in (
            ("reports", "rpt_publication"), ("reports", "rpt_restatements"), ("quality", "check_results"),
        ):  # fmt: skip
            [(text,)] = con.execute(
                "select comment from duckdb_tables() where table_name = ?", [name]
            ).fetchall()
            assert "One row" in text
            columns = columns_of(con, Table(schema, name))
            assert columns and all(comment.endswith((".", ")")) for _, comment in columns.values())


def test_numbers_of_weeks_that_were_over_are_listed_when_they_move(published: Settings) -> None:
    publication = publish_build(
        published,
        "build-2",
        f"update {SUMMARY} set exchange_count = exchange_count + 3 where week_start_date = '{OVER}'",
        f"update {SUMMARY} set median_answer_hours = null where week_start_date = '{LAST}'",
        # no restatement: the week runs on; and it is the last digit of a sum in another order
        f"update {SUMMARY} set exchange_count = 99 where week_start_date = '{RUNNING}'",
        f"update {SUMMARY} set answered_within_day_share = 10 / 30 + 1e-15 where week_start_date = '{OVER}'",
    )
    week = ("rpt_engagement_summary", "acme", None, None)
    first = [(*week, OVER, "exchange_count", 9.0, 12.0), (*week, LAST, "median_answer_hours", 3.5, None)]
    assert moved(published) == first
    assert publication.restatement_count == 2
    # the next publication finds nothing new, and keeps what was found
    assert publish_build(published, "build-3").restatement_count == 0
    assert moved(published) == first
    assert read(published, f"select distinct publication_id, is_redefined from {restatements.NAME}") == [
        {"publication_id": publication.publication_id, "is_redefined": False}
    ]


def test_what_was_not_final_is_noted_apart_when_it_is_settled(published: Settings) -> None:
    week_of = f"update {SUMMARY} set is_settled_week = {{}} where week_start_date = '{LAST}'"
    publish_build(published, "build-2", week_of.format("false"))
    publication = publish_build(
        published,
        "build-3",
        week_of.format("true, answered_within_day_count = 12, exchange_count = 10"),
        "update reports.rpt_manageability set answer_due_count = 14 "
        f"where account_id = '1' and week_start_date = '{LAST}'",
    )
    week = {"week_start_date": LAST, "table_name": "rpt_engagement_summary"}
    noted = f"select week_start_date, table_name, column_name, is_provisional from {restatements.NAME} order by 2, 3"
    assert read(published, noted) == [
        week | {"column_name": "answered_within_day_count", "is_provisional": True},
        # what is no figure of answers was as final then as now; and of accounts nothing was said to be not final
        week | {"column_name": "exchange_count", "is_provisional": False},
        week
        | {"table_name": "rpt_manageability", "column_name": "answer_due_count", "is_provisional": False},
    ]
    assert publication.restatement_count == 2
    # once it is settled, what moves is restated
    again = publish_build(published, "build-4", week_of.format("true, answered_within_day_count = 13"))
    assert again.restatement_count == 1
    assert [row["is_provisional"] for row in read(published, noted)] == [False, True, False, False]


def test_figures_by_hours_are_final_when_a_working_day_has_passed(published: Settings) -> None:
    """Of a settled week with a holiday after it, three addresses were not due yet; of the week before, all were."""
    week_of = f"update {SUMMARY} set {{}} where week_start_date = '{{}}'"
    publish_build(
        published,
        "build-2",
        week_of.format("working_day_due_count = answer_due_count - 3, is_settled_week = true", LAST),
        week_of.format("working_day_due_count = answer_due_count, is_settled_week = true", OVER),
    )
    publication = publish_build(
        published,
        "build-3",
        *(
            week_of.format(
                "answered_within_working_day_count = 20, working_day_due_count = answer_due_count", week
            )
            for week in (LAST, OVER)
        ),
    )
    noted = f"""select week_start_date, column_name, is_provisional from {restatements.NAME}
        where publication_id = '{publication.publication_id}' order by all"""
    by_hours = [
        (row["week_start_date"], row["column_name"], row["is_provisional"]) for row in read(published, noted)
    ]
    assert by_hours == [
        (OVER, "answered_within_working_day_count", False),
        (LAST, "answered_within_working_day_count", True),
        (LAST, "working_day_due_count", True),
    ]
    # who has no hours any more has no other figures
    publication = publish_build(
        published,
        "build-4",
        f"""update {SUMMARY} set answered_within_working_day_count = null, working_day_due_count = null,
            answered_within_working_day_share = null""",
    )
    assert publication.restatement_count == 0


def test_a_file_that_knew_no_settling_is_compared_and_carried_on(published: Settings) -> None:
    publish_build(
        published, "build-2", f"update {SUMMARY} set new_count = 7 where week_start_date = '{OVER}'"
    )
    first = moved(published)
    with duckdb.connect(str(published.published_path)) as con:
        con.execute(f"alter table {restatements.NAME} drop column is_provisional")
        for table in (SUMMARY, "reports.rpt_manageability"):
            con.execute(f"alter table {table} drop column is_settled_week")
    publication = publish_build(
        published, "build-3", f"update {SUMMARY} set unanswered_count = 11 where week_start_date = '{LAST}'"
    )
    assert publication.restatement_count == 1
    assert moved(published) == [
        *first, ("rpt_engagement_summary", "acme", None, None, LAST, "unanswered_count", 12.0, 11.0),
    ]  # fmt: skip
    assert read(published, f"select distinct is_provisional from {restatements.NAME}") == [
        {"is_provisional": False}
    ]


def test_weeks_that_vanish_or_come_late_are_listed(published: Settings) -> None:
    publish_build(published, "build-2", f"delete from {SUMMARY} where week_start_date = '{OVER}'")
    gone = moved(published)
    assert {row[4] for row in gone} == {OVER} and all(row[7] is None for row in gone)
    assert ("exchange_count", 9.0) in {(row[5], row[6]) for row in gone}
    publish_build(
        published,
        "build-3",
        f"insert into {SUMMARY} by name select * replace ('{OVER}'::date as week_start_date) from {SUMMARY} "
        f"where week_start_date = '{LAST}'",
        # a client that was not there before has nothing that could be restated
        f"insert into {SUMMARY} by name select * replace ('new' as client_id) from {SUMMARY}",
    )
    came = moved(published)[len(gone) :]
    assert {(row[1], row[4]) for row in came} == {("acme", OVER)} and all(row[6] is None for row in came)


def test_an_accounts_numbers_are_told_apart(published: Settings) -> None:
    [(account, week, before)] = duckdb_rows(
        published,
        "select account_id, week_start_date, address_in_count from reports.rpt_manageability "
        "where is_complete_week order by 2, 1 limit 1",
    )
    publish_build(
        published,
        "build-2",
        f"update reports.rpt_manageability set address_in_count = address_in_count + 1 "
        f"where account_id = '{account}' and week_start_date = '{week}'",
    )
    assert moved(published) == [
        ("rpt_manageability", "acme", "x", account, week, "address_in_count", before, before + 1)
    ]


def test_a_networks_numbers_are_told_apart(published: Settings) -> None:
    """Two networks with numbers of their own, of which one moves in one week."""
    table = "reports.rpt_engagement_by_network"
    of_y = f"select * replace ('y' as network, exchange_count + 7 as exchange_count) from {table}"
    publish_build(published, "build-2", f"insert into {table} by name {of_y}")
    known = moved(published)
    assert {row[2] for row in known} == {"y"}, "a network that is new is told"
    publish_build(
        published,
        "build-3",
        f"update {table} set exchange_count = exchange_count + 1 where network = 'y' and week_start_date = '{OVER}'",
    )
    assert moved(published)[len(known) :] == [
        ("rpt_engagement_by_network", "acme", "y", None, OVER, "exchange_count", 16.0, 17.0)
    ]


def test_what_was_published_without_networks_is_of_the_only_one_there_was(published: Settings) -> None:
    update = "update reports.rpt_manageability set address_in_count = {} where account_id = '1'"
    publish_build(published, "build-2", update.format(16))
    before = moved(published)
    assert len(before) > 20 and {row[2] for row in before} == {"x"}
    with duckdb.connect(str(published.published_path)) as con:
        for table in ("reports.rpt_manageability", restatements.NAME):
            con.execute(f"alter table {table} drop column network")
    publish_build(published, "build-3", update.format(17))
    after = moved(published)
    assert after[: len(before)] == before
    assert [row[:6] for row in after[len(before) :]] == [row[:6] for row in before]


def test_other_definitions_are_named_with_what_moved(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "fingerprint", lambda: "other")
    publish_build(
        published, "build-2", f"update {SUMMARY} set new_count = 7 where week_start_date = '{OVER}'"
    )
    assert read(published, f"select is_redefined from {record.NAME}") == [{"is_redefined": True}]
    assert read(published, f"select is_redefined from {restatements.NAME}") == [{"is_redefined": True}]


@pytest.mark.parametrize("wreck", ["not a database", "cut", "locked", "of an earlier version"])
def test_a_file_that_cannot_be_read_does_not_stop_the_next(
    wreck: str, published: Settings, spoil: Callable[..., None]
) -> None:
    path = published.published_path
    if wreck == "not a database":
        path.write_text("hello")
    elif wreck == "cut":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif wreck == "of an earlier version":
        with duckdb.connect(str(path)) as con:
            con.execute(f"drop table {record.NAME}")
            con.execute(f"drop table {restatements.NAME}")
            con.execute(f"alter table {SUMMARY} drop column exchange_count")
    if wreck == "locked":
        with duckdb.connect(str(path)):
            publish_latest(published)
    else:
        publish_latest(published)
    [row] = read(published, f"select is_compared, previous_publication_id from {record.NAME}")
    assert row["is_compared"] == (wreck == "of an earlier version")
    assert row["previous_publication_id"] is None
    assert moved(published) == []


def test_old_restatements_go(published: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_build(
        published, "build-2", f"update {SUMMARY} set new_count = 7 where week_start_date = '{OVER}'"
    )
    monkeypatch.setattr(restatements, "KEPT", timedelta(0))
    publish_build(
        published, "build-3", f"update {SUMMARY} set new_count = 8 where week_start_date = '{LAST}'"
    )
    assert [row[4] for row in moved(published)] == [LAST]
    assert isinstance(LAST, date)
