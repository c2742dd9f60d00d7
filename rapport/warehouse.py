"""Access to the warehouse file: one process at a time, with a message while it waits.

DuckDB refuses a second process, even a reader, while one has the file open for writing. Airflow's pool `warehouse`
keeps tasks apart; the lock of this module also keeps the command line apart from them.
"""

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic

import duckdb
from filelock import FileLock, Timeout
from tenacity import retry, retry_if_exception, stop_after_delay, wait_fixed

from rapport.config import Settings
from rapport.errors import Damaged, RapportError, WarehouseBusy, explained
from rapport.on_disk import make_home, put_database_in_place

log = logging.getLogger("rapport.warehouse")

# Long enough for somebody else's full build to end, and short enough to find a forgotten shell within the hour.
WAIT_SECONDS = 30 * 60
REMIND_SECONDS = 15
# A killed process keeps DuckDB's own lock until the system has freed its memory.
DYING_SECONDS = 3


# What DuckDB says of a file that is cut short, or is none of its own.
_OF_DAMAGE = (
    "not a valid DuckDB database file", "Could not read enough bytes", "Corrupt database file", "Serialization Error",
)  # fmt: skip

# The restore's journal: it exists from the first step of putting files in place to the last.
RESTORE_JOURNAL = "swap.json"

# A build makes its tables unpacked and leaves the blocks of the old ones free: so often the file is packed.
PACK_EVERY = timedelta(days=7)
# Or as soon as so much of it is free, as after a full refresh.
_FREE_SHARE = 0.5
# A smaller file is not worth it.
PACK_FROM_BYTES = 100 * 1000 * 1000
# Which of the builds, or of the checks, is the last one: the row that was written last. Their times don't say so, as a
# clock may be set back between two of them. Packing keeps the order of rows.
LAST_WRITTEN = "order by rowid desc limit 1"

# What DuckDB may hold while it packs; beyond that it spills.
_PACKING_BYTES = 1000 * 1000 * 1000


@contextmanager
def hold(
    settings: Settings, wait_seconds: float | None = None, *, is_restore: bool = False
) -> Iterator[None]:
    """Holds the warehouse for this process, and those it starts, until the block ends. Removes what a packing that was
    killed has left.

    Raises WarehouseBusy after `wait_seconds` (default: half an hour; 0: no waiting), and RapportError if a restore was
    stopped half-way: then only a restore may hold it (`is_restore`).
    """
    make_home(settings)
    limit = WAIT_SECONDS if wait_seconds is None else wait_seconds
    lock = FileLock(settings.warehouse_path.with_name(settings.warehouse_path.name + ".lock"))
    started = monotonic()
    while True:
        left = limit - (monotonic() - started)
        try:
            lock.acquire(timeout=max(0.0, min(REMIND_SECONDS, left)))
            break
        except Timeout as problem:
            waited = monotonic() - started
            if waited >= limit:
                raise WarehouseBusy(
                    f"{settings.warehouse_path} is in use by another process; waited {waited:.0f} s for it",
                    "wait until the load, build or check that runs (in Airflow, too) has ended, then run this again",
                ) from problem
            log.info(
                "waiting for %s, which another process is using (%.0f s so far)",
                settings.warehouse_path,
                waited,
            )
    try:
        if not is_restore and (settings.restore_dir / RESTORE_JOURNAL).exists():
            raise RapportError(
                f"a restore of {settings.home} was stopped half-way",
                "run the same `rapport restore` again: it continues where it stopped",
            )
        # whoever packed was killed, or it would hold the warehouse: every text lies in its draft
        _remove_drafts(settings.warehouse_path)
        yield
    finally:
        lock.release()


@contextmanager
def connect(
    settings: Settings, read_only: bool = False, wait_seconds: float | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the warehouse, with times in UTC. Waits as `hold` does.

    Raises WarehouseBusy if the warehouse stays in use by another process, or by a program that has opened the file
    without our lock (BI tools should open the published file); RapportError if there is no warehouse yet.
    """
    with hold(settings, wait_seconds):
        if read_only and not settings.warehouse_path.exists():
            raise RapportError(
                f"there is no warehouse at {settings.warehouse_path} yet",
                "run `rapport load` or `rapport import` first",
            )
        with opened(settings, read_only) as connection:
            yield connection


@contextmanager
def opened(settings: Settings, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection, for callers that hold the warehouse already. Raises WarehouseBusy as `connect` does, and Damaged
    for a file that DuckDB can't read."""
    path = settings.warehouse_path
    try:
        connection = open_file(path, read_only)
    except duckdb.Error as problem:
        raise _explained(settings, problem) from problem
    try:
        with closing(connection):
            connection.execute("set timezone = 'UTC'")
            yield connection
    except duckdb.Error as problem:
        # What was written is read block by block, so some damage shows only now.
        if "Corrupt database file" in str(problem):
            raise _explained(settings, problem) from problem
        raise


def _explained(settings: Settings, problem: duckdb.Error) -> RapportError:
    """The error for people that one of DuckDB's stands for, when it can't read the warehouse."""
    path = settings.warehouse_path
    if any(words in str(problem) for words in _OF_DAMAGE):
        return Damaged(
            f"{path} is damaged: it was cut short, or something else has written into it",
            "`rapport restore <backup>` brings the home back as it was. Without a backup: set the file aside, and what "
            "begins with its name, then `rapport load` and `rapport build` make it anew from the landing files "
            "(docs/runbook.md, a disk is lost)",
            detail=problem,
        )
    if is_locked(problem):
        return WarehouseBusy(
            f"{path} can't be opened",
            f"close the program that has it open, and point BI tools at {settings.published_path} instead",
            detail=problem,
        )
    return explained(problem) or RapportError(
        f"{path} can't be opened",
        "see what DuckDB says of it: another version of DuckDB may have written it, or this user may not read it",
        detail=problem,
    )


def is_locked(problem: BaseException) -> bool:
    """Whether DuckDB says that another process has the file open."""
    return isinstance(problem, duckdb.IOException) and "lock on file" in str(problem)


@retry(
    retry=retry_if_exception(is_locked),
    stop=stop_after_delay(DYING_SECONDS),
    wait=wait_fixed(0.2),
    reraise=True,
)
def open_file(path: Path, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to a DuckDB file. Raises DuckDB's IOException if a process keeps it open for longer."""
    return duckdb.connect(str(path), read_only=read_only)


def memory_limit(connection: duckdb.DuckDBPyConnection, most: int) -> int:
    """`most` bytes, or DuckDB's own limit if that is lower (four fifths of the machine's or container's memory)."""
    query = "select least(?, parse_formatted_bytes(current_setting('memory_limit')))"
    return int(connection.execute(query, [most]).fetchall()[0][0])


def rewrite(settings: Settings) -> None:
    """Copies the warehouse, packed, into a new file and replaces the old one by it, in one step.

    In the old file, deleted data stays in freed blocks until they are used again; the new file has none. After a kill
    at any moment, either the old file or the new one is whole. Waits as `hold` does. Notes in quality.packed when.
    """
    with hold(settings):
        if settings.warehouse_path.exists():
            _rewrite(settings.warehouse_path)


def pack_if_due(settings: Settings, on_progress: Callable[[str], None] = log.info) -> bool:
    """Packs a large warehouse if a week has passed since it was packed, or half of it is free. Returns whether it did.

    For callers that hold the warehouse. Where there is no room for a second file, the old one stays, and why is said.
    """
    path = settings.warehouse_path
    if not path.exists() or path.stat().st_size < PACK_FROM_BYTES:
        return False
    with opened(settings) as connection:
        if not _is_packing_due(connection):
            return False
    before = path.stat().st_size
    try:
        _rewrite(path)
    except (OSError, duckdb.Error) as problem:
        _remove_drafts(path)
        on_progress(f"the warehouse could not be packed, and is as it was: {problem}")
        return False
    after = path.stat().st_size
    on_progress(f"packed the warehouse: {before / 1e6:,.0f} MB before, {after / 1e6:,.0f} MB now")
    return True


def _rewrite(path: Path) -> None:
    fresh = path.with_name(path.name + ".fresh")
    with duckdb.connect() as connection:
        connection.execute(f"set temp_directory = {literal(str(fresh) + '.tmp')}")
        connection.execute(f"set memory_limit = '{memory_limit(connection, _PACKING_BYTES)}B'")
        # Attached for writing: if a killed process left a log, DuckDB applies and removes it.
        connection.execute(f"attach {literal(str(path))} as old")
        connection.execute(f"attach {literal(str(fresh))} as fresh")
        connection.execute("copy from database old to fresh")
        connection.execute("create schema if not exists fresh.quality")
        connection.execute("create or replace table fresh.quality.packed as select now() as packed_at")
        connection.execute("checkpoint fresh")
        connection.execute("detach fresh")
        connection.execute("detach old")
    put_database_in_place(fresh, path)
    shutil.rmtree(path.with_name(path.name + ".tmp"), ignore_errors=True)
    _remove_drafts(path)


def free_share(connection: duckdb.DuckDBPyConnection) -> float:
    """What share of the file's blocks holds nothing, from 0 to 1."""
    [(total, free)] = connection.execute(
        "select total_blocks, free_blocks from pragma_database_size() where database_name = current_database()"
    ).fetchall()
    return free / total if total else 0.0


def _is_packing_due(connection: duckdb.DuckDBPyConnection) -> bool:
    if free_share(connection) > _FREE_SHARE or not has_table(connection, "quality", "packed"):
        return True
    [(is_due,)] = connection.execute(
        "select coalesce(max(packed_at) + $every < now() or max(packed_at) > now(), true) from quality.packed",
        {"every": PACK_EVERY},
    ).fetchall()
    return bool(is_due)


def _remove_drafts(path: Path) -> None:
    """What a rewriting that was stopped has left."""
    fresh = path.with_name(path.name + ".fresh")
    for leftover in (fresh, fresh.with_name(fresh.name + ".wal")):
        leftover.unlink(missing_ok=True)
    shutil.rmtree(fresh.with_name(fresh.name + ".tmp"), ignore_errors=True)


def has_table(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    """Whether the connection's own database has a table or view of that name; temporary ones don't count."""
    rows = connection.execute(
        "select 1 from information_schema.tables "
        "where table_catalog = current_database() and table_schema = ? and table_name = ?",
        [schema, table],
    ).fetchall()
    return bool(rows)


def literal(text: str) -> str:
    """A text as an SQL literal, for statements that take no parameters (attach, comment on)."""
    return "'" + text.replace("'", "''") + "'"
