"""Editions: a week's publication frozen as Parquet and HTML, for those who come later or bring other tools.

    published/editions/<ISO week>/manifest.json                   what is in it, and of which publication
    published/editions/<ISO week>/tables/<table>.parquet          every table of schema reports
    published/editions/<ISO week>/reports/<client>/index.html     the reports, made of the same publication
    published/clients/<client>/editions/<ISO week>/               the same of the client's own publication

The week is the newest that was over when it was published, as for the reports. An edition stands whole or not
at all, and stays as it is: only an erasure changes it, and its manifest says so.
"""

import hashlib
import json
import logging
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from quality.change_over import finish
from quality.errors import EditionRefused, PublishFailed
from quality.tables import Table, columns_of, tables_of
from rapport.config import Settings
from rapport.on_disk import (
    as_open_as_its_folder,
    make_folder,
    put_in_place,
    sha256,
    sync,
    write_bytes,
    write_json,
)
from rapport.pages import alone
from rapport.warehouse import hold, literal

log = logging.getLogger("rapport.quality")

MANIFEST = "manifest.json"
# The reports say with this of which publication they are.
_PUBLICATION = re.compile(r'<meta name="rapport-publication" content="([0-9a-z]+)">')


@dataclass(frozen=True)
class Edition:
    """One frozen week, like 2026-W47; `is_new` where this run made it."""

    week: str
    path: Path
    publication_id: str
    table_count: int
    page_count: int
    is_new: bool


def week_due(day: date) -> str:
    """The newest ISO week that was over on that day, like 2026-W47."""
    return f"{day - timedelta(days=day.weekday() + 7):%G-W%V}"


def freeze(
    settings: Settings, on_progress: Callable[[str], None] = log.info, due: str | None = None
) -> Edition:
    """Freezes what is published now as the edition of its week; one that stands already is left as it is.

    Clients' own publications are frozen before the whole, which is returned.

    Raises EditionRefused when nothing is published, when the publication does not reach the end of the week
    that is `due`, or when its reports are not written; PublishFailed when it can't be written. Killed at any
    moment, the edition is there whole or not at all; the next run removes what was left.
    """
    with hold(settings):
        finish(settings)
        remove_drafts(settings)
        with _published(settings.published_path) as con:
            record = _record(con)
            week = _week(con, record)
            if due is not None and week < due:
                raise EditionRefused(
                    f"the edition of {due} is due, and what is published reaches to the end of {week}",
                    "let the extraction and `engagement_build` come to their end, then `rapport edition`",
                )
            folder = settings.editions_dir / week
            pages = {} if folder.exists() else _pages(settings, con, record["publication_id"])
            for client_id in sorted(_clients(con) if pages else ()):
                _freeze_client(settings, client_id, pages, on_progress)
            edition = _freeze(con, folder, record, pages, settings.now(), on_progress)
    return edition


def _freeze_client(
    settings: Settings, client_id: str, pages: dict[str, bytes], on_progress: Callable[[str], None]
) -> None:
    """Freezes a client's own publication, if it has one, with its report."""
    own = settings.client_dir(client_id)
    path = own / settings.published_path.name
    if not path.exists():
        return
    with _published(path) as con:
        record = _record(con)
        page = {"reports/index.html": pages[f"reports/{client_id}/index.html"]}
        _freeze(con, own / "editions" / _week(con, record), record, page, settings.now(), on_progress)


def _freeze(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    record: dict[str, Any],
    pages: dict[str, bytes],
    now: datetime,
    on_progress: Callable[[str], None],
) -> Edition:
    """Writes one edition; one that stands already is left."""
    if folder.exists():
        on_progress(f"the edition of {folder.name} stands already: {folder}")
        return _edition(folder, read_manifest(folder), is_new=False)
    draft = folder.with_name(f".{folder.name}.tmp")
    try:
        make_folder(draft)
        tables = _write_tables(con, draft, on_progress)
        manifest = {
            "edition": folder.name,
            "frozen_at": now,
            "publication": record,
            "tables": tables,
            "pages": {name: _write_page(draft / name, page) for name, page in pages.items()},
            # whose tables and pages speak of several accounts at once: what erasure has to know
            "joint_people": joint_people(con),
            "erasures": [],
        }
        write_manifest(draft, manifest)
        for directory in (*(path for path in draft.rglob("*") if path.is_dir()), draft):
            sync(directory)
        draft.rename(folder)
        sync(folder.parent)
    except (OSError, duckdb.Error) as problem:
        shutil.rmtree(draft, ignore_errors=True)
        raise PublishFailed(
            f"{folder} could not be written",
            f"see that the disk of {folder.parent.parent} has room and that this user may write there, "
            "then `rapport edition` again",
            detail=problem,
        ) from problem
    on_progress(f"froze {len(tables)} tables and {len(pages)} reports: {folder}")
    return _edition(folder, manifest, is_new=True)


def folders(settings: Settings) -> list[Path]:
    """The folders of all editions, clients' own among them."""
    return sorted(path.parent for place in _places(settings) for path in place.glob(f"*/{MANIFEST}"))


def _places(settings: Settings) -> list[Path]:
    """The folders that editions lie in: of the whole, and of each client."""
    return [settings.editions_dir, *sorted(settings.clients_dir.glob("*/editions"))]


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of an edition."""
    found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return found


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Replaces the manifest of an edition in one step."""
    write_json(folder / MANIFEST, manifest, default=_as_text)


def files_in(manifest: dict[str, Any]) -> dict[str, str]:
    """Path in the edition → SHA-256 of the file."""
    return {entry["file"]: entry["sha256"] for entry in manifest["tables"].values()} | manifest["pages"]


def write_table(
    con: duckdb.DuckDBPyConnection,
    query: str,
    path: Path,
    announce: Callable[[Path], None] = lambda draft: None,
) -> None:
    """Puts the rows of a query in a Parquet file's place, in one step; before that `announce` is given what will stand
    there."""
    beside = path.with_name(f".{path.name}.tmp")
    con.execute(f"copy ({query}) to {literal(str(beside))} (format parquet, compression zstd)")
    as_open_as_its_folder(beside)
    announce(beside)
    put_in_place(beside, path)


def remove_drafts(settings: Settings) -> None:
    """Removes what a killed run left: editions half made, and single files half rewritten."""
    for place in _places(settings):
        for leftover in place.glob(".*.tmp"):
            shutil.rmtree(leftover)
        for leftover in place.glob("*/**/.*.tmp"):
            leftover.unlink()


@contextmanager
def _published(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    if not path.exists():
        raise EditionRefused(f"nothing is published yet: there is no {path}", "run `rapport publish` first")
    with duckdb.connect(str(path), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        yield con


def _record(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The row of rpt_publication, by column."""
    found = con.execute("select * from reports.rpt_publication")
    row = found.fetchone()
    if row is None:
        raise EditionRefused("the published file carries no record of itself", "run `rapport publish` again")
    return dict(zip((column[0] for column in found.description or ()), row, strict=True))


def _week(con: duckdb.DuckDBPyConnection, record: dict[str, Any]) -> str:
    row = con.execute(
        "select max(week_start_date) filter (is_complete_week) from reports.rpt_engagement_summary"
    ).fetchone()
    if row and row[0]:
        return f"{row[0]:%G-W%V}"
    if record["as_of_at"] is None:
        raise EditionRefused("the publication holds no data", "fetch or import something, then `rapport run`")
    return week_due(record["as_of_at"].date())


def _pages(settings: Settings, con: duckdb.DuckDBPyConnection, publication_id: str) -> dict[str, bytes]:
    """Name in the edition → page, of every client of the publication."""
    pages = {}
    for path in sorted(settings.reports_dir.glob("*/*-W*/index.html")):
        page = path.read_bytes()
        marked = _PUBLICATION.search(page[:4096].decode(errors="replace"))
        if marked and marked[1] == publication_id:
            # The people's pages, and whatever else lies beside it, are not frozen: they go on changing.
            pages[f"reports/{path.parent.parent.name}/index.html"] = alone(page.decode()).encode()
    missing = sorted(
        client_id for client_id in _clients(con) if f"reports/{client_id}/index.html" not in pages
    )
    if missing:
        raise EditionRefused(
            f"the reports of {', '.join(missing)} are not those of publication {publication_id}",
            "run `rapport report`, then `rapport edition`",
        )
    return pages


def _clients(con: duckdb.DuckDBPyConnection) -> set[str]:
    """The clients of the publication."""
    rows = con.execute(
        "select client_id from reports.rpt_engagement_summary where client_id <> ''"
    ).fetchall()
    return {client_id for (client_id,) in rows}


def _write_tables(
    con: duckdb.DuckDBPyConnection, draft: Path, on_progress: Callable[[str], None]
) -> dict[str, Any]:
    tables: dict[str, Any] = {}
    make_folder(draft / "tables")
    for table in (table for table in tables_of(con) if table.schema == "reports"):
        name = f"tables/{table.name}.parquet"
        write_table(con, f"from {table.full_name}", draft / name)
        tables[table.name] = {
            "file": name,
            "row_count": _row_count(con, table),
            "sha256": sha256(draft / name),
            "comment": table.comment or "",
            "columns": {
                column: {"type": kind, "comment": comment}
                for column, (kind, comment) in columns_of(con, table).items()
            },
        }
        on_progress(f"froze {table.name}: {tables[table.name]['row_count']} rows")
    return tables


def _row_count(con: duckdb.DuckDBPyConnection, table: Table) -> int:
    row = con.execute(f"select count(*) from {table.full_name}").fetchone()
    return int(row[0]) if row else 0


def _write_page(path: Path, page: bytes) -> str:
    make_folder(path.parent)
    write_bytes(path, page)
    return hashlib.sha256(page).hexdigest()


def joint_people(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Person id → their accounts (network:id), of everybody whom the list of people names."""
    rows = con.execute(
        "select person_id, list(network || ':' || account_id order by network, account_id) from marts.accounts "
        "group by person_id having count(*) > 1 or min(network || ':' || account_id) <> person_id order by person_id"
    ).fetchall()
    return dict(rows)


def _as_text(value: Any) -> str:
    """A time as JSON can say it."""
    if isinstance(value, date):  # datetimes are dates
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in a manifest")


def _edition(folder: Path, manifest: dict[str, Any], *, is_new: bool) -> Edition:
    return Edition(
        week=folder.name,
        path=folder,
        publication_id=manifest["publication"]["publication_id"],
        table_count=len(manifest["tables"]),
        page_count=len(manifest["pages"]),
        is_new=is_new,
    )
