"""`rapport backup`: copies what would be lost with the disk into one folder, which is there whole or not at all.

The state store is copied before landing: a cursor moves only once its page is on disk, so every page that the
copied state knows of is among those copied after it.
"""

import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

from extractors.state import state_copy
from operations.backup import files
from operations.backup.files import Manifest, Progress
from quality.change_over import finish
from quality.record import versions
from rapport.config import Settings
from rapport.errors import BackupDamaged, BackupFailed
from rapport.on_disk import sha256, sync
from rapport.warehouse import hold, opened, pack_if_due

log = logging.getLogger("rapport.backup")
_PROGRESS_FILES = 10_000


@dataclass(frozen=True)
class Backup:
    """A new backup; `removed` are the older ones beyond `keep`."""

    path: Path
    file_count: int
    byte_count: int
    table_count: int
    row_count: int
    removed: tuple[Path, ...]
    is_on_same_disk: bool


def back_up(
    settings: Settings, to: Path | None = None, keep: int | None = None, on_progress: Progress = log.info
) -> Backup:
    """Takes a backup into a new folder in `to`, and removes all but the newest `keep` backups there.

    Both default to rapport.toml's [backup]. Holds the warehouse meanwhile, and packs it first if that is due. Raises
    BackupFailed if there is nothing to back up, if `to` has backups of another home, or if the disk refuses;
    WarehouseBusy as `hold` does. After a kill at any moment all earlier backups are whole, and the next run removes
    the unfinished one.
    """
    place = to.expanduser().resolve() if to else files.default_place(settings)
    keep = settings.config.backup.keep if keep is None else keep
    remedy = f"see that {place} can be written and its disk has room, then `rapport backup` again"
    with hold(settings), files.failing_as(f"no backup could be taken to {place}", remedy):
        if not settings.warehouse_path.exists() and not settings.landing_dir.exists():
            raise BackupFailed(f"there is nothing to back up in {settings.home}", "is RAPPORT_HOME right?")
        finish(settings)
        pack_if_due(settings, on_progress)
        place.mkdir(parents=True, exist_ok=True)
        files.remove_drafts(place)
        home_id, places = files.identity(settings.home)
        _refuse_others(place, home_id)
        home_id = files.remember(settings.home, home_id, [*places, place])
        taken_at = settings.now()
        folder = files.folder_for(place, taken_at)
        draft = folder.with_name(f".{folder.name}.tmp")
        try:
            draft.mkdir(mode=0o700)
            manifest = Manifest(
                files.FORMAT_VERSION, home_id, taken_at.isoformat(timespec="milliseconds"), versions(), {}, {}
            )
            _fill(settings, draft, manifest, on_progress)
            files.write_manifest(draft, manifest)
            sync(draft)
            draft.rename(folder)
            sync(place)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        removed = files.backups_in(place)[:-keep]
        for older in removed:
            files.remove(older)
            on_progress(f"removed the older backup {older.name}")
    return Backup(
        path=folder,
        file_count=len(manifest.files),
        byte_count=sum((folder / path).stat().st_size for path in manifest.files),
        table_count=len(manifest.tables),
        row_count=sum(manifest.tables.values()),
        removed=tuple(removed),
        is_on_same_disk=place.stat().st_dev == settings.home.stat().st_dev,
    )


def _fill(settings: Settings, draft: Path, manifest: Manifest, on_progress: Progress) -> None:
    """Copies everything into the draft, and compares what was copied with what was read."""
    state_copy.copy_out(settings, draft / files.STATE)
    manifest.files[files.STATE] = sha256(draft / files.STATE)
    on_progress("copied the state store")
    if settings.warehouse_path.exists():
        with opened(settings) as connection:
            connection.execute("checkpoint")
            manifest.tables = files.row_counts(connection)
        manifest.files[files.WAREHOUSE] = files.copy(settings.warehouse_path, draft / files.WAREHOUSE)
        rows = sum(manifest.tables.values())
        on_progress(f"copied the warehouse: {len(manifest.tables)} tables, {rows} rows")
    for number, path in enumerate(files.files_of(settings.home), start=1):
        if path in (files.STATE, files.WAREHOUSE):
            continue
        manifest.files[path] = files.bring(settings.home, draft, path)
        if number % _PROGRESS_FILES == 0:
            on_progress(f"copied {number} files")
    on_progress(f"copied {len(manifest.files)} files")
    try:
        files.verify(draft, manifest)
    except BackupDamaged as problem:
        raise BackupFailed(
            f"what was copied is not what was read: {problem.message}",
            "check the disk, then run `rapport backup` again",
        ) from problem
    on_progress("read back: every file is what was copied, every table has its rows")


def _refuse_others(place: Path, home_id: str) -> None:
    """A place belongs to one home: `keep` counts the backups in it, and erasures go through all of them."""
    for folder in files.backups_in(place):
        if files.read_manifest(folder).home_id != home_id:
            raise BackupFailed(
                f"{place} holds backups of another home", "give each home a folder of its own: --to FOLDER"
            )
