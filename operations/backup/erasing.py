"""Erasures in backups: what was erased from the home goes from every backup, and from what a restore brings back.

A backup has state and tombstones of its own. Whatever the home has a tombstone of and the backup has not is erased
there as in a home; so a backup that could not be reached is caught up with by the next erasure, or when it is restored.
"""

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import sqlalchemy as sa

from extractors.state import state_copy, under_way
from extractors.state.state_copy import Tombstones
from operations.backup import files
from operations.backup.files import Manifest, Progress
from rapport.config import Settings
from rapport.errors import BackupFailed, RapportError, first_line
from rapport.networks import qualified
from rapport.on_disk import sha256, stamp
from rapport.warehouse import hold

# Erases posts and accounts (network:id → reason) from one home: `operations.erasure.everywhere.erase_home`, which is
# handed in, for erasing everywhere is what calls this.
EraseHome = Callable[[Settings, Mapping[str, str], Mapping[str, str], Progress], None]

# Path in a backup → what is another once the file has changed.
Stamps = dict[str, list[int] | None]


def erase_from(settings: Settings, erase_home: EraseHome, on_progress: Progress) -> int:
    """Brings every backup of this home that can be reached up to its tombstones. Returns how many were rewritten.

    Raises BackupFailed, once all others are done, for one that could not be rewritten, because it is damaged or another
    program has it open: something that was erased is still in it. None is ever removed here: it may be the only one.
    Holds the warehouse, so that no backup is taken meanwhile.
    """
    with hold(settings):
        # What a killed restore or backup has left; `hold` raises for a restore that has begun to put things in place.
        shutil.rmtree(settings.restore_dir, ignore_errors=True)
        _, places = files.identity(settings.home)
        for place in places:
            if place.is_dir():
                files.remove_drafts(place)
            else:
                on_progress(f"backups in {place} can't be reached now: the next erasure looks for them again")
        erased, unseen = state_copy.tombstones_of(settings), under_way.read(settings).unseen
        # Of a handle no tombstone tells the next erasure: what is asked for stays open.
        away = files.places_out_of_reach(settings)
        changed, failed = 0, dict.fromkeys(away if unseen else [], "it can't be reached now")
        for folder in files.known_backups(settings):
            try:
                changed += _erase_from_backup(
                    settings, folder, erased, erase_home, on_progress, is_due=bool(unseen)
                )
            except (RapportError, OSError, duckdb.Error, sqlite3.Error, sa.exc.SQLAlchemyError) as problem:
                failed[folder] = first_line(problem)
    if failed:
        raise BackupFailed(
            f"what was erased could not be taken out of {', '.join(map(str, failed))}",
            "mend it or remove that folder, then `rapport erase` again; a place that is gone for good you take out of "
            f"{files.PLACES}",
            detail="; ".join(f"{folder}: {problem}" for folder, problem in failed.items()),
        )
    return changed


def erase_missing(
    source: Settings, erased: Tombstones, target: Settings, erase_home: EraseHome, on_progress: Progress
) -> bool:
    """Erases from a backup, or a copy of one, what `erased` has and it has not, and what was not finished there.

    `source` is where the tombstones come from. Its rapport.toml replaces that of the backup, which may still name
    somebody who is to be forgotten. Handles for which no tombstone stands are erased as in a home whose own erasure was
    stopped. Returns whether anything was missing in the backup.
    """
    missing = _missing(target.home, erased)
    ours, begun = under_way.read(source), under_way.read(target)
    if ours.unseen:
        also = replace(
            begun,
            handles=begun.handles | ours.unseen,
            entries=begun.entries | ours.entries,
            unseen=begun.unseen | ours.unseen,
        )
        under_way.write(target, also)
    posts, accounts = (
        {
            qualified(network, object_id): reason
            for (network, object_type, object_id), reason in missing.items()
            if object_type == wanted
        }
        for wanted in ("post", "account")
    )
    theirs = target.home / files.CONFIG
    if (
        (accounts or ours.unseen)
        and theirs.exists()
        and source.config_path.exists()
        and source.config_path != theirs
    ):
        files.copy(source.config_path, theirs)
    erase_home(files.as_home(source, target.home), posts, accounts, on_progress)
    files.remove_leftovers(target.home)
    return bool(missing or ours.unseen)


def _erase_from_backup(
    settings: Settings,
    folder: Path,
    erased: Tombstones,
    erase_home: EraseHome,
    on_progress: Progress,
    *,
    is_due: bool,
) -> bool:
    manifest = files.read_manifest(folder)
    home_id, _ = files.identity(settings.home)
    # A home that has lost its id owns all backups in its place: a place belongs to one home.
    if home_id and manifest.home_id != home_id:
        return False
    stamps: Stamps = {}
    if not manifest.is_being_erased:
        if not is_due and not _missing(folder, erased):
            return False
        stamps = {path: stamp(folder / path) for path in manifest.files}
        files.verify(folder, manifest)
        manifest.is_being_erased = True
        files.write_manifest(folder, manifest)

    def report(message: str) -> None:
        on_progress(f"backup {folder.name}: {message}")

    erase_missing(settings, erased, files.as_home(settings, folder), erase_home, report)
    _record_erasure(folder, manifest, stamps)
    return True


def _missing(folder: Path, erased: Tombstones) -> dict[tuple[str, str, str], str]:
    """(network, object type, id) → reason of what has to be erased there.

    A tombstone in its state counts only if it is finished: a backup that was taken during an erasure has the tombstone,
    and still has the text in landing and the warehouse.
    """
    known = state_copy.tombstones_in(folder / files.STATE)
    return {
        key: tombstone.reason
        for key, tombstone in erased.items()
        if not (same := known.get(key)) or same.finished_at is None
    }


def _record_erasure(folder: Path, manifest: Manifest, stamps: Stamps) -> None:
    """Takes into the manifest what the erasure has made of the files. `stamps`: of those that were verified before it;
    what has not changed since is not read again.
    """
    found = {}
    for path in files.files_of(folder):
        is_as_verified = path in stamps and stamp(folder / path) == stamps[path]
        found[path] = manifest.files[path] if is_as_verified else sha256(folder / path)
    changed = sorted(
        path for path in {*found, *manifest.files} if found.get(path) != manifest.files.get(path)
    )
    manifest.erasures.append({"erased_at": datetime.now(UTC).isoformat(timespec="seconds"), "files": changed})
    manifest.files, manifest.tables = found, files.count_rows(folder / files.WAREHOUSE)
    manifest.is_being_erased = False
    files.write_manifest(folder, manifest)
