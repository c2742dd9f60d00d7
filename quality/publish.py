"""The publication: the file that readers open, and one for each client, replaced together or not at all.

published/engagement.duckdb                 all clients
published/clients/<client>/engagement.duckdb    the client's rows, and nothing of another client
published/clients/<client>/latest/          the same as Parquet, a file for each table of schema reports
"""

import contextlib
import logging
import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from quality import clients, record
from quality.change_over import draft_of, finish, is_under_way, replace_all
from quality.errors import PublishFailed, PublishRefused, RulesChanged
from quality.record import STORAGE_VERSION, Earlier, Making
from quality.restatements import make_table, write_restatements
from quality.results import Receipt, latest_build, valid_receipt
from quality.rulebook import rules_hash
from quality.tables import SCHEMAS, Table, columns_by_table, hashes, quoted, tables_of
from rapport.config import Settings
from rapport.errors import first_line
from rapport.on_disk import as_open_as_its_folder, make_folder, share_published
from rapport.warehouse import connect, literal

log = logging.getLogger("rapport.quality")

# The folder of a client's tables as Parquet.
LATEST = "latest"


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
    client_ids: tuple[str, ...] = ()


def latest_receipt(settings: Settings) -> Receipt:
    """The receipt of the latest build; PublishRefused where it has none, or one of other rules."""
    with connect(settings) as con:
        return _receipt(con)


def publish(
    settings: Settings, receipt: Receipt, on_progress: Callable[[str], None] = log.info
) -> Publication:
    """Writes the build that the receipt is for beside the published file, and puts it in its place in one step.

    What was written is read back, and has to be what was checked, by its hashes. Killed at any moment, readers
    find the old file or the new one whole; the next run removes leftovers. Readers that hold the old file open
    keep reading it. Raises PublishRefused when the receipt is not the valid one of the latest build, or rules or
    tables have changed since; PublishFailed when the file can't be written (disk, permissions). The old one
    stands then.
    """
    target = settings.published_path
    client_ids = [client.id for client in settings.config.clients]
    with connect(settings) as con:
        if receipt != _receipt(con):
            raise PublishRefused(
                f"{receipt.receipt_id} of build {receipt.build_id} is not the receipt of the latest build",
                "run `rapport check`, then `rapport publish`",
            )
        try:
            make_folder(target.parent)
            share_published(settings)
            finish(settings)
            remove_drafts(settings)
            making = Making(uuid.uuid4().hex, settings.now(), record.versions())
            wholes = [target, *(settings.client_dir(one) / target.name for one in client_ids)]
            start_drafts(con, wholes)
            publication = _write_draft(con, receipt, target, making, on_progress)
            targets = [target]
            for client_id in client_ids:
                on_progress(f"writing what is {client_id}'s")
                targets += _write_client(con, receipt, settings, client_id, making)
            on_progress(f"putting {target} in its place")
            replace_all(settings, targets, _gone(settings, client_ids, targets))
        except (OSError, duckdb.Error) as problem:
            _clear(con, settings)
            raise PublishFailed(
                f"{target} could not be written",
                f"see that the disk of {target.parent} has room and that this user may write there, then "
                "`rapport publish` again; the last publication stands",
                detail=problem,
            ) from problem
        except PublishRefused:
            _clear(con, settings)
            raise
    on_progress(
        f"published {publication.table_count} tables, {publication.row_count} rows, "
        f"{publication.restatement_count} numbers of earlier weeks restated: {target}"
    )
    return replace(publication, client_ids=tuple(client_ids))


def _clear(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    with contextlib.suppress(duckdb.Error):
        con.execute("rollback")
    for database in ("draft", "old"):
        with contextlib.suppress(duckdb.Error):
            con.execute(f"detach database if exists {database}")
    if not is_under_way(settings):
        with contextlib.suppress(OSError):
            remove_drafts(settings)


def remove_drafts(settings: Settings) -> None:
    """Removes what a killed run has drafted. Once a change-over has begun, `finish` comes before."""
    remove_draft(draft_of(settings.published_path))
    for draft in settings.clients_dir.glob("*/*.duckdb.tmp"):
        remove_draft(draft)
    for draft in settings.clients_dir.glob("*/latest/*.tmp"):
        draft.unlink(missing_ok=True)


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
    if found.rules_hash != rules_hash():
        raise RulesChanged(
            f"the receipt of the latest build {build.build_id} is of other rules than those of now",
            "run `rapport check`, then `rapport publish`",
        )
    return found


def start_drafts(con: duckdb.DuckDBPyConnection, targets: list[Path]) -> None:
    """Makes the drafts of these databases: all tables, empty, and what they and their columns mean.

    Writing the meanings takes longer than writing the rows of a small home, so it is done once and copied.
    """
    first, *others = map(draft_of, targets)
    _attach(con, first)
    for schema in SCHEMAS:
        con.execute(f"create schema draft.{quoted(schema)}")
    columns = columns_by_table(con)
    for table in tables_of(con):
        # a view becomes a table: its sources stay behind
        con.execute(f"create table draft.{table.full_name} as from {table.full_name} limit 0")
        meanings = {name: text for name, (_, text) in columns[table.schema, table.name].items()}
        record.comment(con, table, meanings)
    con.execute("checkpoint draft")
    con.execute("detach draft")
    for other in others:
        make_folder(other.parent)
        shutil.copyfile(first, other)
        as_open_as_its_folder(other)


def _write_draft(
    con: duckdb.DuckDBPyConnection,
    receipt: Receipt,
    target: Path,
    making: Making,
    on_progress: Callable[[str], None],
) -> Publication:
    """Fills the draft of the whole and reads it back; on return it is closed and complete."""
    draft = draft_of(target)
    _attach(con, draft)
    counts: dict[str, int] = {}
    for table in tables_of(con):
        counts[table.full_name] = _copy(con, table, f"select * from {table.full_name}")
        on_progress(f"copied {table.full_name}: {counts[table.full_name]} rows")
    publication = _record(con, receipt, target, counts, making, on_progress)
    record.write_checks(con, receipt.run_id)
    con.execute("checkpoint draft")
    con.execute("detach draft")
    _read_back(con, draft, receipt.table_hashes)
    on_progress("read back: every table is what was checked")
    return publication


def _write_client(
    con: duckdb.DuckDBPyConnection,
    receipt: Receipt,
    settings: Settings,
    client_id: str,
    making: Making,
) -> list[Path]:
    """Fills the drafts of a client's files and reads the database back; the places that they are for."""
    folder = settings.client_dir(client_id)
    target = folder / settings.published_path.name
    make_folder(folder / LATEST)
    columns = columns_by_table(con)
    clients.prepare(con, client_id, columns)
    _attach(con, draft_of(target))
    counts: dict[str, int] = {}
    for table in tables_of(con):
        query = clients.rows_of(table, client_id, columns)
        if query is None:
            con.execute(f"drop table draft.{table.full_name}")
        else:
            counts[table.full_name] = _copy(con, table, query)
    _record(con, receipt, target, counts, making, lambda words: None, client_id, old=settings.published_path)
    record.write_checks(con, receipt.run_id, clients.checks_of(client_id))
    con.execute("checkpoint draft")
    written = hashes(con, "draft")
    con.execute("detach draft")
    con.execute(f"attach {literal(str(draft_of(target)))} as draft (read_only)")
    if hashes(con, "draft") != written:
        raise OSError(f"{draft_of(target)} was read back otherwise than it was written")
    parquet = []
    for table in tables_of(con, "draft"):
        if table.schema == "reports":
            parquet.append(parquet_of(folder, table))
            to = literal(str(draft_of(parquet[-1])))
            con.execute(f"copy draft.{table.full_name} to {to} (format parquet, compression zstd)")
    con.execute("detach draft")
    return [target, *parquet]


def parquet_of(folder: Path, table: Table) -> Path:
    """Where a table of a client stands as Parquet."""
    return folder / LATEST / f"{table.name}.parquet"


def _gone(settings: Settings, client_ids: list[str], targets: list[Path]) -> list[Path]:
    """Parquet files of these clients whose table is published no more."""
    return [
        path
        for client_id in client_ids
        for path in sorted((settings.client_dir(client_id) / LATEST).glob("*.parquet"))
        if path not in targets
    ]


def _attach(con: duckdb.DuckDBPyConnection, draft: Path) -> None:
    con.execute(f"attach {literal(str(draft))} as draft (storage_version '{STORAGE_VERSION}')")
    as_open_as_its_folder(draft)


def _record(
    con: duckdb.DuckDBPyConnection,
    receipt: Receipt,
    target: Path,
    counts: Mapping[str, int],
    making: Making,
    on_progress: Callable[[str], None],
    client_id: str | None = None,
    old: Path | None = None,
) -> Publication:
    """Compares the draft with the file that stands, and writes what the draft says of itself.

    `old` is another file to compare with where there is none of a client yet: the whole, which has its rows.
    """
    stands = target if target.exists() or old is None else old
    before, restatement_count = _restate(con, stands, making, on_progress, client_id)
    checked = record.checked(con, receipt, client_id)
    values: dict[str, Any] = {
        "publication_id": making.publication_id,
        "build_id": receipt.build_id,
        "receipt_id": receipt.receipt_id,
        "published_at": making.published_at,
        "as_of_at": receipt.as_of_at if client_id is None else record.as_of(con, client_id),
        "check_count": checked[0],
        "warned_count": checked[1],
        "table_count": len(counts),
        "row_count": sum(counts.values()),
        "restatement_count": restatement_count,
    }
    record.write_record(
        con,
        values
        | record.origin(con, receipt, client_id)
        | making.versions
        | {
            "passed_count": checked[0] - checked[1],
            "previous_publication_id": before.publication_id,
            "previous_published_at": before.published_at,
            "is_compared": before.is_comparable,
            "is_redefined": making.is_redefined(before),
        },
    )
    return Publication(**values, path=target)


def _copy(con: duckdb.DuckDBPyConnection, table: Table, query: str) -> int:
    """Copies rows into a table of the draft; rows written."""
    written = con.execute(f"insert into draft.{table.full_name} {query}").fetchone()
    return int(written[0]) if written else 0


def _restate(
    con: duckdb.DuckDBPyConnection,
    target: Path,
    making: Making,
    on_progress: Callable[[str], None],
    client_id: str | None,
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
        count = write_restatements(
            con,
            making.publication_id,
            making.published_at,
            is_redefined=making.is_redefined(before),
            client_id=client_id,
        )
        con.execute("detach old")
    except duckdb.Error as problem:
        on_progress(f"not compared with the publication before: {first_line(problem)}")
        con.execute("detach database if exists old")
        make_table(con)
        return Earlier(), 0
    on_progress(f"compared with the publication before: {count} numbers of earlier weeks moved")
    return before, count


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
