"""Rows that leave schema raw for the rejects: by rules that are newer than they are, or because somebody says so.

What dbt has built of such rows is built anew: the next build is a full refresh (modelling/builds.py reads
raw.withdrawals).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from extractors.raw import door
from extractors.raw.objects import CONTENT, KINDS
from extractors.raw.refusals import name_sources
from extractors.raw.tables import PAGE_TABLES
from rapport.config import Settings
from rapport.networks import NETWORKS, qualified

BY_HAND = "taken out by hand"


def latest_at(now: datetime) -> datetime:
    """What is dated later than this is yet to come. Of two clocks the later one counts: a world may have its own."""
    return max(now, datetime.now(UTC)) + timedelta(days=1)


def heal(
    settings: Settings, connection: duckdb.DuckDBPyConnection, on_progress: Callable[[str], None]
) -> None:
    """Goes through all rows, once for each version of the rules. Those that break one are moved to raw.rejects.

    A moment of fetching that cannot be, as a file was dated 1901, becomes that of the load; a created_at that its
    post's id contradicts, the id's. A window that was not over when it was fetched ends at that moment.
    """
    [(version,)] = connection.execute(
        "select coalesce(max(rules_version), 0) from raw.withdrawals"
    ).fetchall()
    if version >= door.RULES_VERSION:
        return
    values = {"latest_at": latest_at(settings.now())}
    connection.begin()
    try:
        mended = _mend_fetched_at(connection, values) + _mend_windows(connection)
        moved = sum(
            _move(connection, name, door.verdict(rules), values)
            for name, kind in KINDS.items()
            if (rules := kind.rules(NETWORKS.values()))
        )
        mended += _mend_created_at(connection, values)
        name_sources(settings, connection)
        _note(connection, "new rules", mended + moved, door.RULES_VERSION)
        connection.commit()
    except BaseException:
        with suppress(duckdb.Error):  # on a full disk DuckDB has ended the transaction already
            connection.rollback()
        raise
    if moved or mended:
        on_progress(
            f"{moved} rows do not fit the rules of this version and are refused now (`rapport quarantine list` says "
            f"why), {mended} times were put right"
        )


def hold_posts(
    connection: duckdb.DuckDBPyConnection, network: str, post_ids: Iterable[str], why: str, by: str
) -> int:
    """Takes posts out, also those that pages will bring later. Returns how many rows left. The caller commits."""
    known = held_posts(connection)
    held_at = datetime.now(UTC)
    for post_id in post_ids:
        if qualified(network, post_id) not in known:
            connection.execute(
                "insert into raw.held_posts values (?, ?, ?, ?, ?)", [network, post_id, why, by, held_at]
            )
    held = (
        "(select any_value(held.why) from raw.held_posts as held "
        "where held.network = posts.network and held.post_id = posts.post_id)"
    )
    count = _move(connection, "post", f"'{BY_HAND}: ' || {held}", {})
    _note(connection, BY_HAND, count)
    return count


def hold_pages(connection: duckdb.DuckDBPyConnection, keys: Sequence[str], why: str) -> int:
    """Takes all that pages brought out. Returns how many of them raw held. The caller commits."""
    rows = connection.execute(
        "select page_key, network from raw.pages where page_key in (select unnest($keys::varchar[]))",
        {"keys": list(keys)},
    ).fetchall()
    forget_pages(connection, [key for key, _ in rows])
    for key, network in rows:
        connection.execute(
            "insert into raw.rejects (page_key, network, object_kind, reason, rejected_at) values (?, ?, 'page', ?, ?)",
            [key, network, f"{BY_HAND}: {why}", datetime.now(UTC)],
        )
    _note(connection, BY_HAND, len(rows))
    return len(rows)


def release_posts(connection: duckdb.DuckDBPyConnection, posts: Iterable[tuple[str, str]]) -> set[str]:
    """Posts, by network and id, that pages may bring again. Returns the keys of the pages that have brought them."""
    keys = set()
    for network, post_id in posts:
        released = connection.execute(
            "delete from raw.held_posts where network = $network and left(post_id, 200) = $post_id",
            {"network": network, "post_id": post_id},
        ).fetchall()
        if released[0][0]:
            keys |= {
                row[0]
                for row in connection.execute(
                    "select page_key from raw.rejects where object_kind = 'post' and network = $network "
                    "and object_id = $post_id and starts_with(reason, $by_hand)",
                    {"network": network, "post_id": post_id, "by_hand": BY_HAND},
                ).fetchall()
            }
    return keys


def forget_pages(connection: duckdb.DuckDBPyConnection, keys: Sequence[str]) -> None:
    """Takes all rows of pages out, also what was refused of them: the next load takes them for new ones."""
    for table in PAGE_TABLES:
        connection.execute(
            f"delete from raw.{table} where page_key in (select unnest($keys::varchar[]))",
            {"keys": list(keys)},
        )
    _note(connection, "loaded again", len(keys))


def held_posts(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """`network:id` of each post that was taken out by hand -> the reason, as raw.rejects gives it."""
    rows = connection.execute("select network, post_id, why from raw.held_posts").fetchall()
    return {qualified(network, post_id): f"{BY_HAND}: {why}" for network, post_id, why in rows}


def _move(connection: duckdb.DuckDBPyConnection, name: str, verdict: str, values: Mapping[str, Any]) -> int:
    """Moves the rows of one kind of object of which the verdict is not NULL to raw.rejects; returns how many."""
    kind = KINDS[name]
    used = {key: value for key, value in values.items() if f"${key}" in verdict}
    connection.execute(
        f"create or replace temp table moved as select rowid as moved_row, {verdict} as reason "
        f"from raw.{kind.table} where {verdict} is not null",
        used,
    )
    connection.execute(
        f"""
        insert into raw.rejects by name
        select
            page_key, network, '{name}' as object_kind, section, position, left({kind.id_column}, 200) as object_id,
            reason, {CONTENT}, $now as rejected_at, load_id,
        from raw.{kind.table} inner join moved on raw.{kind.table}.rowid = moved_row
        """,
        {"now": datetime.now(UTC)},
    )
    rows = connection.execute(
        f"delete from raw.{kind.table} where rowid in (select moved_row from moved)"
    ).fetchall()
    connection.execute("drop table moved")
    return int(rows[0][0])


def _mend_fetched_at(connection: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> int:
    """Moments of fetching that cannot be become those of the load. Returns how many pages had one."""
    fetched_at = door.fetched_at("fetched_at", "loaded_at")
    [(is_needed,)] = connection.execute(
        f"select count(*) > 0 from raw.pages where fetched_at is distinct from {fetched_at}", values
    ).fetchall()
    if not is_needed:
        return 0
    connection.execute(
        f"create or replace temp table mended as select page_key, fetched_at as old, {fetched_at} as new "
        f"from raw.pages where fetched_at is distinct from {fetched_at}",
        values,
    )
    for table in ("posts", "users", "messages", "errors"):
        # what has a note of its own says itself when it was seen
        connection.execute(
            f"update raw.{table} set observed_at = mended.new from mended where mended.page_key = {table}.page_key "
            "and observed_at is not distinct from mended.old "
            f"and json_extract({table}.payload, '$.\"__twarc\".retrieved_at') is null"
        )
    rows = connection.execute(
        "update raw.pages set fetched_at = mended.new from mended where mended.page_key = pages.page_key"
    ).fetchall()
    connection.execute("drop table mended")
    return int(rows[0][0])


def _mend_windows(connection: duckdb.DuckDBPyConnection) -> int:
    """What was still to come when a page was fetched was not read. Returns of how many pages the window was cut."""
    starts, ends = door.read_window("fetched_at")
    rows = connection.execute(
        f"update raw.pages set window_start_at = {starts}, window_end_at = {ends} where window_end_at > fetched_at"
    ).fetchall()
    return int(rows[0][0])


def _mend_created_at(connection: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> int:
    """The time in a post's id takes the place of another created_at. Returns in how many rows."""
    rows = connection.execute(
        f"update raw.posts set replaced_created_at = created_at, created_at = {door.true_created_at()} "
        f"where {door.is_off_id_time()}",
        values,
    ).fetchall()
    return int(rows[0][0])


def _note(
    connection: duckdb.DuckDBPyConnection, why: str, row_count: int, rules_version: int | None = None
) -> None:
    connection.execute(
        "insert into raw.withdrawals values (?, ?, ?, ?)", [rules_version, why, row_count, datetime.now(UTC)]
    )
