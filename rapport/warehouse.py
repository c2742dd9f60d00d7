"""The way to the warehouse file: one process at a time, and nobody waits in silence.

DuckDB refuses a second process while one has the file open (readers too). Airflow's pool `warehouse`
keeps tasks apart; this lock keeps the command line apart from them as well.
"""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import duckdb
from filelock import FileLock, Timeout
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from rapport.config import Settings
from rapport.errors import RapportError, WarehouseBusy
from rapport.on_disk import put_database_in_place

log = logging.getLogger("rapport.warehouse")

# Long enough for a full build by someone else to end; short enough that a forgotten shell is found the same hour.
WAIT_SECONDS = 30 * 60
REMIND_SECONDS = 15
# A process that was killed keeps DuckDB's own lock until the system has taken its memory back.
DYING_SECONDS = 3


# Stands in the restore's folder from the first step of putting things in place to the last.
RESTORE_JOURNAL = "swap.json"


@contextmanager
def hold(
    settings: Settings, wait_seconds: float | None = None, *, is_restore: bool = False
) -> Iterator[None]:
    """Holds the warehouse for this process (and the ones it starts) until the block ends.

    Raises WarehouseBusy after `wait_seconds` (default: half an hour, 0 = do not wait), and RapportError where a
    restore was killed half-way: only a restore may go on there.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
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
                    "let the load, build or check that is running end (Airflow may run one too), then run this again",
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
                "run the same `rapport restore` again: it goes on where it was",
            )
        yield
    finally:
        lock.release()


@contextmanager
def connect(
    settings: Settings, read_only: bool = False, wait_seconds: float | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the warehouse, times in UTC; waits for its turn as `hold` does.

    Raises WarehouseBusy when the turn does not come, RapportError when the file can't be opened
    (a BI tool may have opened it directly, which it never should: the published file is for that).
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
    """A connection for one who holds the warehouse already. Raises WarehouseBusy as `connect` does."""
    try:
        connection = open_file(settings.warehouse_path, read_only)
    except duckdb.IOException as problem:
        raise WarehouseBusy(
            f"{settings.warehouse_path} can't be opened",
            f"close the program that has it open, and point BI tools at {settings.published_path} instead",
            detail=problem,
        ) from problem
    try:
        connection.execute("set timezone = 'UTC'")
        yield connection
    finally:
        connection.close()


@retry(
    retry=retry_if_exception_type(duckdb.IOException),
    stop=stop_after_delay(DYING_SECONDS),
    wait=wait_fixed(0.2),
    reraise=True,
)
def open_file(path: Path, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to a DuckDB file. Raises DuckDB's IOException when somebody who goes on living has it open."""
    return duckdb.connect(str(path), read_only=read_only)


def memory_limit(connection: duckdb.DuckDBPyConnection, most: int) -> int:
    """At most so many bytes; fewer where DuckDB by itself takes fewer (four fifths of the machine or container)."""
    query = "select least(?, parse_formatted_bytes(current_setting('memory_limit')))"
    return int(connection.execute(query, [most]).fetchall()[0][0])


def rewrite(settings: Settings) -> None:
    """Copies the warehouse into a fresh file and puts that in its place, in one step.

    DuckDB keeps what was deleted in freed blocks until they are needed again; a fresh file has none. Killed
    at any moment, the old file or the new one stands whole. Waits for its turn as `hold` does.
    """
    path = settings.warehouse_path
    fresh = path.with_name(path.name + ".fresh")
    with hold(settings):
        if not path.exists():
            return
        for leftover in (fresh, fresh.with_name(fresh.name + ".wal")):
            leftover.unlink(missing_ok=True)
        with duckdb.connect() as connection:
            connection.execute(f"set temp_directory = {literal(str(fresh) + '.tmp')}")
            # Opened for writing: a log that a killed process left is worked in, and removed.
            connection.execute(f"attach {literal(str(path))} as old")
            connection.execute(f"attach {literal(str(fresh))} as fresh")
            connection.execute("copy from database old to fresh")
            connection.execute("checkpoint fresh")
            connection.execute("detach fresh")
            connection.execute("detach old")
        put_database_in_place(fresh, path)
        for spilled in (".tmp", ".fresh.tmp"):
            shutil.rmtree(path.with_name(path.name + spilled), ignore_errors=True)


def has_table(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    """Whether the connection's own database has a table or view of that name, temporary ones not counted."""
    rows = connection.execute(
        "select 1 from information_schema.tables "
        "where table_catalog = current_database() and table_schema = ? and table_name = ?",
        [schema, table],
    ).fetchall()
    return bool(rows)


def literal(text: str) -> str:
    """A text as SQL takes it where no parameter can stand (attach, comment on)."""
    return "'" + text.replace("'", "''") + "'"
