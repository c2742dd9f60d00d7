"""Which landing pages are not in raw yet, at a cost that follows what is new.

A file comes into a folder by a rename, and goes by a removal: either changes the folder's times, whoever does it. So
only the folders of runs are looked at whose times are not those of the last look, and raw is asked for their pages
alone. Times can be wrong, and some file systems keep none of folders: once a week every folder is looked into, and
also whenever raw does not hold as many rows as the last load left (an erasure, a withdrawal, another version's load).
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from extractors.landing import landing_files

FULL_LOOK_EVERY = timedelta(days=7)
# A folder that has changed just now may change once more within the same tick of its clock.
SETTLED_NS = 60 * 10**9

_LOADED = "select page_key from raw.pages union all select page_key from raw.rejects"
_COUNTS = "select (select count(*) from raw.pages), (select count(*) from raw.rejects)"


@dataclass(frozen=True)
class Look:
    """One look at landing: the keys of the pages that are not loaded, sorted, and what it has learnt of the folders.

    `settled`: folder → its times, of those looked into that will not change unseen. `is_full`: all were looked into.
    `entry_count`: how many folders and files were looked at, which is what a look costs.
    """

    keys: list[str]
    settled: Mapping[str, str]
    is_full: bool
    entry_count: int


def look(connection: duckdb.DuckDBPyConnection, landing_dir: Path, everything: bool = False) -> Look:
    """Finds the pages that are not loaded. `everything`: looks into each folder, whatever its times."""
    began_ns = time.time_ns()
    known = {} if everything or _is_full_look_due(connection) else _folders(connection)
    # the times before the files: what comes in between is found now or, as the folder then has other times, next time
    times = landing_files.run_folders(landing_dir)
    changed = [folder for folder, changed_ns in times.items() if known.get(folder) != _stamp(changed_ns)]
    keys = sorted(key for folder in changed for key in landing_files.keys_in(landing_dir, folder))
    settled = {
        folder: _stamp(times[folder]) for folder in changed if max(times[folder]) < began_ns - SETTLED_NS
    }
    return Look(_not_in_raw(connection, keys), settled, not known, len(times) + len(keys))


def remember(connection: duckdb.DuckDBPyConnection, seen: Look) -> None:
    """Notes what was looked at. Belongs into the transaction that loads what it has found."""
    now = datetime.now(UTC)
    if seen.is_full:
        connection.execute("delete from raw.landing_folders")
        connection.execute("delete from raw.landing_looks")
    if seen.settled:
        values = {"folders": list(seen.settled), "stamps": list(seen.settled.values())}
        connection.execute(
            "delete from raw.landing_folders where folder in (select unnest($folders::varchar[]))",
            {"folders": values["folders"]},
        )
        connection.execute(
            "insert into raw.landing_folders "
            "select unnest($folders::varchar[]) as folder, unnest($stamps::varchar[]) as stamp",
            values,
        )
    [counts] = connection.execute(_COUNTS).fetchall()
    if seen.is_full:
        connection.execute("insert into raw.landing_looks values (?, ?, ?)", [now, *counts])
    elif seen.keys:
        connection.execute("update raw.landing_looks set page_count = ?, reject_count = ?", list(counts))


def _is_full_look_due(connection: duckdb.DuckDBPyConnection) -> bool:
    last = connection.execute(
        "select full_look_at, page_count, reject_count from raw.landing_looks"
    ).fetchone()
    if last is None or tuple(last[1:]) != connection.execute(_COUNTS).fetchone():
        return True
    return not timedelta() <= datetime.now(UTC) - last[0] < FULL_LOOK_EVERY


def _folders(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(connection.execute("select folder, stamp from raw.landing_folders").fetchall())


def _not_in_raw(connection: duckdb.DuckDBPyConnection, keys: list[str]) -> list[str]:
    rows = connection.execute(
        f"select key from (select unnest($keys::varchar[]) as key) anti join ({_LOADED}) on key = page_key "
        "order by key",
        {"keys": keys},
    ).fetchall()
    return [row[0] for row in rows]


def _stamp(changed_ns: tuple[int, int]) -> str:
    return "-".join(map(str, changed_ns))
