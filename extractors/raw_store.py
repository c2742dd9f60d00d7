"""From landing files into schema raw. The only writer of it.

One load is one transaction: all pages not loaded yet, or none. Pages are known by their key, so loading twice
adds nothing, and order and batches do not matter.
"""

import hashlib
import json
import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import zstandard

from extractors import landing, tombstones
from extractors.raw_tables import COUNT_PAGES, INSERTS, READ_PAGES, TABLES
from extractors.state import open_state
from extractors.x import gaps
from rapport import outcomes, warehouse
from rapport.config import Settings

log = logging.getLogger("rapport.load")

# What is parsed at a time: bounds memory whatever the size of the load. Threads share a chunk by groups of
# 122,880 rows, so it must hold several of them.
_CHUNK_BYTES = 512 * 1024 * 1024
_CHUNK_FILES = 5000
# What DuckDB may hold while loading; beyond that it spills to disk. A chunk and its rows fit. Unlimited it
# took a gigabyte more, for blocks it does not need again; other tasks run beside a load.
_MEMORY_LIMIT_BYTES = 1500 * 1000 * 1000
# A single page is read whole, by each thread into a buffer of twice its size: a huge one needs more.
_MEMORY_PER_LARGEST_PAGE = 16
_SMALLEST_OBJECT_SIZE = 16 * 1024 * 1024
_NETWORK = "x"


@dataclass(frozen=True)
class _File:
    """A landing file to load; `path` is a mended copy where DuckDB could not read the original."""

    key: str
    path: Path
    size: int


class _Unreadable(Exception):
    """DuckDB refused a chunk of files."""

    def __init__(self, files: list[_File]) -> None:
        super().__init__()
        self.files = files


def load(settings: Settings, on_progress: Callable[[str], None] = log.info) -> dict[str, Any]:
    """Loads every landing page that is not in raw yet, in one transaction.

    Returns {load_id, pages, posts, users, messages, errors, rejects}: rows added. A landing file that can't be
    read goes to raw.rejects with its reason; the rest goes in. Makes all raw tables even with nothing to load.
    """
    load_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
    with warehouse.connect(settings) as connection, tempfile.TemporaryDirectory() as scratch:
        create_tables(connection)
        with open_state(settings) as state:
            tombstones.sync(state, connection, settings.landing_dir)
        files = _not_loaded(settings, connection)
        unreadable: dict[str, str] = {}
        while True:
            try:
                counts = _load_files(settings, connection, files, unreadable, load_id, on_progress)
                break
            except _Unreadable as problem:
                # Rare: find the culprits, mend or refuse them, and begin the transaction anew.
                files = _set_apart(files, problem.files, unreadable, Path(scratch))
        _sync_gaps(settings, connection)
    if counts["pages"] or counts["rejects"]:
        on_progress(
            f"loaded {counts['pages']} pages: {counts['posts']} post rows, {counts['users']} user rows, "
            f"{counts['errors']} partial errors, {counts['rejects']} rejects"
        )
    else:
        on_progress("nothing new to load")
    return {"load_id": load_id, **counts}


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Schema raw and all its tables, those that are not there yet."""
    connection.execute("create schema if not exists raw")
    for name, columns in TABLES.items():
        connection.execute(f"create table if not exists raw.{name} ({columns})")


def known_post_ids(
    settings: Settings, network: str, post_ids: Iterable[str], wait_seconds: float | None = None
) -> set[str]:
    """Those of the ids that raw.posts holds already. Opens the warehouse read-only, for a moment.

    Raises WarehouseBusy if its turn does not come within `wait_seconds`.
    """
    wanted = list(post_ids)
    if not wanted or not settings.warehouse_path.exists():
        return set()
    with warehouse.connect(settings, read_only=True, wait_seconds=wait_seconds) as connection:
        query = "select 1 from information_schema.tables where table_schema = 'raw' and table_name = 'posts'"
        if not connection.execute(query).fetchall():
            return set()
        rows = connection.execute(
            "select distinct post_id from raw.posts "
            "semi join (select unnest($wanted) as post_id) using (post_id) where network = $network",
            {"network": network, "wanted": wanted},
        ).fetchall()
    return {row[0] for row in rows}


def sync_config(settings: Settings) -> None:
    """Writes rapport.toml into raw (clients, their accounts, stakeholders, people, goals), each table replaced whole.

    Ids of handles are filled in where they have been resolved before; handles of ids are not known here.
    """
    said = outcomes.read(settings)
    named = [
        one for one in [*settings.config.references, *(one.handle for one in said)] if one.startswith("@")
    ]
    with open_state(settings) as state:
        ids = state.account_ids(_NETWORK, [one[1:] for one in named])

    def both(reference: str) -> tuple[str | None, str | None]:
        """(handle without @, account id) of a reference."""
        if reference.startswith("@"):
            return reference[1:], ids.get(reference[1:].lower())
        return None, reference

    rows: dict[str, list[tuple[Any, ...]]] = {
        "clients": [],
        "client_accounts": [],
        "stakeholders": [],
        "people_accounts": [],
        "goals": [],
        "outcomes": [],
    }
    for client in settings.config.clients:
        rows["clients"].append((client.id, client.name))
        for role, references in (("tracked", client.accounts), ("team", client.team), ("bot", client.bots)):
            rows["client_accounts"] += [(client.id, _NETWORK, *both(one), role) for one in references]
        rows["stakeholders"] += [
            (client.id, _NETWORK, *both(one.handle), one.why, one.topic, one.priority)
            for one in client.stakeholders
        ]
        rows["goals"] += [(client.id, one.words, one.measure, one.target, one.by) for one in client.goals]
    for number, person in enumerate(settings.config.people):
        rows["people_accounts"] += [
            (number, person.name, person.kind, _NETWORK, *both(one)) for one in person.accounts
        ]
    for one in said:
        # without a consent basis nobody is named: neither by the row nor by its note
        about = (*both(one.handle), one.consent_basis, one.note) if one.consent_basis else (None,) * 4
        rows["outcomes"].append(
            (one.client_id, one.outcome_id, one.kind, one.occurred_date, _NETWORK, *about)
        )
    with warehouse.connect(settings) as connection:
        create_tables(connection)
        connection.begin()
        for table, values in rows.items():
            connection.execute(f"delete from raw.{table}")
            if values:
                marks = ", ".join("?" for _ in values[0])
                connection.executemany(f"insert into raw.{table} values ({marks})", values)
        connection.commit()


def _sync_gaps(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    with open_state(settings) as state:
        found = [tuple(one.__dict__.values()) for one in gaps.everything(state)]
    connection.begin()
    connection.execute("delete from raw.gaps")
    if found:
        marks = ", ".join("?" for _ in found[0])
        connection.executemany(f"insert into raw.gaps values ({marks})", found)
    connection.commit()


def _not_loaded(settings: Settings, connection: duckdb.DuckDBPyConnection) -> list[_File]:
    known = {
        row[0]
        for row in connection.execute(
            "select page_key from raw.pages union select page_key from raw.rejects"
        ).fetchall()
    }
    files = []
    for key in landing.keys(settings.landing_dir):
        if key not in known:
            path = landing.path_of(settings.landing_dir, key)
            files.append(_File(key, path, landing.unpacked_size(path)))
    return files


def _load_files(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    files: list[_File],
    unreadable: dict[str, str],
    load_id: str,
    on_progress: Callable[[str], None],
) -> dict[str, int]:
    counts = dict.fromkeys(INSERTS, 0)
    values = {"load_id": load_id, "loaded_at": datetime.now(UTC)}
    done = 0
    # Rows are numbered by page and position, so their order in the table carries nothing: half the memory.
    connection.execute("set preserve_insertion_order = false")
    _limit_memory(connection, max((one.size for one in files), default=0))
    connection.begin()
    try:
        for chunk in _chunks(files):
            _read_chunk(connection, chunk)
            for table, statement in INSERTS.items():
                used = {name: value for name, value in values.items() if f"${name}" in statement}
                counts[table] += connection.execute(statement, used).fetchall()[0][0]
            done += len(chunk)
            if len(files) > _CHUNK_FILES:
                on_progress(f"loading: {done} of {len(files)} pages, {counts['posts']} post rows")
        connection.execute("drop table if exists landed")
        for key, reason in unreadable.items():
            path = landing.path_of(settings.landing_dir, key)
            row = [
                key,
                str(path.relative_to(settings.home)),
                None,
                reason,
                _sha256(path),
                None,
                values["loaded_at"],
                load_id,
            ]
            connection.execute("insert into raw.rejects values (?, ?, ?, ?, ?, ?, ?, ?)", row)
            counts["rejects"] += 1
            on_progress(f"refused landing file {path}: {reason}")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    return counts


def _limit_memory(connection: duckdb.DuckDBPyConnection, largest_page: int) -> None:
    """Lowers DuckDB's limit (by default four fifths of what the machine or container has); never raises it."""
    limit = str(connection.execute("select current_setting('memory_limit')").fetchall()[0][0])
    number, _, unit = limit.partition(" ")
    size = float(number) * {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}.get(unit, 1)
    wanted = max(_MEMORY_LIMIT_BYTES, _MEMORY_PER_LARGEST_PAGE * largest_page)
    if size > wanted:
        connection.execute(f"set memory_limit = '{wanted} B'")


def _read_chunk(connection: duckdb.DuckDBPyConnection, chunk: list[_File]) -> None:
    size = max(_SMALLEST_OBJECT_SIZE, *(2 * one.size for one in chunk))
    connection.execute("drop table if exists landed")
    try:
        connection.execute(READ_PAGES, {"files": [str(one.path) for one in chunk], "object_size": size})
    except (duckdb.IOException, duckdb.InvalidInputException, duckdb.ConversionException) as problem:
        raise _Unreadable(chunk) from problem
    found = connection.execute(COUNT_PAGES).fetchall()[0][0]
    if found != len(chunk):
        # Of a packed file cut short DuckDB may say nothing at all.
        raise _Unreadable(chunk) from duckdb.IOException(f"{found} pages in {len(chunk)} files: cut short?")


def _chunks(files: list[_File]) -> Iterator[list[_File]]:
    chunk: list[_File] = []
    size = 0
    for one in files:
        if chunk and (size + one.size > _CHUNK_BYTES or len(chunk) >= _CHUNK_FILES):
            yield chunk
            chunk, size = [], 0
        chunk.append(one)
        size += one.size
    if chunk:
        yield chunk


def _set_apart(
    files: list[_File], suspects: list[_File], unreadable: dict[str, str], scratch: Path
) -> list[_File]:
    """The files with every unreadable one among the suspects mended, or left out and its reason noted."""
    replaced: dict[str, _File | None] = {}
    with duckdb.connect() as probe:
        for one in suspects:
            try:
                _read_chunk(probe, [one])
            except _Unreadable as problem:
                replaced[one.key] = _mended(one, scratch)
                if replaced[one.key] is None:
                    unreadable[one.key] = str(problem.__cause__)[:500]
    if not replaced:
        # Each file alone can be read: then it is not the files, and going round again would not end.
        raise duckdb.IOException(
            f"DuckDB can read {len(suspects)} landing files one by one, but not together"
        )
    return [found for one in files if (found := replaced.get(one.key, one)) is not None]


def _mended(one: _File, scratch: Path) -> _File | None:
    """A copy without what JSON allows and DuckDB refuses (half of a surrogate pair); None if damaged."""
    copy = scratch / f"{landing.short_hash(one.key)}.json"
    if one.path == copy:
        return None
    try:
        value = json.loads(landing.unpacked(one.path))
        if not isinstance(value, dict) or value["envelope"]["page_key"] != one.key:
            return None
        content = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    except (OSError, zstandard.ZstdError, ValueError, KeyError, TypeError):
        return None
    copy.write_bytes(content)
    return _File(one.key, copy, len(content))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
