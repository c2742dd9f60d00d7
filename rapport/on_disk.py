"""Writes files completely or not at all, even in a power cut; hashes them; and keeps others from reading them.

Everything in a home is its user's alone: folders 0700, files 0600. Only published/ may be opened to others, by
rapport.toml. A file is as open as the folder it lies in.
"""

import errno
import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from rapport.config import Settings

# What lies in a home. Nothing else is touched where one is closed: people may keep files of their own beside it.
_MADE = (
    "landing", "quality", "dbt", "spark", "backups", "airflow", ".restore", "warehouse.duckdb*", "state.sqlite*",
    "rapport.toml", "outcomes.csv*", "notes.csv*", "topics.csv*", "forewords", "logos", "try.json", "emulator.json",
    "backups.json", "erasing.json", "spark-folders.txt", "superset*.zip", "*.lock", "fetching.locks",
)  # fmt: skip
# [privacy] published → what others may do with its folders, and, without entering, with its files.
_SHARED = {"private": 0o000, "group": 0o050, "everyone": 0o055}
_OTHERS = 0o077


def put_in_place(draft: Path, target: Path) -> None:
    """Replaces the target by the draft in one step, and syncs both to the disk."""
    sync(draft)
    draft.replace(target)
    sync(target.parent)


def put_database_in_place(draft: Path, target: Path) -> None:
    """The same for a DuckDB file."""
    # If somebody opened the old file for writing, its log must not be applied to the new one.
    target.with_name(target.name + ".wal").unlink(missing_ok=True)
    put_in_place(draft, target)


def refusal(folder: Path) -> str:
    """Why a folder can't be made or written into; '' if it can. It is made to see, and what was made is taken away."""
    made: list[Path] = []
    try:
        made = [one for one in (folder, *folder.parents) if not one.exists()]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return "" if os.access(folder, os.R_OK | os.W_OK | os.X_OK) else os.strerror(errno.EACCES)
    except OSError as problem:
        return problem.strerror or str(problem)
    finally:
        for one in made:
            with suppress(OSError):
                one.rmdir()


def keep_private() -> None:
    """From now on what this process and its children make is for this user alone. Every entry point begins with it."""
    os.umask(_OTHERS)


def make_home(settings: Settings) -> None:
    """Makes the home, for this user alone. One that others could enter is closed, and with it all that lies in it."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _mode(settings.home) & _OTHERS == _entrance(settings):
        return
    with suppress(OSError):  # another user's folder, or a disk without modes: `rapport doctor` says so
        settings.home.chmod(_mode(settings.home) & 0o700 | _entrance(settings))
        for path in _made(settings):
            with suppress(OSError):
                path.chmod(_mode(path) & 0o700 | _passage(settings, path))
    share_published(settings)


def share_published(settings: Settings) -> None:
    """Opens published/ to those whom rapport.toml names, or closes it, with all that is in it."""
    shared, folder = _SHARED[settings.config.privacy.published], settings.published_dir
    if not folder.exists() or _mode(folder) & _OTHERS == shared:
        return
    with suppress(OSError):
        for path in (*folder.rglob("*"), folder):
            if not path.is_symlink():
                path.chmod(_mode(path) & 0o700 | (shared if path.is_dir() else shared & 0o044))


def open_to_others(settings: Settings) -> Iterator[Path]:
    """What others may read, or enter, against rapport.toml. Nobody gets at anything in a home that is closed."""
    if not settings.home.exists() or not _mode(settings.home) & _OTHERS:
        return
    shared = _SHARED[settings.config.privacy.published]
    if _mode(settings.home) & _OTHERS & ~_entrance(settings):
        yield settings.home
    if settings.published_dir.exists() and _mode(settings.published_dir) & _OTHERS & ~shared:
        yield settings.published_dir
    yield from (path for path in _made(settings) if _mode(path) & _OTHERS & ~_passage(settings, path))


def make_folder(path: Path) -> None:
    """Makes a folder in published/, and those above it that are missing, each as open as the one it lies in."""
    if not path.exists():
        make_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
        path.chmod(0o700 | (_mode(path.parent) & 0o055))


def as_open_as_its_folder(path: Path) -> None:
    """Lets those read a file who may read its folder."""
    path.chmod(_mode_in(path.parent))


def _mode_in(folder: Path) -> int:
    return 0o600 | (_mode(folder) & 0o044)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _entrance(settings: Settings) -> int:
    """What others may do with the home itself: pass through it, where they may read published/."""
    return _SHARED[settings.config.privacy.published] & 0o011 | _passage(settings, settings.home)


def _passage(settings: Settings, path: Path) -> int:
    """What others may do with a folder above Airflow's Postgres: pass through it, where that server is another user's.

    Postgres refuses to run as root, so root's runs as a user of its own. Closed off from its files, it ends.
    """
    folder = settings.home / "airflow"
    if path not in (settings.home, folder):
        return 0
    try:
        return 0 if (folder / "postgres").stat().st_uid == os.geteuid() else 0o011
    except OSError:
        return 0


def _made(settings: Settings) -> Iterator[Path]:
    """The files and folders of the home but for published/."""
    for pattern in _MADE:
        for top in settings.home.glob(pattern):
            for path in (top, *(top.rglob("*") if top.is_dir() else ())):
                if path.exists() and not path.is_symlink():
                    yield path


def write_bytes(path: Path, content: bytes, *, mode: int | None = None, is_shared: bool = False) -> None:
    """Replaces a file in one step.

    It is written to `.<name>.tmp` first, which the next write overwrites if this process is killed. If several
    processes may write the same file at once (`is_shared`), each has a temporary file of its own. `mode`: the file's
    permissions, from its first byte on; without one it is as open as its folder.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp" if is_shared else f".{path.name}.tmp")
    try:
        draft.touch(mode=0o600)
        draft.chmod(_mode_in(path.parent) if mode is None else mode)
        with draft.open("wb") as file:
            file.write(content)
        put_in_place(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def write_json(path: Path, value: Any, default: Callable[[Any], Any] | None = None) -> None:
    """Replaces a JSON file in one step; `default` converts values that JSON does not know."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=default)
    write_bytes(path, f"{text}\n".encode())


def sync(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def stamp(path: Path) -> list[int] | None:
    """What is another once a file has changed: its size and times. None where there is no file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns]


def sha256_of_all(paths: Iterable[Path], root: Path) -> str:
    """The SHA-256 of several files below a folder with their names there, as hex digits, whatever their order."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
