"""Whether what readers have is what was built: then there is nothing to check and to publish."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from quality import record
from quality.change_over import is_under_way
from quality.publish import parquet_of
from quality.results import Receipt, latest_build, unbuilt_page_count
from quality.tables import Table, tables_of
from rapport.config import Settings
from rapport.warehouse import connect


def is_published(settings: Settings, receipt: Receipt) -> bool:
    """Whether readers have what the receipt is of, as this version of Rapport publishes it, with every client's files.

    Each database has to open and to say so, and a client's Parquet files have to be there: their rows are not read.
    """
    if is_under_way(settings):
        return False
    whole = settings.published_path
    expected = {"receipt_id": receipt.receipt_id} | record.versions()
    try:
        (publication_id, *made), _ = _read(whole, expected)
        if made != list(expected.values()):
            return False
        for client in settings.config.clients:
            folder = settings.client_dir(client.id)
            found, tables = _read(folder / whole.name, expected)
            if found != [publication_id, *made]:
                return False
            if not all(parquet_of(folder, table).stat().st_size for table in tables):
                return False
    except (OSError, duckdb.Error):  # one is missing, damaged, or of an older version
        return False
    return True


def _read(path: Path, columns: Iterable[str]) -> tuple[list[Any], list[Table]]:
    """What a published database says of itself (its id and these columns), and its reports."""
    with duckdb.connect(str(path), read_only=True) as con:
        row = con.execute(f"select publication_id, {', '.join(columns)} from {record.NAME}").fetchone()
        return list(row or (None,)), [table for table in tables_of(con) if table.schema == "reports"]


def is_erased(settings: Settings) -> bool:
    """Whether something was erased since the last build, so that all has to be built again."""
    with connect(settings, read_only=True) as con:
        build = latest_build(con)
    return build is not None and build.is_erasure


def built_since(settings: Settings, moment: datetime) -> str | None:
    """The published build, if it was begun after that moment and holds all that was loaded up to then. Else None."""
    if not settings.published_path.exists():
        return None
    with duckdb.connect(str(settings.published_path), read_only=True) as con:
        published = con.execute(f"select build_id from {record.NAME}").fetchone()
    with connect(settings, read_only=True) as con:
        found = con.execute(
            "select build_id from quality.builds where build_id = ? and started_at > ?",
            [*(published or ()), moment],
        ).fetchone()
        # where the clock was set back in between, the moment alone says nothing
        return str(found[0]) if found and not unbuilt_page_count(con) else None
