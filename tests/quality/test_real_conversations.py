"""Every figure of real conversations is held against the rows that it leads to, each by itself."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from quality.suites.real_conversation_figures import CHECK
from tests.quality import warehouse

_WEEK = "week_start_date = '2026-05-04'"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("figures") / "warehouse.duckdb"
    warehouse.make(path)
    return path


@pytest.fixture
def wrong(made: Path) -> Callable[[str], set[str]]:
    """Which figures differ from their rows once a statement has spoiled one of the tables, which is then undone."""

    def found(statement: str) -> set[str]:
        with duckdb.connect(str(made)) as con:
            con.execute("begin")
            con.execute(statement)
            rows = con.execute(
                f"select row_key from ({CHECK.query}) where told_count <> row_count"
            ).fetchall()
            con.execute("rollback")
        return {key for (key,) in rows}

    return found


def test_in_order_no_figure_differs(wrong: Callable[[str], set[str]], made: Path) -> None:
    assert wrong("select 1") == set()
    with duckdb.connect(str(made), read_only=True) as con:
        told = con.execute(f"select count(*) from ({CHECK.query}) where told_count > 0").fetchall()
    assert told > [(100,)]


@pytest.mark.parametrize(
    ("table", "figure", "where", "key"),
    [
        ("rpt_engagement_summary", "real_conversation_count", _WEEK, "2026-05-04"),
        ("rpt_engagement_by_network", "real_conversation_count", _WEEK, "x 2026-05-04"),
        ("rpt_manageability", "real_conversation_count", f"{_WEEK} and account_id = '2'", "x 2 2026-05-04"),
        ("rpt_relationships", "real_conversation_count", "person_id = '43'", "43"),
        ("rpt_conversations", "real_person_count", "root_post_id = '9001'", "x 9001"),
        ("rpt_content", "real_conversation_count", "post_id = '8002'", "x 8002"),
    ],
)
def test_a_figure_that_counts_one_more_is_found(
    wrong: Callable[[str], set[str]], table: str, figure: str, where: str, key: str
) -> None:
    assert wrong(f"update reports.{table} set {figure} = {figure} + 1 where {where}") == {
        f"acme {table} {key}"
    }


def test_a_row_that_is_lost_or_counted_for_one_person_only_is_found(
    wrong: Callable[[str], set[str]],
) -> None:
    missed = wrong("delete from reports.rpt_real_conversations where root_post_id = '9000'")
    assert missed == {
        "acme rpt_engagement_summary 2026-07-27", "acme rpt_engagement_by_network x 2026-07-27",
        "acme rpt_manageability x 1 2026-07-27", "acme rpt_relationships 41", "acme rpt_conversations x 9000",
        "acme rpt_content x 8000",
    }  # fmt: skip
