"""What there is to import: files, folders and archives (zip, tar) as a list of sources, each made plain when opened.

Packing, encoding and archives are recognised by the first bytes, not by the name. A packed file that is cut short gives
what is whole in it and says that more is missing. Only files are opened: whoever opens a pipe or a device waits for it.
"""

import contextlib
import os
import re
import tarfile
import tempfile
import zipfile
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO

from extractors.files import packing
from rapport.on_disk import sha256

_INPUT_ENDINGS = {".json", ".jsonl", ".ndjson", ".js", ".txt", ".car", ""}
_TAR_ENDINGS = {".tar", ".tgz", ".tbz2", ".txz", ".tzst"}
_NAMED_REASONS = {
    ".csv": "a table (CSV), not posts as X gives them",
    ".tsv": "a table, not posts as X gives them",
}
# Files of an account archive whose names begin so; the others hold no posts, or none that may be taken.
_ARCHIVE_POSTS = ("tweets", "tweet", "tweets-part", "tweet-part")
# Until 2018 an archive had a file for each month.
_MONTH = re.compile(r"[0-9]{4}_[0-9]{2}")
_ARCHIVE_HELPERS = ("account", "note-tweet")
_ARCHIVE_REASONS = {
    "deleted-tweets": "posts their author has deleted are not brought back",
    "deleted-tweet-headers": "posts their author has deleted are not brought back",
    "direct-messages": "direct messages are not imported: storing them needs the consent of both sides",
    "direct-messages-group": "direct messages are not imported: storing them needs the consent of all sides",
    "like": "likes in an archive carry neither a time nor an author",
}
# Beside an outbox (an export of Mastodon's) these files hold no posts.
_OUTBOX = "outbox.json"
_OUTBOX_REASONS = {
    "actor.json": "read together with the posts beside it",
    "likes.json": "likes in an export carry neither a time nor an author",
    "bookmarks.json": "bookmarks are nobody's posts",
}
_ENCRYPTED = 0x1
_NESTED = "an archive within an archive: unpack it first"


class NotReadable(Exception):
    """A source that can't be opened at all; the message says why."""


@dataclass(frozen=True)
class Source:
    """One file, or one member of an archive. `opened_tar` is the tar archive while it is being walked."""

    path: Path
    member: str = ""
    opened_tar: tarfile.TarFile | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """As it is shown and kept: the path, and the member within it."""
        return f"{self.path}/{self.member}" if self.member else str(self.path)

    @property
    def base_name(self) -> str:
        """The last part of the name. Zip archives made on Windows may part names with a backslash."""
        return PurePosixPath(self.member.replace("\\", "/")).name if self.member else self.path.name

    def beside(self, base_name: str) -> "Source":
        """The file of that name in the same folder; it need not exist."""
        if self.member:
            folder = self.member[: len(self.member) - len(self.base_name)]
            return Source(self.path, folder + base_name, self.opened_tar)
        return Source(self.path.with_name(base_name))

    def exists(self) -> bool:
        """Whether it is there."""
        if not self.member:
            return self.path.is_file()
        if self.opened_tar is not None:
            return self.member in self.opened_tar.getnames()
        try:
            if zipfile.is_zipfile(self.path):
                with zipfile.ZipFile(self.path) as archive:
                    return self.member in archive.namelist()
            with tarfile.open(self.path) as packed:
                return self.member in packed.getnames()
        except packing.DAMAGES:
            return False


@dataclass(frozen=True)
class Opened:
    """A source made plain: `path` holds UTF-8 while it is open; `damage` says what could not be had."""

    path: Path
    digest: str
    modified_at: datetime
    damage: str = ""


@dataclass(frozen=True)
class Skipped:
    """A file met in a folder or an archive that is no input, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Refused:
    """What should have been read and could not be, and why."""

    name: str
    reason: str


Found = Source | Skipped | Refused


def found(path: Path) -> Iterator[Found]:
    """What a path stands for: a file for itself, a folder or archive for all that is in it.

    A member of a tar archive can be opened only until the next one is asked for.
    """
    if not path.is_dir():
        yield from _file_or_refused(Source(path))
        return
    unread: list[OSError] = []
    paths = []
    for folder, folders, names in os.walk(path, onerror=unread.append):
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        paths += [Path(folder) / name for name in (*names, *links)]
    for entry in sorted(paths):
        yield from _member(Source(entry))
    for problem in unread:
        yield Refused(str(problem.filename), f"the folder can't be read: {problem.strerror}")


def _file_or_refused(source: Source) -> Iterator[Found]:
    try:
        yield from _file_or_members(source)
    except NotReadable as problem:
        yield Refused(source.name, str(problem))
    except packing.DAMAGES as problem:
        yield Refused(source.name, f"it can't be read: {problem}")


def _file_or_members(source: Source) -> Iterator[Found]:
    """A file, or all that is in an archive. Raises NotReadable, after what could be read of a damaged archive."""
    path = source.path
    if not path.exists():
        raise NotReadable("there is no such file")
    if not path.is_file():
        raise NotReadable("it is a pipe or a device, no file: write what comes from it into a file first")
    if zipfile.is_zipfile(path):
        yield from _zip_members(path)
    elif path.suffix.lower() == ".zip":
        raise NotReadable("it is not a whole zip archive")
    elif packing.is_tar(_start_of(source)):
        yield from _tar_members(path)
    else:
        yield source


def _zip_members(path: Path) -> Iterator[Found]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, OSError) as problem:
        raise NotReadable(f"it can't be read: {problem}") from problem
    if members and all(member.flag_bits & _ENCRYPTED for member in members):
        raise NotReadable("it is encrypted: unpack it with its password first")
    names = {member.filename for member in members}
    for name in sorted(names):
        if not name.endswith("\\"):
            yield from _member(Source(path, name), names)


def _tar_members(path: Path) -> Iterator[Found]:
    with tempfile.TemporaryDirectory() as scratch:
        # Unpacked once: a member of a packed archive can only be had by unpacking all that stands before it.
        plain, damage = _plain(Source(path), Path(scratch))
        with tarfile.open(plain, "r:") as archive:
            members: dict[str, bool] = {}  # name: whether it is a file; of two of a name the last one counts
            try:
                for member in archive:
                    if not member.isdir():
                        members[member.name] = member.isfile()
                damage = damage or packing.after_members(plain, archive.offset)
            except packing.DAMAGES as problem:
                damage = damage or str(problem)
            for name, is_file in sorted(members.items()):
                if is_file:
                    yield from _member(Source(path, name, archive), members.keys())
                else:
                    yield Skipped(f"{path}/{name}", "a link or a device, no file")
    if damage:
        raise NotReadable(f"the archive is cut short or damaged ({damage}); what follows is missing")


def _member(source: Source, names: Container[str] = ()) -> Iterator[Found]:
    """A file met in a folder or an archive: tried if its name is that of a file of posts.

    `names`: all that is in the archive.
    """
    if source.member and _leads_out(source.member):
        yield Refused(
            source.name, "its name leads out of the archive: if you know why, unpack it and import the file"
        )
        return
    reason = _why_skipped(source, names)
    if not source.member and not source.path.is_file():
        if source.path.is_dir():
            reason = "a link to a folder: name the folder itself"
        else:
            reason = "a pipe or a device, no file" if source.path.exists() else "a link that leads nowhere"
    if reason:
        yield Skipped(source.name, reason)
    elif source.member:
        yield source
    else:
        yield from _file_or_refused(source)


def _leads_out(member: str) -> bool:
    """Whether a name in an archive is that of a file elsewhere. Nothing is ever written under such a name here."""
    path = PurePosixPath(member.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or bool(re.match(r"[A-Za-z]:", member))


def _why_skipped(source: Source, names: Container[str]) -> str:
    """Why a file met in a folder is not tried; empty if it is. Files that were named are always tried."""
    name = source.base_name.lower()
    if name in _OUTBOX_REASONS:
        outbox = source.beside(_OUTBOX)
        if outbox.member in names if source.member else outbox.exists():
            return _OUTBOX_REASONS[name]
    stem = name
    for packed in packing.ENDINGS:
        stem = stem.removesuffix(packed)
    ending = PurePosixPath(stem).suffix
    if name.startswith("."):
        return "its name marks it as hidden"
    if ending == ".zip" or ending in _TAR_ENDINGS:
        return _NESTED if source.member else ""
    if ending not in _INPUT_ENDINGS:
        return _NAMED_REASONS.get(ending) or f"not a file of posts by its name ({ending})"
    if ending == ".js":
        part = stem.removesuffix(".js")
        if part in _ARCHIVE_HELPERS:
            return "read together with the posts beside it"
        for name, reason in _ARCHIVE_REASONS.items():
            if part == name or part.startswith(f"{name}-part"):
                return reason
        if not is_archive_posts(source):
            return "a part of an account archive without posts"
    return ""


def is_archive_posts(source: Source) -> bool:
    """Whether the name is that of a file of posts in an account archive: tweets.js, tweets-part1.js, 2013_05.js."""
    name = source.base_name.lower()
    part = name.removesuffix(".js")
    return part != name and (
        part in _ARCHIVE_POSTS[:2] or part.startswith(_ARCHIVE_POSTS[2:]) or bool(_MONTH.fullmatch(part))
    )


@contextmanager
def opened(source: Source) -> Iterator[Opened]:
    """The source as a plain file in UTF-8, until the block ends. Raises NotReadable."""
    try:
        modified_at = datetime.fromtimestamp(source.path.stat().st_mtime, UTC)
        with _raw(source):
            pass
    except (*packing.DAMAGES, KeyError) as problem:
        if "password required" in str(problem):
            raise NotReadable("it is encrypted: unpack it with its password first") from problem
        raise NotReadable(f"it can't be read: {problem}") from problem
    with tempfile.TemporaryDirectory() as scratch:
        plain, damage = _plain(source, Path(scratch))
        if damage and plain.stat().st_size == 0:
            raise NotReadable(f"the file is cut short or damaged ({damage}); nothing of it can be read")
        if damage:
            damage = f"the file is cut short or damaged ({damage}); what follows is missing"
        yield Opened(plain, sha256(plain), modified_at, damage)


def _plain(source: Source, scratch: Path) -> tuple[Path, str]:
    """(its plain bytes as a file, what is wrong with the rest): the file itself, if it is plain."""
    start = _start_of(source)
    name = packing.encoding(start)
    is_text = not name.startswith("utf-8") and not packing.is_tar(start)
    plain = scratch / "plain"
    with _raw(source) as file:
        if not source.member and not is_text and not packing.packing_of(file):
            return source.path, ""
        blocks = packing.bounded(packing.unpacked(file), _packed_size(source))
        with plain.open("wb") as out:
            try:
                for block in packing.as_utf8(blocks, name) if is_text else blocks:
                    out.write(block)
            except packing.TooLarge as problem:
                raise NotReadable(str(problem)) from problem
            except packing.DAMAGES as problem:
                return plain, str(problem) or type(problem).__name__
    return plain, ""


def _packed_size(source: Source) -> int:
    """How many bytes of it are read from disk."""
    if source.member and zipfile.is_zipfile(source.path):
        with zipfile.ZipFile(source.path) as archive:
            return archive.getinfo(source.member).compress_size
    return source.path.stat().st_size


def _start_of(source: Source) -> bytes:
    """The first bytes of what is packed, enough to tell what it is; what can be had of them."""
    start = b""
    with _raw(source) as file, contextlib.suppress(*packing.DAMAGES):
        for block in packing.unpacked(file):
            start += block
            if len(start) >= tarfile.BLOCKSIZE:
                break
    return start[: tarfile.BLOCKSIZE]


@contextmanager
def _raw(source: Source) -> Iterator[IO[bytes]]:
    """Its bytes as they lie on disk or in the archive."""
    if not source.member:
        with source.path.open("rb") as file:
            yield file
    elif source.opened_tar is not None:
        yield _tar_member(source.opened_tar, source.member)
    elif zipfile.is_zipfile(source.path):
        with zipfile.ZipFile(source.path) as archive, archive.open(source.member) as member:
            yield member
    else:
        with tarfile.open(source.path) as packed:
            yield _tar_member(packed, source.member)


def _tar_member(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    file = archive.extractfile(name)
    if file is None:
        raise KeyError(name)
    return file
