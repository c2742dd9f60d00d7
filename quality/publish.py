"""The publication: the one file that readers open, replaced whole or not at all."""

import contextlib
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from quality import record
from quality.errors import PublishFailed, PublishRefused
from quality.record import STORAGE_VERSION, Earlier
from quality.restatements import make_table, write_restatements
from quality.results import Receipt, latest_build, valid_receipt
from quality.tables import SCHEMAS, Columns, Table, columns_by_table, hashes, quoted, tables_of
from rapport.config import Settings
from rapport.on_disk import put_database_in_place
from rapport.warehouse import connect, literal

log = logging.getLogger("rapport.quality")


@dataclass(frozen=True)
class Publication:
    """One published file: what it was made from, and how much is in it (tables and rows of SCHEMAS).

    `restatement_count` is how many numbers of weeks that were over have moved since the one before.
    """

    publication_id: str
    build_id: str
    receipt_id: str
    published_at: datetime
    as_of_at: datetime | None
    check_count: int
    warned_count: int
    table_count: int
    row_count: int
    restatement_count: int
    path: Path


def latest_receipt(settings: Settings) -> Receipt:
    """The receipt of the latest build; PublishRefused where it has none."""
    with connect(settings) as con:
        return _receipt(con)


def publish(
    settings: Settings, receipt: Receipt, on_progress: Callable[[str], None] = log.info
) -> Publication:
    """Writes the build that the receipt is for beside the published file, and puts it in its place in one step.

    What was written is read back, and has to be what was checked, by its hashes. Killed at any moment, readers
    find the old file or the new one whole; the next run removes leftovers. Readers that hold the old file open
    keep reading it. Raises PublishRefused when the receipt is not the valid one of the latest build, or tables
    have changed since; PublishFailed when the file can't be written (disk, permissions). The old one stands then.
    """
    target = settings.published_path
    draft = target.with_name(target.name + ".tmp")
    with connect(settings) as con:
        if receipt != _receipt(con):
            raise PublishRefused(
                f"{receipt.receipt_id} of build {receipt.build_id} is not the receipt of the latest build",
                "run `rapport check`, then `rapport publish`",
            )
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            remove_draft(draft)
            publication = _write_draft(con, receipt, draft, target, settings.now(), on_progress)
            on_progress(f"putting {target} in its place")
            put_database_in_place(draft, target)
        except (OSError, duckdb.Error) as problem:
            _clear(con, draft)
            raise PublishFailed(
                f"{target} could not be written",
                f"see that the disk of {target.parent} has room and that this user may write there, then "
                "`rapport publish` again; the last publication stands",
                detail=problem,
            ) from problem
        except PublishRefused:
            _clear(con, draft)
            raise
    on_progress(
        f"published {publication.table_count} tables, {publication.row_count} rows, "
        f"{publication.restatement_count} numbers of earlier weeks restated: {target}"
    )
    return publication


def _clear(con: duckdb.DuckDBPyConnection, draft: Path) -> None:
    with contextlib.suppress(duckdb.Error):
        con.execute("rollback")
    for database in ("draft", "old"):
        with contextlib.suppress(duckdb.Error):
            con.execute(f"detach database if exists {database}")
    with contextlib.suppress(OSError):
        remove_draft(draft)


def _receipt(con: duckdb.DuckDBPyConnection) -> Receipt:
    """The valid receipt of the latest build, or PublishRefused."""
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
    draft: Path,
    target: Path,
    published_at: datetime,
    on_progress: Callable[[str], None],
) -> Publication:
    """Fills the draft and reads it back; on return it is closed and whole."""
    con.execute(f"attach {literal(str(draft))} as draft (storage_version '{STORAGE_VERSION}')")
    counts: dict[str, int] = {}
    for schema in SCHEMAS:
        con.execute(f"create schema draft.{quoted(schema)}")
    columns = columns_by_table(con)
    for table in tables_of(con):
        counts[table.full_name] = _copy(con, table, columns[table.schema, table.name])
        on_progress(f"copied {table.full_name}: {counts[table.full_name]} rows")
    publication_id = uuid.uuid4().hex
    before, restatement_count = _restate(con, target, publication_id, published_at, on_progress)
    values: dict[str, Any] = {
        "publication_id": publication_id,
        "build_id": receipt.build_id,
        "receipt_id": receipt.receipt_id,
        "published_at": published_at,
        "as_of_at": receipt.as_of_at,
        "check_count": receipt.check_count,
        "warned_count": receipt.warned_count,
        "table_count": len(counts),
        "row_count": sum(counts.values()),
        "restatement_count": restatement_count,
    }
    record.write_record(
        con,
        values
        | record.origin(con, receipt)
        | record.versions()
        | {
            "passed_count": receipt.check_count - receipt.warned_count,
            "previous_publication_id": before.publication_id,
            "previous_published_at": before.published_at,
            "is_compared": before.is_comparable,
            "is_redefined": _is_redefined(before),
        },
    )
    record.write_checks(con, receipt.run_id)
    con.execute("checkpoint draft")
    con.execute("detach draft")
    _read_back(con, draft, receipt.table_hashes)
    on_progress("read back: every table is what was checked")
    return Publication(**values, path=target)


def _copy(con: duckdb.DuckDBPyConnection, table: Table, columns: Columns) -> int:
    """Copies one table with its comments (a view becomes a table: its sources stay behind); rows written."""
    written = con.execute(
        f"create table draft.{table.full_name} as select * from {table.full_name}"
    ).fetchone()
    record.comment(con, table, {name: text for name, (_, text) in columns.items()})
    return int(written[0]) if written else 0


def _restate(
    con: duckdb.DuckDBPyConnection,
    target: Path,
    publication_id: str,
    published_at: datetime,
    on_progress: Callable[[str], None],
) -> tuple[Earlier, int]:
    """Holds the draft against the file that stands; what that was, and how many numbers moved.

    A file that can't be read is no reason not to publish: the record says that nothing was compared.
    """
    make_table(con)
    if not target.exists():
        return Earlier(), 0
    try:
        con.execute(f"attach {literal(str(target))} as old (read_only)")
        before = record.earlier(con)
        count = write_restatements(con, publication_id, published_at, is_redefined=_is_redefined(before))
        con.execute("detach old")
    except duckdb.Error as problem:
        on_progress(f"not compared with the publication before: {str(problem).splitlines()[0]}")
        make_table(con)
        return Earlier(), 0
    on_progress(f"compared with the publication before: {count} numbers of earlier weeks moved")
    return before, count


def _is_redefined(before: Earlier) -> bool:
    return before.models_hash not in (None, record.versions()["models_hash"])


def _read_back(con: duckdb.DuckDBPyConnection, draft: Path, checked: Mapping[str, str]) -> None:
    """Opens the closed draft as a reader would: what stands there has to be what was checked, row for row.

    Raises PublishRefused when the tables have changed since, OSError when they were not written as they are.
    """
    con.execute(f"attach {literal(str(draft))} as draft (read_only)")
    written = hashes(con, "draft", without=record.TABLES)
    con.execute("detach draft")
    if written == checked:
        return
    wrong = ", ".join(
        sorted(table for table in {*written, *checked} if written.get(table) != checked.get(table))
    )
    if hashes(con) == checked:
        raise OSError(f"{wrong} was read back otherwise than it was written")
    raise PublishRefused(
        f"{wrong} is not what was checked: somebody changed it since, or DuckDB is another version now",
        "run `rapport check` (before it `rapport build`, if somebody wrote into the warehouse)",
    )


def remove_draft(draft: Path) -> None:
    """Removes a draft and its log, left by a run that was killed."""
    for leftover in (draft, draft.with_name(draft.name + ".wal")):
        leftover.unlink(missing_ok=True)
