"""`rapport restore`: a home becomes what a backup holds, less what was erased since.

Everything is made ready in <home>/.restore/new: it is copied, compared with the manifest's hashes and opened, and what
has a tombstone is erased from it. Until then the home is not touched. Then a journal is written, and each part is put
in place by a rename; what was there is kept in <home>/.restore/old until all parts are in place. If the restore is
killed in between, the next one goes on by the journal.
"""

import json
import logging
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import sqlalchemy as sa

from extractors.state import state_copy, under_way
from extractors.state.state_copy import Tombstone, Tombstones
from extractors.state.under_way import UnderWay
from operations.backup import files
from operations.backup.erasing import EraseHome, erase_missing
from operations.backup.files import Manifest, Progress
from operations.stack.runner import is_running
from rapport.config import Settings, home_of, load_settings, read_config
from rapport.errors import BackupFailed, ConfigError, RapportError, WarehouseBusy, first_line
from rapport.on_disk import sha256, sync, write_json
from rapport.warehouse import RESTORE_JOURNAL, hold, opened

log = logging.getLogger("rapport.restore")

# What a restore replaces as a whole: where the backup has none, the home loses its own. Lists kept by hand stay.
_DATA = ("landing", "published", files.WAREHOUSE, files.STATE)
# Logs and leftovers of the old files: they must not be used with the new ones.
_BESIDE = (f"{files.WAREHOUSE}.[!l]*", f"{files.STATE}-*", f"*{under_way.FILE}*")


@dataclass(frozen=True)
class Restored:
    """The result of a restore. If `is_erased`, something was erased, and the tables have to be built again."""

    path: Path
    taken_at: str
    file_count: int
    is_erased: bool


def settings_for(folder: Path, on_progress: Progress = log.info) -> Settings:
    """The settings of the home that is to become this backup.

    A rapport.toml that can't be read is no reason to refuse: it may be what the restore is for. Until it is replaced,
    the backup's own stands in for it; a backup without one leaves it as it is.
    """
    try:
        return load_settings()
    except ConfigError as problem:
        on_progress(f"going on without rapport.toml, which can't be read: {problem}")
    settings = load_settings(config_path=Path(os.devnull))
    with suppress(ConfigError, OSError):
        settings = replace(settings, config=read_config(folder.expanduser().resolve() / files.CONFIG))
    return replace(settings, config_path=home_of() / files.CONFIG)


def would_replace(settings: Settings, folder: Path) -> list[str]:
    """What a restore of that backup would replace in the home: its data, and lists kept by hand that differ.

    Raises BackupFailed if the folder is no backup.
    """
    manifest = files.read_manifest(folder.expanduser().resolve())
    lists = [
        name
        for name, known in manifest.files.items()
        if "/" not in name and name not in _DATA and name != files.PLACES
        if (settings.home / name).is_file() and sha256(settings.home / name) != known
    ]
    data = [name for name in _DATA if (settings.home / name).exists()]
    return [*data, "the state store", *lists] if _is_state_elsewhere(settings) else [*data, *lists]


def restore(
    settings: Settings, folder: Path, erase_home: EraseHome, on_progress: Progress = log.info
) -> Restored:
    """Replaces the home by a backup in one step; `erase_home` erases from it what was erased since.

    Raises WarehouseBusy if the warehouse is in use or Airflow runs, and BackupFailed if the folder is no backup, is
    damaged, or the disk refuses; the home is then unchanged. After a kill at any moment, run it again.
    """
    folder = folder.expanduser().resolve()
    if is_running(settings):
        raise WarehouseBusy(
            f"the Airflow of {settings.home} is running", "stop it first: `rapport down` (`make down`)"
        )
    remedy = f"see that {settings.home} can be written and its disk has room, then `rapport restore` again"
    with hold(settings, 0, is_restore=True), files.failing_as(f"{folder} could not be restored", remedy):
        journal = settings.restore_dir / RESTORE_JOURNAL
        if journal.exists():
            begun = json.loads(journal.read_text(encoding="utf-8"))
            on_progress(f"continuing the restore of {begun['backup']}, which was stopped half-way")
            _swap(settings, begun, on_progress)
            if begun["backup"] == str(folder):
                return Restored(folder, begun["taken_at"], begun["file_count"], begun["is_erased"])
        shutil.rmtree(settings.restore_dir, ignore_errors=True)
        _refuse_in_use(settings)
        manifest = files.read_manifest(folder)
        new = settings.restore_dir / "new"
        try:
            is_erased = _make_ready(settings, folder, manifest, new, erase_home, on_progress) or bool(
                manifest.erasures
            )
        except BaseException:
            shutil.rmtree(settings.restore_dir, ignore_errors=True)
            raise
        begun = {
            "backup": str(folder),
            "taken_at": manifest.taken_at,
            "file_count": len(manifest.files),
            "is_erased": is_erased,
            "put": sorted(path.name for path in new.iterdir()),
        }
        beside_data = [path.name for pattern in _BESIDE for path in settings.home.glob(pattern)]
        begun["aside"] = sorted({*_DATA, *beside_data, *begun["put"]})
        write_json(journal, begun)
        _swap(settings, begun, on_progress)
    return Restored(folder, manifest.taken_at, len(manifest.files), is_erased)


def _make_ready(
    settings: Settings,
    folder: Path,
    manifest: Manifest,
    new: Path,
    erase_home: EraseHome,
    on_progress: Progress,
) -> bool:
    """Copies the backup, compares the copy with its manifest, and erases from it what was erased since.

    Returns whether anything was erased.
    """
    new.mkdir(parents=True, mode=0o700)
    found = {}
    paths = list(manifest.files)
    if manifest.is_being_erased:
        unfinished = [under_way.FILE, f"{files.STATE}-wal", f"{files.WAREHOUSE}.wal"]
        paths = [*files.files_of(folder), *(path for path in unfinished if (folder / path).exists())]
    for path in paths:
        if not (folder / path).is_file():
            continue  # `verify` names it
        found[path] = files.bring(folder, new, path)
    on_progress(f"copied {len(found)} files")
    if manifest.is_being_erased:
        on_progress("an erasure of this backup was stopped, so its hashes are not valid; it is finished here")
        files.count_rows(new / files.WAREHOUSE)
    else:
        try:
            files.verify(new, manifest, found)
        except BackupFailed as problem:
            message = problem.message.replace(str(new), str(folder))
            raise type(problem)(message, problem.remedy, detail=problem.detail) from problem
        on_progress(f"held {len(found)} files and {len(manifest.tables)} tables against the manifest")
    is_erased = manifest.is_being_erased
    for source, erased in _erased(settings, folder, manifest, on_progress):
        is_erased |= erase_missing(source, erased, files.as_home(settings, new), erase_home, on_progress)
    # Handles for which no tombstone stands are still in other backups: the next erasure goes on with them.
    unseen = frozenset().union(
        *(under_way.read(files.as_home(settings, one)).unseen for one in (settings.home, folder))
    )
    under_way.write(files.as_home(settings, new), UnderWay(handles=unseen, unseen=unseen))
    _, ours = files.identity(settings.home)
    _, theirs = files.identity(new)
    files.remember(new, manifest.home_id, [*ours, *theirs, folder.parent])
    return is_erased


def _erased(
    settings: Settings, folder: Path, manifest: Manifest, on_progress: Progress
) -> Iterable[tuple[Settings, Tombstones]]:
    """Where erasures after that backup may be known of: the home as it stands, and newer backups beside it.

    A tombstone that only an older backup has was lifted before that backup was taken: the account came back.
    """
    at_home: Tombstones = {}
    for name, tombstones_of in (("warehouse", _of_warehouse), ("state store", state_copy.tombstones_of)):
        try:
            at_home |= tombstones_of(settings)
        except (RapportError, duckdb.Error, sa.exc.SQLAlchemyError) as problem:
            on_progress(f"the {name} that stands can't be asked what was erased: {first_line(problem)}")
    yield (
        settings,
        at_home,
    )  # even if there is none: what was left unfinished in the backup itself is then finished
    for other in files.backups_in(folder.parent):
        try:
            beside = files.read_manifest(other)
            if beside.home_id == manifest.home_id and beside.taken_at > manifest.taken_at:
                yield files.as_home(settings, other), state_copy.tombstones_in(other / files.STATE)
        except BackupFailed as problem:
            on_progress(f"tombstones of another backup can't be read: {problem.words}")


def _of_warehouse(settings: Settings) -> Tombstones:
    """The copy of the tombstones in raw; none where there is no warehouse."""
    if not settings.warehouse_path.exists():
        return {}
    with opened(settings, read_only=True) as connection:
        columns = "network, object_type, object_id, reason, erased_at"
        rows = connection.execute(f"select {columns} from raw.tombstones").fetchall()
    return {(row[0], row[1], row[2]): Tombstone(*row[3:]) for row in rows}


def _is_state_elsewhere(settings: Settings) -> bool:
    """Whether the state store is no file of the home: its rows are then replaced, not the file."""
    return settings.state_url != files.state_url(settings.home)


def _refuse_in_use(settings: Settings) -> None:
    """Raises WarehouseBusy where another program has the file open without our lock.

    A file that can't be opened for any other reason is what a restore replaces: it is damaged, or of a newer DuckDB.
    """
    if settings.warehouse_path.exists():
        try:
            with opened(settings):
                pass
        except WarehouseBusy:
            raise
        except RapportError:
            pass


def _swap(settings: Settings, begun: dict, on_progress: Progress) -> None:
    """Puts every part in its place. What was done before a kill is not done again."""
    new, old = settings.restore_dir / "new", settings.restore_dir / "old"
    old.mkdir(exist_ok=True)
    for name in begun["aside"]:
        is_put = name in begun["put"] and not (new / name).exists()
        if (settings.home / name).exists() and not is_put:
            (settings.home / name).replace(files.free(old / name))
            on_progress(f"set {name} aside")
    for name in begun["put"]:
        if not (new / name).exists():
            continue
        if name == files.STATE and _is_state_elsewhere(settings):
            state_copy.put_back(settings, new / name)
            (new / name).unlink()
        else:
            (new / name).replace(settings.home / name)
        on_progress(f"put {name} in its place")
    sync(settings.home)
    (settings.restore_dir / RESTORE_JOURNAL).unlink()
    shutil.rmtree(settings.restore_dir)
    on_progress("done: the old files are removed")
