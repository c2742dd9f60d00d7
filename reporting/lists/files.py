"""Files that are written beside their place, and put there only if they say something else than what lies there."""

import filecmp
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from rapport.on_disk import make_folder, put_in_place
from reporting.published import ReportError


@dataclass
class Written:
    """What one run has made of a folder: all of its files, and those of them that are new or others than before."""

    files: list[Path] = field(default_factory=list)
    changed: list[Path] = field(default_factory=list)

    def __iadd__(self, other: "Written") -> "Written":
        self.files += other.files
        self.changed += other.changed
        return self

    @property
    def byte_count(self) -> int:
        return sum(path.stat().st_size for path in self.files)


@contextmanager
def drafts(folder: Path) -> Iterator[Path]:
    """A folder for what is not ready yet, inside the one that it is for. What a killed run left there is removed.

    Raises ReportError when something can't be written.
    """
    try:
        make_folder(folder)
        for leftover in folder.glob(".*.tmp"):
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        with TemporaryDirectory(prefix=".", suffix=".tmp", dir=folder) as draft:
            yield Path(draft)
    except OSError as problem:
        raise ReportError(
            f"the lists in {folder} cannot be written: {problem.strerror or problem}",
            "make the folder writable, or free space on the disk, and report again",
        ) from problem


def put(draft: Path, place: Path, written: Written) -> None:
    """Puts a finished draft in its place in one step, or drops it where the same lies there already."""
    written.files.append(place)
    if place.exists() and filecmp.cmp(draft, place, shallow=False):
        return
    draft.chmod(0o600 | (place.parent.stat().st_mode & 0o044))  # as open as its folder
    put_in_place(draft, place)
    written.changed.append(place)


def put_copy(original: Path, place: Path, draft: Path, written: Written) -> None:
    """The same of a copy of a file that stands already."""
    if place.exists() and filecmp.cmp(original, place, shallow=False):
        written.files.append(place)
        return
    shutil.copyfile(original, draft)
    put(draft, place, written)


def remove_others(folder: Path, kept: list[Path]) -> None:
    """Removes what an earlier run wrote and this one did not: the third page of a list that has two by now."""
    for path in folder.iterdir():
        if path.is_file() and path not in kept:
            path.unlink()
