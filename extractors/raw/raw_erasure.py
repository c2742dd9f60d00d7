"""What is to be forgotten, out of the warehouse: found by SQL, taken out page by page, and the file rewritten.

A page that holds something of it leaves schema raw whole and is loaded anew from its redacted landing file; so
raw stays what landing makes of it. What dbt built from raw goes too, and the next build makes it again.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import duckdb

from extractors.landing import landing_files
from extractors.raw import raw_store
from extractors.raw.tables import TABLES
from rapport import warehouse
from rapport.config import Settings
from rapport.forgotten import Forgotten

Progress = Callable[[str], None]

_PAGE_TABLES = [name for name, columns in TABLES.items() if columns.strip().startswith("page_key ")]
_KEPT_SCHEMAS = ("main", "raw", "quality")
# A repost of a file may name no post: then it is known by what it repeats, cut short as it may be.
_SHORTEST_REPEATED = 12

_FOLLOWS = f"""
    with listed as (
        select distinct
            post_id,
            unnest(list_concat(
                [post_id], coalesce(edit_history_tweet_ids, []), coalesce(edit_history_post_ids, [])
            )) as version_id,
        from raw.posts where post_id is not null
    ),
    referring as (
        select
            post_id,
            unnest(list_concat(coalesce(referenced_tweets, []), coalesce(referenced_posts, []))) as reference,
        from raw.posts
    ),
    repeating as materialized (
        select distinct
            post_id,
            lower(regexp_extract(text, '^RT @([A-Za-z0-9_]+)', 1)) as handle,
            rtrim(regexp_replace(text, '^RT @[A-Za-z0-9_]+: ?', ''), '… ') as words,
        from raw.posts where text like 'RT @%'
    ),
    said as materialized (
        select distinct unnest([text, note_tweet_text, note_post_text]) as words
        from raw.posts semi join erased_posts on post_id = id
    ),
    touched as (
        select post_id from listed semi join erased_posts on version_id = id
        union
        select post_id from raw.posts semi join erased_accounts on author_id = id
        union
        select post_id from referring semi join erased_posts
            on reference.type = 'retweeted' and reference.id = erased_posts.id
        union
        select post_id from repeating semi join erased_handles using (handle)
        union
        select repeating.post_id
        from repeating inner join said
            on repeating.words[:{_SHORTEST_REPEATED}] = said.words[:{_SHORTEST_REPEATED}]
                and starts_with(said.words, repeating.words)
        where length(repeating.words) >= {_SHORTEST_REPEATED}
    )
    select version_id from listed semi join touched using (post_id)
    union
    select message_id from raw.messages semi join erased_accounts on sender_id = id where message_id is not null
"""

# Handles are looked for in whatever came; ids in the columns that hold them.
_AFFECTED = """
    select page_key from raw.posts where post_id in (select id from erased_posts)
    union select page_key from raw.messages where message_id in (select id from erased_posts)
    union select page_key from raw.users where account_id in (select id from erased_accounts)
    union select page_key from raw.rejects where content is not null
    union
    select page_key from (
        select page_key, payload::varchar as content from raw.posts
        union all select page_key, payload::varchar from raw.messages
        union all select page_key, payload::varchar from raw.users
        union all select page_key, payload::varchar from raw.errors
        union all select page_key, parameters::varchar from raw.pages
    )
    semi join erased_handles on contains(lower(content), handle)
"""


def widened(settings: Settings, what: Forgotten) -> Forgotten:
    """With all that follows from it in raw: the account's posts, messages and handles, versions, reposts."""
    with warehouse.connect(settings) as connection:
        raw_store.create_tables(connection)
        while True:
            _name(connection, what)
            posts = {row[0] for row in connection.execute(_FOLLOWS).fetchall()}
            handles = {
                row[0]
                for row in connection.execute(
                    """
                    select lower(username) from raw.users
                    where account_id in (select id from erased_accounts) and username is not null
                    union
                    select lower(mention.username)
                    from (
                        select unnest(list_concat(coalesce(mentions, []), coalesce(note_mentions, []))) as mention
                        from raw.posts
                    )
                    where mention.id in (select id from erased_accounts) and mention.username is not null
                    """
                ).fetchall()
            }
            wider = replace(what, post_ids=what.post_ids | posts, handles=what.handles | handles)
            if wider == what:
                return what
            what = wider


def take_out(settings: Settings, what: Forgotten, on_progress: Progress) -> int:
    """Takes it out of every table, and rewrites the file without it. Returns how many pages were touched.

    Call only once landing is clean: the touched pages are loaded again by the next load.
    """
    with warehouse.connect(settings) as connection:
        raw_store.create_tables(connection)
        connection.begin()
        _name(connection, what)
        connection.execute(f"create or replace temp table affected as {_AFFECTED}")
        keys = [row[0] for row in connection.execute("select page_key from affected").fetchall()]
        lost = [(key,) for key in keys if not landing_files.exists(settings.landing_dir, key)]
        if lost:
            on_progress(f"{len(lost)} pages have no landing file; of them only what names it is taken out")
            connection.execute("create or replace temp table lost (page_key varchar)")
            connection.executemany("insert into lost values (?)", lost)
            _take_rows_out(connection)
            connection.execute("delete from affected where page_key in (select page_key from lost)")
        for table in _PAGE_TABLES:
            connection.execute(f"delete from raw.{table} where page_key in (select page_key from affected)")
        _drop_built(connection)
        connection.commit()
    warehouse.rewrite(settings)
    return len(keys)


def _name(connection: duckdb.DuckDBPyConnection, what: Forgotten) -> None:
    """Puts what is to be forgotten into temporary tables."""
    for table, column, values in (
        ("erased_posts", "id", what.post_ids),
        ("erased_accounts", "id", what.account_ids),
        ("erased_handles", "handle", what.handles),
    ):
        connection.execute(
            f"create or replace temp table {table} as select unnest($values::varchar[]) as {column}",
            {"values": sorted(values)},
        )


def _take_rows_out(connection: duckdb.DuckDBPyConnection) -> None:
    """Where the landing file is lost nothing can be loaded again: the rows go that hold or name it."""
    named = "exists (select 1 from erased_handles where contains(lower({}::varchar), handle))"
    for table, condition in (
        ("posts", f"post_id in (select id from erased_posts) or {named.format('payload')}"),
        ("messages", f"message_id in (select id from erased_posts) or {named.format('payload')}"),
        ("users", f"account_id in (select id from erased_accounts) or {named.format('payload')}"),
        ("errors", named.format("payload")),
        ("rejects", "content is not null"),
    ):
        connection.execute(
            f"delete from raw.{table} where page_key in (select page_key from lost) and ({condition})"
        )
    connection.execute(
        "update raw.pages set parameters = null where page_key in (select page_key from lost) "
        f"and {named.format('parameters')}"
    )


def _drop_built(connection: duckdb.DuckDBPyConnection) -> None:
    """Everything dbt made of raw. Until the next build has remade it, nothing can be checked or published."""
    kept = ", ".join(f"'{name}'" for name in _KEPT_SCHEMAS)
    rows = connection.execute(
        "select schema_name from duckdb_schemas() where database_name = current_database() "
        f"and not internal and schema_name not in ({kept})"
    ).fetchall()
    for (name,) in rows:
        connection.execute(f'drop schema "{name}" cascade')
    if warehouse.has_table(connection, "quality", "builds"):
        now = datetime.now(UTC)
        connection.execute(
            "insert into quality.builds by name select $id as build_id, $now as started_at, false as is_success",
            {"id": f"erasure-{now:%Y%m%dT%H%M%S%f}", "now": now},
        )
