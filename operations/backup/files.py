"""What a backup is made of, where backups lie, and how to tell that one is whole.

A backup is a folder with the layout of a home, so what works on a home, an erasure first of all, works on it, too:

    <place>/<UTC time>/manifest.json     when, of which home, versions, rows of every table, SHA-256 of every file
    <place>/<UTC time>/warehouse.duckdb  and state.sqlite, landing/, published/, rapport.toml, outcomes.csv, notes.csv,
                                         topics.csv
"""

import hashlib
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb

from extractors.landing import landing_files
from extractors.state import state_copy
from quality.tables import quoted
from rapport.config import Settings, read_config
from rapport.errors import BackupDamaged, BackupFailed, ConfigError
from rapport.on_disk import sha256, write_json
from rapport.warehouse import open_file

MANIFEST = "manifest.json"
FORMAT_VERSION = 1
WAREHOUSE, STATE, CONFIG = "warehouse.duckdb", "state.sqlite", "rapport.toml"
# The home's id and the places of its backups. emulator.json says which invented world a home holds.
PLACES = "backups.json"
_SMALL = (CONFIG, "outcomes.csv", "notes.csv", "topics.csv", "emulator.json", PLACES)
# Of board pages (docs/delivery.md).
_BY_HAND = ("forewords/*.md", "logos/*")
# A backup's folder is named by the time it was begun; of several in one second the later ones are numbered.
_BEGUN, _NAME = "%Y%m%dT%H%M%SZ", re.compile(r"\d{8}T\d{6}Z(-\d+)?")
_CHUNK_BYTES = 1 << 20

Progress = Callable[[str], None]


@dataclass
class Manifest:
    """The content of manifest.json."""

    format_version: int
    home_id: str
    taken_at: str
    versions: dict[str, str]
    tables: dict[str, int]  # schema.table → rows
    files: dict[str, str]  # path in the backup → SHA-256
    is_being_erased: bool = False  # an erasure is rewriting it: until it ends, the hashes mean nothing
    erasures: list[dict[str, Any]] = field(default_factory=list)


def files_of(home: Path) -> Iterator[str]:
    """Paths, relative to a home or a backup, of what nobody could make again, and of what is published."""
    for key in landing_files.keys(home / "landing"):
        yield f"landing/{key}{landing_files.SUFFIX}"
    for path in sorted((home / "published").rglob("*")):
        is_hidden = any(part.startswith(".") for part in path.relative_to(home).parts)
        if path.is_file() and not is_hidden and path.suffix not in (".tmp", ".wal"):
            yield path.relative_to(home).as_posix()
    for name in (WAREHOUSE, STATE, *_SMALL):
        if (home / name).exists():
            yield name
    for pattern in _BY_HAND:
        for path in sorted(home.glob(pattern)):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(home).as_posix()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup. Raises BackupFailed if there is none, or if its format version is unknown."""
    path = folder / MANIFEST
    if not path.is_file():
        raise BackupFailed(
            f"{folder} is no backup: there is no {MANIFEST} in it",
            "name a folder that `rapport backup` has made, like rapport-home/backups/20261123T070000Z",
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format_version"] != FORMAT_VERSION:
            raise BackupFailed(
                f"{folder} is a backup of version {content['format_version']}; this Rapport knows {FORMAT_VERSION}",
                "restore it with the Rapport that has taken it; its manifest says which",
            )
        return Manifest(**{member.name: content[member.name] for member in fields(Manifest)})
    except (ValueError, KeyError, TypeError) as problem:
        raise _damaged(folder, f"{MANIFEST} can't be read") from problem


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replaces the manifest in one step."""
    write_json(folder / MANIFEST, asdict(manifest))


def verify(folder: Path, manifest: Manifest, hashes: Mapping[str, str] | None = None) -> None:
    """Raises BackupDamaged unless the files have their hashes and the warehouse opens with its rows.

    `hashes`: path → SHA-256, where the files were read already.
    """
    for path, known in manifest.files.items():
        if not (folder / path).is_file():
            raise _damaged(folder, f"{path} is missing")
        if (hashes[path] if hashes else sha256(folder / path)) != known:
            raise _damaged(folder, f"{path} has changed: its SHA-256 is another")
    found = count_rows(folder / WAREHOUSE)
    if found != manifest.tables:
        wrong = sorted(
            table for table in {*found, *manifest.tables} if found.get(table) != manifest.tables.get(table)
        )
        raise _damaged(folder, f"{', '.join(wrong)} in {WAREHOUSE} has not the rows that were counted")


def count_rows(path: Path) -> dict[str, int]:
    """schema.table → rows, of every table of a DuckDB file; empty if there is no file."""
    if not path.exists():
        return {}
    try:
        with open_file(path, read_only=True) as connection:
            return row_counts(connection)
    except duckdb.Error as problem:
        raise BackupFailed(
            f"{path} can't be opened",
            "close the program that has it open; if there is none, the file is damaged or of a newer DuckDB",
            detail=problem,
        ) from problem


def row_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """schema.table → rows, of every table of the database."""
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where database_name = current_database() and not temporary and not internal order by all"
    ).fetchall()
    counts = {}
    for schema, table in tables:
        rows = connection.execute(f"select count(*) from {quoted(schema)}.{quoted(table)}").fetchall()
        counts[f"{schema}.{table}"] = int(rows[0][0])
    return counts


def copy(source: Path, target: Path) -> str:
    """Copies one file, its times and permissions, and returns once it is on the disk: the SHA-256 of what was read."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with source.open("rb") as reading, target.open("wb") as writing:
        while chunk := reading.read(_CHUNK_BYTES):
            digest.update(chunk)
            writing.write(chunk)
        writing.flush()
        os.fsync(writing.fileno())
    shutil.copystat(source, target)
    return digest.hexdigest()


def link(source: Path, target: Path) -> str:
    """The same as a hard link where the disk is the same: only for files that nobody writes into, as landing's."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:  # another disk, or one without links
        return copy(source, target)
    return sha256(target)


def bring(source: Path, target: Path, path: str) -> str:
    """Copies or links the file at that path of a home or a backup into another one: the SHA-256 of what was read."""
    transfer = link if path.startswith("landing/") else copy
    return transfer(source / path, target / path)


def state_url(folder: Path) -> str:
    """The URL of the state store that is a file of a home or a backup."""
    return f"sqlite:///{folder / STATE}"


def as_home(settings: Settings, folder: Path) -> Settings:
    """A backup as a home of its own, with its own rapport.toml if it has one that can be read."""
    path = folder / CONFIG
    config_path, config = settings.config_path, settings.config
    if path.exists():
        with suppress(ConfigError):  # it may be of another version of Rapport; an erasure does not need it
            config_path, config = path, read_config(path)
    return replace(settings, home=folder, state_url=state_url(folder), config_path=config_path, config=config)


def remove_leftovers(folder: Path) -> None:
    """Removes what is left beside a backup's files after it was used as a home."""
    state_copy.checkpoint(folder / STATE)
    for leftover in folder.glob("*.lock"):
        leftover.unlink()


# --- places ------------------------------------------------------------------------------------------------------


def default_place(settings: Settings) -> Path:
    """Where backups go unless another folder is named."""
    place = settings.config.backup.to
    return Path(place).expanduser().resolve() if place else settings.home / "backups"


def identity(home: Path) -> tuple[str, list[Path]]:
    """A home's id and the places of its backups; before the first backup the id is empty.

    Raises BackupFailed if the file can't be read.
    """
    path = home / PLACES
    if not path.exists():
        return "", []
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return content["home_id"], [Path(place) for place in content["places"]]
    except (ValueError, KeyError, TypeError) as problem:
        raise BackupFailed(
            f"{path} can't be read: it says where backups of this home lie",
            f"replace it with the {PLACES} of the newest backup",
        ) from problem


def remember(home: Path, home_id: str, places: list[Path]) -> str:
    """Notes where backups of the home lie, so that erasures find them. Returns the home's id, a new one if needed."""
    home_id = home_id or uuid4().hex
    content = {"home_id": home_id, "places": sorted({str(place) for place in places})}
    if (home_id, sorted({*places})) != identity(home):
        home.mkdir(parents=True, exist_ok=True)
        write_json(home / PLACES, content)
    return home_id


def backups_in(place: Path) -> list[Path]:
    """Folders of backups in a place, the oldest first."""
    return sorted(path.parent for path in place.glob(f"*/{MANIFEST}") if _NAME.fullmatch(path.parent.name))


def known_backups(settings: Settings) -> list[Path]:
    """All backups of this home that can be reached, the newest first."""
    _, places = identity(settings.home)
    found = [folder for place in {*places, default_place(settings)} for folder in backups_in(place)]
    return sorted(found, key=lambda folder: folder.name, reverse=True)


def places_out_of_reach(settings: Settings) -> list[Path]:
    """Places of backups outside the home that are not there now, as a disk that is not plugged in."""
    _, places = identity(settings.home)
    return [place for place in places if not place.is_dir() and not place.is_relative_to(settings.home)]


def folder_for(place: Path, begun_at: datetime) -> Path:
    """A path that does not exist yet, for a backup begun at that time (UTC)."""
    return free(place / f"{begun_at:{_BEGUN}}")


def last_begun_at(settings: Settings) -> datetime | None:
    """When the newest backup that can be reached was begun (UTC); None without any."""
    newest = next(iter(known_backups(settings)), None)
    if newest is None:
        return None
    return datetime.strptime(newest.name.split("-")[0], _BEGUN).replace(tzinfo=UTC)


def remove_drafts(place: Path) -> None:
    """Removes backups that a killed process left half made or half removed."""
    for leftover in place.glob(".*.tmp"):
        if leftover.is_dir() and _NAME.fullmatch(leftover.name[1:-4]):
            shutil.rmtree(leftover)


def remove(folder: Path) -> None:
    """Removes a backup. If it is killed half-way, the rest does not count as a backup."""
    doomed = folder.with_name(f".{folder.name}.tmp")
    folder.rename(doomed)
    shutil.rmtree(doomed)


def free(path: Path) -> Path:
    """The path; if it exists already, the same with the next free number."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.name}-{number}")
    return found


@contextmanager
def failing_as(message: str, remedy: str) -> Iterator[None]:
    """Turns what a disk or a database refuses into BackupFailed."""
    try:
        yield
    except (OSError, duckdb.Error, sqlite3.Error) as problem:
        raise BackupFailed(message, remedy, detail=problem) from problem


def _damaged(folder: Path, why: str) -> BackupDamaged:
    remedy = "use an older one; nothing was changed by this one"
    return BackupDamaged(f"the backup {folder} is damaged: {why}", remedy)
