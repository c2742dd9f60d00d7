"""From landing files into schema raw. The only writer of it.

One load is one transaction: all pages not loaded yet, or none. Pages are known by their key, so loading twice
adds nothing, and order and batches do not matter.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import duckdb

from extractors.landing import landing_files
from extractors.raw import healing, objects, raw_pages, raw_tombstones, refusals, unloaded
from extractors.raw.tables import LATER_COLUMNS, TABLES
from extractors.state import gaps
from extractors.state.store import open_state
from rapport import warehouse
from rapport.config import Settings
from rapport.on_disk import sha256

log = logging.getLogger("rapport.load")

# What DuckDB may hold while loading; beyond that it spills to disk. The rows that are inserted, and those
# that are read meanwhile, come on top of it.
MEMORY_LIMIT_BYTES = 1000 * 1000 * 1000
NOTHING_NEW = "nothing new to load"


def load(
    settings: Settings, on_progress: Callable[[str], None] = log.info, everything: bool = False
) -> dict[str, Any]:
    """Loads every landing page that is not in raw yet, in one transaction. `everything`: looks into each folder.

    Returns {load_id, pages, posts, users, messages, errors, rejects}: rows added; and refused_objects: those of the
    rejects that are objects. A landing file that can't be read, and an object that the door does not let in, go to
    raw.rejects with the reason; the rest goes in. Makes all raw tables even with nothing to load.
    """
    load_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
    with warehouse.connect(settings) as connection:
        create_tables(connection)
        healing.heal(settings, connection, on_progress)
        with open_state(settings) as state:
            raw_tombstones.sync(state, connection, settings.landing_dir)
        found = unloaded.look(connection, settings.landing_dir, everything)
        counts = _load_pages(settings, connection, found, load_id, on_progress)
        _sync_gaps(settings, connection)
    if counts["pages"] or counts["rejects"]:
        on_progress(
            f"loaded {counts['pages']} pages: {counts['posts']} post rows, {counts['users']} user rows, "
            f"{counts['errors']} partial errors, {counts['rejects']} rejects"
            + (" (`rapport quarantine list` says why)" if counts["rejects"] else "")
        )
    else:
        on_progress(NOTHING_NEW)
    return {"load_id": load_id, **counts}


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Schema raw, all its tables and their columns, those that are not there yet."""
    connection.execute("create schema if not exists raw")
    for name, columns in TABLES.items():
        connection.execute(f"create table if not exists raw.{name} ({columns})")
    for (table, column), (kind, value) in LATER_COLUMNS.items():
        known = {row[0] for row in connection.execute(f"describe raw.{table}").fetchall()}
        if column not in known:
            connection.execute("begin")
            connection.execute(f"alter table raw.{table} add column {column} {kind}")
            connection.execute(f"update raw.{table} set {column} = {value}")
            connection.execute("commit")


def known_post_ids(
    settings: Settings, network: str, post_ids: Iterable[str], wait_seconds: float | None = None
) -> set[str]:
    """Those of the ids that came already, be it that the door has refused them: asking again would bring the same.

    Opens the warehouse read-only, for a moment.

    Raises WarehouseBusy if its turn does not come within `wait_seconds`.
    """
    wanted = list(post_ids)
    if not wanted or not settings.warehouse_path.exists():
        return set()
    with warehouse.connect(settings, read_only=True, wait_seconds=wait_seconds) as connection:
        if not warehouse.has_table(connection, "raw", "posts"):
            return set()
        refused = "union all select network, object_id from raw.rejects where object_kind = 'post'"
        if not warehouse.has_table(
            connection, "raw", "held_posts"
        ):  # of an older version, which refused no post
            refused = ""
        rows = connection.execute(
            f"select distinct post_id from (select network, post_id from raw.posts {refused}) "
            "semi join (select unnest($wanted) as post_id) using (post_id) where network = $network",
            {"network": network, "wanted": wanted},
        ).fetchall()
    return {row[0] for row in rows}


def replace_tables(settings: Settings, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Replaces whole tables of raw, all or none: name of the table → its rows, each by column."""
    with warehouse.connect(settings) as connection:
        create_tables(connection)
        healing.heal(settings, connection, log.info)
        connection.begin()
        for table, rows in tables.items():
            _replace(connection, table, rows)
        connection.commit()


def span(settings: Settings) -> tuple[datetime | None, datetime | None]:
    """From when the oldest and the newest is that was said, by what is in raw; None where nothing is."""
    if not settings.warehouse_path.exists():
        return None, None
    with warehouse.connect(settings) as connection:
        create_tables(connection)
        row = connection.execute(
            "select min(created_at), max(created_at) from ("
            "select created_at from raw.posts union all select created_at from raw.messages)"
        ).fetchone()
    return row or (None, None)


def _sync_gaps(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    with open_state(settings) as state:
        found = [asdict(gap) for gap in gaps.everything(state)]
    connection.begin()
    _replace(connection, "gaps", found)
    connection.commit()


def _replace(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Makes the rows (all with the same columns) all that a table of schema raw holds."""
    connection.execute(f"delete from raw.{table}")
    if rows:
        columns = list(rows[0])
        kinds = dict(
            connection.execute(
                "select column_name, data_type from duckdb_columns() "
                "where database_name = current_database() and schema_name = 'raw' and table_name = ?",
                [table],
            ).fetchall()
        )
        # a column at once: hours of years are thousands of rows, and one by one they take seconds
        lists = ", ".join(f"unnest(cast(? as {kinds[column]}[]))" for column in columns)
        connection.execute(
            f"insert into raw.{table} ({', '.join(columns)}) select {lists}",
            [[row[column] for row in rows] for column in columns],
        )


def _load_pages(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    found: unloaded.Look,
    load_id: str,
    on_progress: Callable[[str], None],
) -> dict[str, int]:
    keys = found.keys
    held = healing.held_posts(connection)
    plain, translated = (objects.statements(bool(held), is_translated) for is_translated in (False, True))
    counts = dict.fromkeys([*(statement.table for statement in plain.values()), "refused_objects"], 0)
    values = {
        "load_id": load_id,
        "loaded_at": datetime.now(UTC),
        "latest_at": healing.latest_at(settings.now()),
        "held_ids": list(held),
        "held_whys": list(held.values()),
    }
    refused: dict[str, str] = {}
    # Rows are numbered by page and position, so their order in the table carries nothing: half the memory.
    connection.execute("set preserve_insertion_order = false")
    connection.execute(f"set memory_limit = '{warehouse.memory_limit(connection, MEMORY_LIMIT_BYTES)}B'")
    connection.begin()
    try:
        with ThreadPoolExecutor(1) as ahead:
            reading = raw_pages.read(settings.landing_dir, keys, refused)
            coming = ahead.submit(next, reading, None)
            while (rows := coming.result()) is not None:
                coming = ahead.submit(next, reading, None)
                statement = (translated if rows.is_translated else plain)[rows.kind]
                taken = _execute(connection, rows, statement.insert, values)
                counts[statement.table] += taken
                if statement.refuse and taken < len(rows.array):
                    counts["refused_objects"] += _execute(connection, rows, statement.refuse, values)
                if rows.page_count < len(keys):
                    on_progress(
                        f"loading: {rows.page_count} of {len(keys)} pages read, {counts['posts']} post rows"
                    )
        refusals.name_sources(settings, connection)
        for key, reason in refused.items():
            _refuse(settings, connection, key, reason, values)
            counts["rejects"] += 1
            on_progress(f"refused landing file {landing_files.path_of(settings.landing_dir, key)}: {reason}")
        counts["rejects"] += counts["refused_objects"]
        unloaded.remember(connection, found)
        connection.commit()
    except BaseException:
        with suppress(duckdb.Error):  # on a full disk DuckDB has ended the transaction already
            connection.rollback()
        raise
    return counts


def _execute(
    connection: duckdb.DuckDBPyConnection, rows: raw_pages.Rows, statement: str, values: dict[str, Any]
) -> int:
    """Runs a statement on the rows; returns how many it has added."""
    used = {name: value for name, value in values.items() if f"${name}" in statement}
    # DuckDB finds what the statement calls `landed` by this name. Registered under it, the rows would be held until
    # the transaction ends.
    landed = rows.array  # noqa: F841
    return int(connection.execute(statement, used).fetchall()[0][0])


def _refuse(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    key: str,
    reason: str,
    values: dict[str, Any],
) -> None:
    path = landing_files.path_of(settings.landing_dir, key)
    connection.execute(
        "insert into raw.rejects by name select $page_key as page_key, $network as network, 'page' as object_kind, "
        "$source_path as source_path, $reason as reason, $content_sha256 as content_sha256, "
        "$loaded_at as rejected_at, $load_id as load_id",
        {
            "page_key": key,
            "network": landing_files.network_of(key),
            "source_path": str(path.relative_to(settings.home)),
            "reason": reason,
            "content_sha256": sha256(path),
            "loaded_at": values["loaded_at"],
            "load_id": values["load_id"],
        },
    )
