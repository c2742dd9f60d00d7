"""Whose the rows of each published table are: nothing reaches a client's file that nobody has decided about."""

from pathlib import Path

import duckdb
import pytest

from quality import publish, record
from quality.change_over import draft_of
from quality.clients import checks_of, prepare, rows_of
from quality.errors import PublishRefused
from quality.results import SCHEMA_SQL
from quality.tables import Table, columns_by_table, tables_of
from tests import contracts


def test_every_published_table_has_its_owner() -> None:
    with duckdb.connect() as con:
        contracts.create_tables(con)
        columns = columns_by_table(con)
        queries = {(table.schema, table.name): rows_of(table, "acme", columns) for table in tables_of(con)}
        con.execute("create table marts.of_nobody (post_id varchar)")
        columns = columns_by_table(con)
        assert rows_of(Table("marts", "of_nobody"), "acme", columns) is None
    assert len(queries) > 25
    assert [key for key, query in queries.items() if query is None] == []
    everybodys = [
        key for key, query in queries.items() if "acme" not in str(query) and "own_" not in str(query)
    ]
    assert everybodys == [("reports", "rpt_definitions")]


def test_what_columns_mean_is_written_once_for_all_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes longer than the rows of a small home."""
    said: list[Table] = []
    comment = record.comment
    monkeypatch.setattr(
        record, "comment", lambda con, table, columns: said.append(table) or comment(con, table, columns)
    )
    targets = [tmp_path / name / "engagement.duckdb" for name in ("all", "acme", "bolt")]
    targets[0].parent.mkdir()
    with duckdb.connect() as con:
        contracts.create_tables(con)
        con.execute("comment on column marts.posts.text is 'What was said.'")
        publish.start_drafts(con, targets)
        assert said == tables_of(con)
        meant = columns_by_table(con)
        for target in targets:
            con.execute(f"attach '{draft_of(target)}' as draft (read_only)")
            assert columns_by_table(con, "draft") == meant and meant["marts", "posts"]["text"][1]
            con.execute("detach draft")


def test_a_build_of_before_is_not_published_for_a_client() -> None:
    with duckdb.connect() as con:
        contracts.create_tables(con)
        with pytest.raises(PublishRefused, match="earlier version of Rapport") as refused:
            prepare(con, "acme", columns_by_table(con))
    assert "rapport build" in refused.value.remedy


def test_what_a_check_says_of_others_is_left_out() -> None:
    """A rule warns over three clients' rows; another over one client's, and a third over a file's."""
    with duckdb.connect() as con:
        con.execute(SCHEMA_SQL)
        for rule, is_success, keys in (
            ("all", False, ["acme x:1", "bolt x:2", "acmeco x:3"]),
            ("other", False, ["bolt x:2"]),
            ("file", False, ["x:import 2026-01-05"]),
            ("holds", True, []),
        ):
            con.execute(
                "insert into quality.check_results "
                "(run_id, rule, is_success, sample_keys, unexpected_count, row_count) values ('run', ?, ?, ?, 3, 9)",
                [rule, is_success, keys],
            )
        found = con.execute(
            f"select rule, sample_keys, unexpected_count, row_count from ({checks_of('acme')}) order by rule",
            {"run_id": "run"},
        ).fetchall()
    assert found == [
        ("all", ["acme x:1"], None, None),
        ("file", ["x:import 2026-01-05"], None, None),
        ("holds", [], None, None),
    ]
