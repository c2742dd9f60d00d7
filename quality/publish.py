"""The publication: the one file that readers open, replaced whole or not at all."""

import contextlib
import logging
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb

from quality.errors import PublishFailed, PublishRefused
from quality.results import Receipt, latest_build, valid_receipt
from rapport.config import Settings
from rapport.warehouse import connect

log = logging.getLogger("rapport.quality")

SCHEMAS = ("marts", "reports")
# The oldest storage that holds all our types: DuckDB 1.2 and everything newer can open the file.
STORAGE_VERSION = "v1.2.0"


@dataclass(frozen=True)
class Publication:
    """One published file: what it was made from, and how much is in it (tables and rows of SCHEMAS)."""

    publication_id: str
    build_id: str
    receipt_id: str
    published_at: datetime
    as_of_at: datetime | None
    check_count: int
    table_count: int
    row_count: int
    path: Path


@dataclass(frozen=True)
class _Source:
    """A table or view of the warehouse that is to be published."""

    schema: str
    name: str
    comment: str | None

    @property
    def full_name(self) -> str:
        return f"{_quoted(self.schema)}.{_quoted(self.name)}"


def publish(settings: Settings, on_progress: Callable[[str], None] = log.info) -> Publication:
    """Writes the latest build beside the published file, reads it back, and puts it in its place in one step.

    Killed at any moment, readers find the old file or the new one whole; the next run removes leftovers.
    Readers that hold the old file open keep reading it. Raises PublishRefused without a valid receipt of
    the latest build, PublishFailed when the file can't be written (disk, permissions): the old one stands.
    """
    target = settings.published_path
    draft = target.with_name(target.name + ".tmp")
    with connect(settings) as con:
        receipt, run_id = _receipt(con)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            remove_draft(draft)
            publication = _write_draft(con, receipt, run_id, draft, target, on_progress)
            on_progress(f"putting {target} in its place")
            put_in_place(draft, target)
        except (OSError, duckdb.Error) as problem:
            with contextlib.suppress(duckdb.Error):
                con.execute("detach database if exists draft")
            with contextlib.suppress(OSError):
                remove_draft(draft)
            raise PublishFailed(
                f"{target} could not be written: {str(problem).splitlines()[0]}",
                f"see that the disk of {target.parent} has room and that this user may write there, then "
                "`rapport publish` again; the last publication stands",
            ) from problem
    on_progress(f"published {publication.table_count} tables, {publication.row_count} rows: {target}")
    return publication


def _receipt(con: duckdb.DuckDBPyConnection) -> tuple[Receipt, str]:
    """The valid receipt of the latest build with the id of its check run, or PublishRefused."""
    build = latest_build(con)
    if build is None:
        raise PublishRefused("there is no build to publish", "run `rapport build`, then `rapport check`")
    if not build.is_success:
        raise PublishRefused(
            f"the latest build {build.build_id} failed or was stopped half-way, so the tables are not whole",
            "mend what `rapport build` names, build again, then `rapport check`",
        )
    found = valid_receipt(con, build)
    if found is None:
        raise PublishRefused(
            f"the latest build {build.build_id} has no receipt: it was not checked, or a rule does not hold",
            "run `rapport check`, and do what it says",
        )
    return found


def _write_draft(
    con: duckdb.DuckDBPyConnection,
    receipt: Receipt,
    run_id: str,
    draft: Path,
    target: Path,
    on_progress: Callable[[str], None],
) -> Publication:
    """Fills the draft and reads it back; on return it is closed and whole."""
    con.execute(f"attach {_literal(str(draft))} as draft (storage_version '{STORAGE_VERSION}')")
    counts: dict[str, int] = {}
    for schema in SCHEMAS:
        con.execute(f"create schema draft.{_quoted(schema)}")
    for source in _sources(con):
        counts[source.full_name] = _copy(con, source)
        on_progress(f"copied {source.full_name}: {counts[source.full_name]} rows")
    publication = Publication(
        publication_id=uuid.uuid4().hex,
        build_id=receipt.build_id,
        receipt_id=receipt.receipt_id,
        published_at=datetime.now(UTC),
        as_of_at=receipt.as_of_at,
        check_count=receipt.check_count,
        table_count=len(counts),
        row_count=sum(counts.values()),
        path=target,
    )
    _write_record(con, publication, run_id)
    con.execute("checkpoint draft")
    con.execute("detach draft")
    _read_back(con, draft, counts)
    on_progress("read back: every table has its rows")
    return publication


def _sources(con: duckdb.DuckDBPyConnection) -> list[_Source]:
    schemas = ", ".join(_literal(schema) for schema in SCHEMAS)
    rows = con.execute(
        f"""
        select schema_name, table_name, comment from duckdb_tables()
        where database_name = current_database() and schema_name in ({schemas})
        union all
        select schema_name, view_name, comment from duckdb_views()
        where database_name = current_database() and schema_name in ({schemas}) and not internal
        order by all
        """
    ).fetchall()
    return [_Source(*row) for row in rows]


def _copy(con: duckdb.DuckDBPyConnection, source: _Source) -> int:
    """Copies one table with its comments (a view becomes a table: its sources stay behind); rows written."""
    written = con.execute(
        f"create table draft.{source.full_name} as select * from {source.full_name}"
    ).fetchone()
    if source.comment:
        con.execute(f"comment on table draft.{source.full_name} is {_literal(source.comment)}")
    columns = con.execute(
        "select column_name, comment from duckdb_columns() where database_name = current_database() "
        "and schema_name = ? and table_name = ? and comment is not null",
        [source.schema, source.name],
    ).fetchall()
    for column, comment in columns:
        con.execute(f"comment on column draft.{source.full_name}.{_quoted(column)} is {_literal(comment)}")
    return int(written[0]) if written else 0


def _write_record(con: duckdb.DuckDBPyConnection, publication: Publication, run_id: str) -> None:
    """What this publication is, and how each rule fared, into the draft's schema quality."""
    con.execute("create schema draft.quality")
    con.execute(
        "create table draft.quality.publication (publication_id varchar, build_id varchar, "
        "receipt_id varchar, published_at timestamptz, as_of_at timestamptz, check_count integer, "
        "table_count integer, row_count bigint, rapport_version varchar, duckdb_version varchar, "
        "duckdb_storage_version varchar)"
    )
    con.execute(
        "insert into draft.quality.publication values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            publication.publication_id, publication.build_id, publication.receipt_id,
            publication.published_at, publication.as_of_at, publication.check_count,
            publication.table_count, publication.row_count, _rapport_version(), duckdb.__version__,
            STORAGE_VERSION,
        ],
    )  # fmt: skip
    con.execute(
        "create table draft.quality.check_results as select * from quality.check_results where run_id = ?",
        [run_id],
    )


def _read_back(con: duckdb.DuckDBPyConnection, draft: Path, counts: dict[str, int]) -> None:
    """Opens the closed draft as a reader would, and counts; a difference is an error of the disk."""
    con.execute(f"attach {_literal(str(draft))} as draft (read_only)")
    for name, expected in counts.items():
        row = con.execute(f"select count(*) from draft.{name}").fetchone()
        if row is None or row[0] != expected:
            raise OSError(f"{name} was written with {expected} rows and read back with {row and row[0]}")
    con.execute("detach draft")


def put_in_place(draft: Path, target: Path) -> None:
    """Puts the draft in the target's place, so that it also survives a power cut."""
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    # The log of somebody who opened the published file for writing must not be applied to the new one.
    target.with_name(target.name + ".wal").unlink(missing_ok=True)
    draft.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def remove_draft(draft: Path) -> None:
    """Removes a draft and its log, left by a run that was killed."""
    for leftover in (draft, draft.with_name(draft.name + ".wal")):
        leftover.unlink(missing_ok=True)


def _rapport_version() -> str:
    try:
        return version("rapport")
    except PackageNotFoundError:
        return "unknown"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
