"""What there is to import: files, folders and zip archives as a list of sources, each unpacked when opened.

Packing is recognised by the first bytes, not by the name. A packed file that is cut short gives what is whole in it
and says that more is missing.
"""

import gzip
import hashlib
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO

import zstandard

from rapport.on_disk import sha256

_BLOCK = 1024 * 1024
_PACKINGS = {b"\x1f\x8b": ".gz", b"\x28\xb5\x2f\xfd": ".zst"}
_INPUT_ENDINGS = {".json", ".jsonl", ".ndjson", ".js", ".txt", ""}
# Files of an account archive whose names begin so; the others hold no posts, or none that may be taken.
_ARCHIVE_POSTS = ("tweets", "tweet", "tweets-part", "tweet-part")
_ARCHIVE_HELPERS = ("account", "note-tweet")
_ARCHIVE_REASONS = {
    "deleted-tweets": "posts their author has deleted are not brought back",
    "deleted-tweet-headers": "posts their author has deleted are not brought back",
    "direct-messages": "direct messages are not imported: storing them needs the consent of both sides",
    "direct-messages-group": "direct messages are not imported: storing them needs the consent of all sides",
    "like": "likes in an archive carry neither a time nor an author",
}


class NotReadable(Exception):
    """A source that can't be opened at all; the message says why."""


@dataclass(frozen=True)
class Source:
    """One file, or one member of a zip archive."""

    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        """As it is shown and kept: the path, and the member within it."""
        return f"{self.path}/{self.member}" if self.member else str(self.path)

    @property
    def base_name(self) -> str:
        """The last part of the name."""
        return PurePosixPath(self.member).name if self.member else self.path.name

    def beside(self, base_name: str) -> "Source":
        """The file of that name in the same folder; it need not exist."""
        if self.member:
            return Source(self.path, str(PurePosixPath(self.member).with_name(base_name)))
        return Source(self.path.with_name(base_name))

    def exists(self) -> bool:
        """Whether it is there."""
        if not self.member:
            return self.path.is_file()
        with zipfile.ZipFile(self.path) as archive:
            return self.member in archive.namelist()


@dataclass(frozen=True)
class Opened:
    """A source unpacked: `path` holds the plain bytes while it is open; `damage` says what could not be had."""

    path: Path
    digest: str
    modified_at: datetime
    damage: str = ""


@dataclass(frozen=True)
class Skipped:
    """A file met in a folder that is no input, and why."""

    name: str
    reason: str


def found(path: Path) -> Iterator[Source | Skipped]:
    """What a path stands for: a file for itself, a folder or zip archive for all that is in it.

    Raises NotReadable for a zip archive that can't be read.
    """
    if path.is_dir():
        for entry in sorted(path.rglob("*")):
            if entry.is_file():
                yield from _member(Source(entry))
    elif path.is_file() and zipfile.is_zipfile(path):
        yield from _zip_members(path)
    elif path.suffix == ".zip" and path.is_file():
        raise NotReadable("it is not a whole zip archive")
    else:
        yield Source(path)


def _zip_members(path: Path) -> Iterator[Source | Skipped]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(member.filename for member in archive.infolist() if not member.is_dir())
    except (zipfile.BadZipFile, OSError) as problem:
        raise NotReadable(f"it can't be read: {problem}") from problem
    for name in names:
        yield from _member(Source(path, name))


def _member(source: Source) -> Iterator[Source | Skipped]:
    reason = _why_skipped(source)
    if reason:
        yield Skipped(source.name, reason)
    elif not source.member and zipfile.is_zipfile(source.path):
        yield from _zip_members(source.path)
    else:
        yield source


def _why_skipped(source: Source) -> str:
    """Why a file met in a folder is not tried; empty if it is. Files that were named are always tried."""
    name = source.base_name.lower()
    stem = name.removesuffix(".gz").removesuffix(".zst")
    ending = PurePosixPath(stem).suffix
    if name.startswith("."):
        return "its name marks it as hidden"
    if ending == ".zip":
        return "a zip archive within a zip archive" if source.member else ""
    if ending not in _INPUT_ENDINGS:
        return f"not a file of posts by its name ({ending})"
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
    """Whether the name is that of a file of posts in an account archive: tweets.js, tweet.js, tweets-part1.js."""
    name = source.base_name.lower()
    part = name.removesuffix(".js")
    return part != name and (part in _ARCHIVE_POSTS[:2] or part.startswith(_ARCHIVE_POSTS[2:]))


@contextmanager
def opened(source: Source) -> Iterator[Opened]:
    """The source as a plain file, until the block ends. Raises NotReadable."""
    try:
        modified_at = datetime.fromtimestamp(source.path.stat().st_mtime, UTC)
        packing = _packing(source)
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, KeyError) as problem:
        raise NotReadable(f"it can't be read: {problem}") from problem
    if not source.member and not packing:
        yield Opened(source.path, sha256(source.path), modified_at)
        return
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain"
        damage = ""
        digest_of = hashlib.sha256()
        with plain.open("wb") as out:
            try:
                for block in _blocks(source, packing):
                    digest_of.update(block)
                    out.write(block)
            except (OSError, EOFError, zlib.error, zipfile.BadZipFile, zstandard.ZstdError) as problem:
                damage = f"the packed file is cut short or damaged ({problem}); what follows is missing"
        if damage and plain.stat().st_size == 0:
            raise NotReadable(f"it can't be unpacked: {damage}")
        yield Opened(plain, digest_of.hexdigest(), modified_at, damage)


def _packing(source: Source) -> str:
    with _raw(source) as file:
        start = file.read(4)
    return next((ending for magic, ending in _PACKINGS.items() if start.startswith(magic)), "")


@contextmanager
def _raw(source: Source) -> Iterator[IO[bytes]]:
    if not source.member:
        with source.path.open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(source.path) as archive, archive.open(source.member) as member:
        yield member


def _blocks(source: Source, packing: str) -> Iterator[bytes]:
    """The plain bytes as far as they can be had; then the error, if there is one."""
    with _raw(source) as file:
        if packing == ".gz":
            with gzip.GzipFile(fileobj=file) as plain:
                # read1 gives what it has before it complains about what is missing.
                while block := plain.read1(_BLOCK):
                    yield block
        elif packing == ".zst":
            yield from _zstd_blocks(file)
        else:
            while block := file.read(_BLOCK):
                yield block


def _zstd_blocks(file: IO[bytes]) -> Iterator[bytes]:
    frame = zstandard.ZstdDecompressor().decompressobj()
    has_begun = False
    while packed := file.read(_BLOCK):
        while packed:
            if frame.eof:
                frame, has_begun = zstandard.ZstdDecompressor().decompressobj(), False
            block = frame.decompress(packed)
            has_begun = True
            packed = frame.unused_data if frame.eof else b""
            if block:
                yield block
    if has_begun and not frame.eof:
        raise EOFError("it ends within a frame")
