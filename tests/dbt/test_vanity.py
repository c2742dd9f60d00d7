"""Followers, likes, reposts and impressions a thousand times as many: nothing but the context moves."""

import shutil
from pathlib import Path

import duckdb

from rapport import dbt
from rapport.config import load_settings
from tests.dbt.conftest import Built

CONTEXT = {"reports.rpt_context_counts"}
INFLATE = (
    "update raw.posts set public_metrics = struct_update(public_metrics, "
    "like_count := 1000 * public_metrics.like_count, retweet_count := 1000 * public_metrics.retweet_count, "
    "repost_count := 1000 * public_metrics.repost_count, quote_count := 1000 * public_metrics.quote_count, "
    "bookmark_count := 1000 * public_metrics.bookmark_count, "
    "impression_count := 1000 * public_metrics.impression_count)",
    "update raw.users set public_metrics = struct_update(public_metrics, "
    "followers_count := 1000 * public_metrics.followers_count, "
    "listed_count := 1000 * public_metrics.listed_count)",
)


def test_bought_attention_moves_no_headline_no_stage_and_no_rank(built: Built, tmp_path: Path) -> None:
    shutil.copy(built.settings.config_path, tmp_path / "rapport.toml")
    settings = load_settings(tmp_path)
    shutil.copy(built.settings.warehouse_path, settings.warehouse_path)
    with duckdb.connect(str(settings.warehouse_path)) as con:
        for statement in INFLATE:
            con.execute(statement)
    outcome = dbt.run(settings, ["run"], lambda line: None)
    assert outcome.returncode == 0, outcome.failures or outcome.last_line

    with duckdb.connect() as con:
        con.execute(f"attach '{built.settings.warehouse_path}' as before (read_only)")
        con.execute(f"attach '{settings.warehouse_path}' as after (read_only)")
        tables = [
            f"{schema}.{name}"
            for schema, name in con.execute(
                "select schema_name, table_name from duckdb_tables() where database_name = 'before' "
                "and schema_name in ('marts', 'reports') order by all"
            ).fetchall()
        ]
        moved = {table for table in tables if _differ(con, table)}
        followers, likes = (
            con.execute(
                f"select sum(after.{column}) / sum(before.{column}) from before.{table} as before "
                f"inner join after.{table} as after using ({keys})"
            ).fetchall()[0][0]
            for table, column, keys in (
                ("staging.stg_x__user_metrics", "follower_count", "network, account_id, observed_at"),
                ("reports.rpt_context_counts", "like_count", "client_id, account_id, week_start_date"),
            )
        )
    assert len(tables) > 15
    assert moved == CONTEXT
    # the inflation arrived
    assert (followers, likes) == (1000, 1000)


def _differ(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    """True if the two warehouses hold other rows in a table."""
    return any(
        con.execute(f"select 1 from (from {one}.{table} except all from {other}.{table}) limit 1").fetchall()
        for one, other in (("before", "after"), ("after", "before"))
    )
