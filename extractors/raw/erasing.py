"""Erasure in the warehouse: pages leave schema raw, and the file is rewritten.

A page that holds something forgotten leaves schema raw as a whole, and is loaded again from its redacted landing file.
So raw is always what loading landing gives. What dbt built from raw is dropped, and the next build makes it again.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import duckdb

from extractors.landing import landing_files
from extractors.raw import raw_store, raw_topics
from extractors.raw.related import NAMED_IN_TEXTS, make_forgotten_tables
from extractors.raw.tables import PAGE_TABLES
from rapport import warehouse
from rapport.config import Settings
from rapport.forgotten import ERASURE, Forgotten
from rapport.links import Links

Progress = Callable[[str], None]

_KEPT_SCHEMAS = ("main", "raw", "quality")
# Handles are looked for in everything that came, ids in the columns that hold them.
_IS_POST = "(network, {}) in (select (network, id) from erased_posts)"
_IS_ACCOUNT = "(network, account_id) in (select (network, id) from erased_accounts)"
# A refused line says of no network; its page does.
_IS_REFUSED = """
    content is not null and split_part(page_key, '/', 1) in (
        select network from erased_posts union select network from erased_accounts
        union select network from erased_handles
    )
"""
_AFFECTED = f"""
    select page_key from raw.posts where {_IS_POST.format("post_id")}
    union select page_key from raw.messages where {_IS_POST.format("message_id")}
    union select page_key from raw.users where {_IS_ACCOUNT}
    union select page_key from raw.rejects where {_IS_REFUSED}
    union
    select named.page_key from ({NAMED_IN_TEXTS}) as named
    semi join erased_accounts as erased on named.network = erased.network and named.mention.id = erased.id
    union
    select page_key from (
        select page_key, network, unnest(participant_ids) as account_id from raw.messages
        union all select page_key, network, resource_id from raw.errors
    ) where {_IS_ACCOUNT}
    union
    select page_key from (
        select page_key, payload::varchar as content from raw.posts
        union all select page_key, payload::varchar from raw.messages
    ) where shows_it(content)
    union
    select page_key from (
        select page_key, network, payload::varchar as content from raw.posts
        union all select page_key, network, payload::varchar from raw.messages
        union all select page_key, network, payload::varchar from raw.users
        union all select page_key, network, payload::varchar from raw.errors
        union all select page_key, network, parameters::varchar from raw.pages
        union all select page_key, network, endpoint from raw.pages where source = 'file'
        union all select page_key, network, source_path from raw.rejects
    ) as came
    semi join erased_handles as erased on came.network = erased.network and contains(lower(content), handle)
"""


def erase_from(settings: Settings, forgotten: Forgotten, on_progress: Progress) -> int:
    """Takes it out of every table, rewrites the file, and loads the touched pages again. Returns how many pages.

    Call only once landing holds nothing of it any more.
    """
    if not settings.warehouse_path.exists():
        return 0
    with warehouse.connect(settings) as connection:
        raw_store.create_tables(connection)
        connection.begin()
        make_forgotten_tables(connection, forgotten)
        links = Links(forgotten)
        connection.create_function(
            "shows_it", lambda payload: links.may_be_shown(payload.encode()), ["VARCHAR"], "BOOLEAN"
        )
        connection.execute(f"create or replace temp table affected as {_AFFECTED}")
        keys = [row[0] for row in connection.execute("select page_key from affected").fetchall()]
        lost = [(key,) for key in keys if not landing_files.is_readable(settings.landing_dir, key)]
        if lost:
            on_progress(
                f"{len(lost)} pages have no whole landing file; of them only what names it is taken out"
            )
            connection.execute("create or replace temp table lost (page_key varchar)")
            connection.executemany("insert into lost values (?)", lost)
            _take_rows_out(connection)
            connection.execute("delete from affected where page_key in (select page_key from lost)")
        for table in PAGE_TABLES:
            connection.execute(f"delete from raw.{table} where page_key in (select page_key from affected)")
        raw_topics.forget(connection)
        _drop_built(connection)
        connection.commit()
    warehouse.rewrite(settings)
    on_progress(f"warehouse: {len(keys)} pages taken out, the file rewritten")
    raw_store.load(settings, on_progress)
    return len(keys)


def _take_rows_out(connection: duckdb.DuckDBPyConnection) -> None:
    """Pages without a landing file can't be loaded again: of these, the rows go that hold or name what is forgotten."""
    previews = "shows_it(payload::varchar)"
    named = (
        "exists (select 1 from erased_handles as erased "
        "where erased.network = {0}.network and contains(lower({0}.{1}::varchar), handle))"
    )
    for table, condition in (
        ("posts", f"{_IS_POST.format('post_id')} or {named.format('posts', 'payload')} or {previews}"),
        (
            "messages",
            f"{_IS_POST.format('message_id')} or {named.format('messages', 'payload')} or {previews}",
        ),
        ("users", f"{_IS_ACCOUNT} or {named.format('users', 'payload')}"),
        ("errors", named.format("errors", "payload")),
        ("rejects", f"{_IS_REFUSED} or {named.format('rejects', 'source_path')}"),
    ):
        connection.execute(
            f"delete from raw.{table} where page_key in (select page_key from lost) and ({condition})"
        )
    for column, where in (("parameters", "true"), ("endpoint", "source = 'file'")):
        connection.execute(
            f"update raw.pages set {column} = null where page_key in (select page_key from lost) "
            f"and {where} and {named.format('pages', column)}"
        )


def _drop_built(connection: duckdb.DuckDBPyConnection) -> None:
    """Drops everything that dbt made of raw. Until the next build nothing can be checked or published."""
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
            {"id": f"{ERASURE}{now:%Y%m%dT%H%M%S%f}", "now": now},
        )
