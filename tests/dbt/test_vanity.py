"""Followers, likes, reposts and impressions a thousand times as many, and a thousand who like and repost for an hour:
nothing but the context moves."""

import shutil
from pathlib import Path

import duckdb

from modelling import dbt
from rapport.config import load_settings
from tests.dbt.conftest import Built
from tests.dbt.histories import OURS

CONTEXT = "reports.rpt_context_counts"
# People who did anything in the week, with whom readers are compared.
_BESIDE = {"reports.rpt_readership": "exclude (acting_person_count)"}
_COUNTS = "|".join(
    f"{what}_count"
    for what in (
        "like",
        "retweet",
        "repost",
        "quote",
        "bookmark",
        "impression",
        "followers",
        "following",
        "listed",
    )
)
# Wherever a count is read from: the typed columns, and the payload as it came.
INFLATE = (
    "update raw.posts set public_metrics = struct_update(public_metrics, "
    "like_count := 1000 * public_metrics.like_count, retweet_count := 1000 * public_metrics.retweet_count, "
    "repost_count := 1000 * public_metrics.repost_count, quote_count := 1000 * public_metrics.quote_count, "
    "bookmark_count := 1000 * public_metrics.bookmark_count, "
    "impression_count := 1000 * public_metrics.impression_count)",
    "update raw.users set public_metrics = struct_update(public_metrics, "
    "followers_count := 1000 * public_metrics.followers_count, "
    "following_count := 1000 * public_metrics.following_count, "
    "listed_count := 1000 * public_metrics.listed_count)",
    *(
        f"update raw.{table} set payload = "
        rf"""regexp_replace(payload::varchar, '"({_COUNTS})"(: ?)([1-9][0-9]*)', '"\1"\2\3000', 'g')::json"""
        for table in ("posts", "users")
    ),
)
# A thousand accounts that nobody knew like and repost one post of ours within an hour.
CROWD = (
    "create temp table ours as select post_id, created_at from marts.posts "
    f"where account_id = '{OURS[0]}' and kind = 'original' order by created_at, post_id limit 1",
    "create temp table crowd as select 800000 + n as n from range(1000) as numbers(n)",
    "insert into raw.pages by name select 'x/likers/crowd/page-1' as page_key, 'x' as network, '' as client_id, "
    "'likers' as stream, '/2/tweets/' || post_id || '/liking_users' as endpoint, post_id as about_post_id, "
    "created_at + interval 1 day as fetched_at, "
    "(select max(load_id) from raw.pages) as load_id from ours",
    "insert into raw.users by name select 'x/likers/crowd/page-1' as page_key, 'data' as section, "
    "n as position, 'x' as network, n::varchar as account_id, 'fan' || n as username, "
    "created_at + interval 1 day as observed_at from ours, crowd",
    "insert into raw.posts by name select 'x/likers/crowd/page-1' as page_key, 'includes' as section, "
    "n as position, 'x' as network, (post_id::bigint + (n << 22))::varchar as post_id, n::varchar as author_id, "
    "'RT @h101: words' as text, created_at + to_seconds(n % 3600) as created_at, "
    "[{'type': 'retweeted', 'id': post_id}] as referenced_tweets, "
    "created_at + interval 1 day as observed_at from ours, crowd",
)


def test_bought_attention_moves_no_headline_no_stage_and_no_rank(built: Built, tmp_path: Path) -> None:
    shutil.copy(built.settings.config_path, tmp_path / "rapport.toml")
    settings = load_settings(tmp_path)
    shutil.copy(built.settings.warehouse_path, settings.warehouse_path)
    with duckdb.connect(str(settings.warehouse_path)) as con:
        for statement in (*INFLATE, *CROWD):
            con.execute(statement)
    # the warehouse is the copy of one that was built, and what was changed came with no load
    outcome = dbt.run(settings, ["run", "--full-refresh"], lambda line: None)
    assert outcome.returncode == 0, outcome.failures or outcome.last_line

    with duckdb.connect() as con:
        con.execute(f"attach '{built.settings.warehouse_path}' as before (read_only)")
        con.execute(f"attach '{settings.warehouse_path}' as after (read_only)")
        tables = [
            f"{schema}.{name}"
            for schema, name in con.execute(
                "select table_schema, table_name from information_schema.tables where table_catalog = 'before' "
                "and table_schema in ('marts', 'reports') order by all"
            ).fetchall()
        ]
        gone = {table: found for table in tables if (found := _only(con, "before", table))}
        came = {table: found for table in tables if (found := _only(con, "after", table))}
        followers, likes = (
            con.execute(
                f"select sum(after.{column}) / sum(before.{column}) from before.{table} as before "
                f"inner join after.{table} as after using ({keys})"
            ).fetchall()[0][0]
            for table, column, keys in (
                (
                    "staging.stg_networks__account_metrics",
                    "follower_count",
                    "network, account_id, observed_at",
                ),
                (
                    "reports.rpt_context_counts",
                    "like_count",
                    "client_id, network, account_id, week_start_date",
                ),
            )
        )
    assert len(tables) > 15
    # among people, acts and posts stands whoever came to be counted; of what stood there nothing moved
    assert gone.keys() == {CONTEXT}
    assert came == {
        CONTEXT: gone[CONTEXT],
        "marts.accounts": 1000,
        "marts.account_handles": 1000,
        "marts.people": 1000,
        "marts.posts": 1000,
        "marts.interactions": 2000,
    }
    # the inflation arrived
    assert (followers, likes) == (1000, 1000)


def _only(con: duckdb.DuckDBPyConnection, side: str, table: str) -> int:
    """How many rows of a table only one of the two warehouses has."""
    other = {"before": "after", "after": "before"}[side]
    columns = f"select * {_BESIDE.get(table, '')} from"
    query = f"select count(*) from ({columns} {side}.{table} except all {columns} {other}.{table})"
    return int(con.execute(query).fetchall()[0][0])
