"""The same conversation and relationship measures by one SQL script in DuckDB: the core and nothing else.

`python -m benchmarks.peer_sql POSTS OUT --ours ID,ID --bots ID,ID` reads NDJSON (as pandas does), or schema raw of a
warehouse if POSTS ends in .duckdb, and writes OUT/conversations.parquet and OUT/relationships.parquet. It prints as
JSON how many seconds each table took. What dbt's models take beyond this is the price of being built of parts: of
increments, as-of dates, several networks, tested shapes and documented columns.
"""

import argparse
import json
import re
import time
from pathlib import Path

import duckdb

SCRIPT = Path(__file__).with_suffix(".sql")

_COLUMNS = {
    "id": "BIGINT", "author_id": "BIGINT", "text": "VARCHAR", "created_at": "TIMESTAMPTZ",
    "conversation_id": "BIGINT", "in_reply_to_user_id": "BIGINT",
    "referenced_tweets": 'STRUCT("type" VARCHAR, id BIGINT)[]',
    "entities": 'STRUCT(mentions STRUCT("start" INTEGER, id BIGINT)[])', "note_tweet": "STRUCT(text VARCHAR)",
}  # fmt: skip

# What is alike in both sources, from columns of the names of raw.posts.
_CAPTURED = """
    create temp view captured as
    select
        post_id::bigint as post_id,
        author_id::bigint as author_id,
        conversation_id::bigint as conversation_id,
        created_at,
        list_filter(referenced_tweets, lambda one: one.type = 'replied_to')[1].id::bigint as parent_id,
        in_reply_to_user_id::bigint as reply_to_id,
        list_filter(referenced_tweets, lambda one: one.type = 'quoted')[1].id::bigint as quoted_id,
        coalesce(len(list_filter(referenced_tweets, lambda one: one.type = 'retweeted')) > 0, false) as is_repost,
        mentions,
        coalesce(note_tweet_text, text) as text,
    from ({source})
"""
# A post is in raw once for each page that brought it; the newest one counts.
_NEWEST = """
    select * from warehouse.raw.posts
    where rowid in (select arg_max(rowid, observed_at) from warehouse.raw.posts group by post_id)
"""


def run(source: Path, out: Path, ours: list[int], bots: list[int]) -> dict[str, float]:
    """Runs the script and writes both answers; returns the seconds of each table that it makes."""
    took = {}
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set preserve_insertion_order = false")
        connection.execute(_CAPTURED.replace("{source}", _source(connection, source)))
        for table, accounts in (("ours", ours), ("bots", bots)):
            connection.execute(
                f"create temp table {table} as select unnest($accounts::bigint[]) as account_id",
                {"accounts": accounts},
            )
        for statement in duckdb.extract_statements(SCRIPT.read_text(encoding="utf-8")):
            started = time.perf_counter()
            connection.execute(statement)
            [made] = re.findall(r"^create temp table (\w+)", statement.query, re.MULTILINE)
            took[made] = time.perf_counter() - started
        for name in ("conversations", "relationships"):
            connection.table(name).write_parquet(str(out / f"{name}.parquet"))
    return took


def _source(connection: duckdb.DuckDBPyConnection, source: Path) -> str:
    if source.suffix == ".duckdb":
        connection.execute(f"attach '{source}' as warehouse (read_only)")
        return _NEWEST
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in _COLUMNS.items())
    return (
        "select *, id as post_id, entities.mentions as mentions, note_tweet.text as note_tweet_text "
        f"from read_json('{source}', format = 'newline_delimited', columns = {{{columns}}})"
    )


def main(arguments: list[str] | None = None) -> None:
    """Measures, writes, and prints the seconds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peer_sql", description=__doc__)
    parser.add_argument("posts", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--bots", required=True)
    given = parser.parse_args(arguments)
    ours, bots = ([int(account) for account in many.split(",")] for many in (given.ours, given.bots))
    print(json.dumps(run(given.posts, given.out, ours, bots)))


if __name__ == "__main__":
    main()
