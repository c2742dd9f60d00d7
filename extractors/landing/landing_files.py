"""Landing files: every page as it came, one file a page, written so that it is there whole or not at all.

A file is `landing/<network>/<stream>/<run>/<page>.json.zst` and holds one JSON value,
`{"envelope": {...}, "body": <the body's own bytes>}`. Its page key is its path without the ending, so what
has been loaded is known without opening a file.
"""

import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zstandard

from extractors.errors import LandingUnreadable
from rapport.on_disk import write_bytes

# zstd, because a load is bound by unpacking and parsing: DuckDB unpacks it several times faster than gzip.
SUFFIX = ".json.zst"
FORMAT_VERSION = 2
# The name of the page with the lines that an import refused.
REJECTS = "rejects"
_LEVEL = 3


@dataclass(frozen=True)
class LandedPage:
    """A page read back: what is known about it, and its body."""

    page_key: str
    envelope: dict[str, Any]
    body: dict[str, Any]


def safe_name(text: str, limit: int = 60) -> str:
    """A name that any file system takes; two texts that look alike after cleaning still differ."""
    cleaned = re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-")[:limit] or "none"
    return cleaned if cleaned == text else f"{cleaned}-{short_hash(text)}"


def short_hash(text: str) -> str:
    """Ten hexadecimal digits that stand for the text."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def page_key(network: str, stream: str, run_id: str, page_name: str) -> str:
    """`<network>/<stream>/<run>/<page>`, each part safe as a name."""
    return "/".join([safe_name(network), safe_name(stream), safe_name(run_id), safe_name(page_name)])


def network_of(key: str) -> str:
    """The network whose page it is."""
    return key.partition("/")[0]


def path_of(landing_dir: Path, key: str) -> Path:
    """Where the page of that key lies."""
    return landing_dir / f"{key}{SUFFIX}"


def write(landing_dir: Path, key: str, envelope: dict[str, Any], body: bytes) -> Path:
    """Lands one page: temporary name, fsync, rename, fsync of the folder. The body's bytes go in untouched.

    The envelope gets page_key, body_sha256 and body_byte_count; it must hold no secrets.
    """
    # A byte order mark is not part of the JSON value, and one in mid-file would make it unreadable.
    body = body.removeprefix(b"\xef\xbb\xbf")
    full = {
        "format_version": FORMAT_VERSION,
        **envelope,
        "page_key": key,
        "body_sha256": hashlib.sha256(body).hexdigest(),
        "body_byte_count": len(body),
    }
    path = path_of(landing_dir, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = b'{"envelope": ' + json.dumps(full, ensure_ascii=True).encode() + b', "body": ' + body + b"}\n"
    # One frame with its size and checksum in it: a cut file is known as such.
    packed = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(content)
    # Of two extractions of the same page the last one wins; both are whole.
    write_bytes(path, packed, is_shared=True)
    return path


def read(landing_dir: Path, key: str) -> LandedPage:
    """One page, parsed. LandingUnreadable names the file if it is damaged."""
    path = path_of(landing_dir, key)
    try:
        value = json.loads(unpacked(path))
        return LandedPage(key, value["envelope"], value["body"])
    except (OSError, zstandard.ZstdError, ValueError, KeyError, TypeError) as problem:
        raise LandingUnreadable(
            f"the landing file {path} can't be read",
            "remove this one file and run the same window again; the page is then fetched anew",
            detail=problem,
        ) from problem


def is_readable(landing_dir: Path, key: str) -> bool:
    """Whether the page is on disk, whole, and what landing wrote."""
    try:
        read(landing_dir, key)
    except LandingUnreadable:
        return False
    return True


def exists(landing_dir: Path, key: str) -> bool:
    """Whether the page is on disk, whole."""
    return path_of(landing_dir, key).exists()


def keys(landing_dir: Path) -> list[str]:
    """Keys of all landed pages, sorted. Temporary files of interrupted writes are not among them."""
    return sorted(key for folder in run_folders(landing_dir) for key in keys_in(landing_dir, folder))


def run_folders(landing_dir: Path) -> dict[str, tuple[int, int]]:
    """`<network>/<stream>/<run>` of every run → when its folder was changed (ns): its contents, and its inode."""
    found = {}
    for network in _folders_in(landing_dir):
        for stream in _folders_in(network.path):
            for run in _folders_in(stream.path):
                status = run.stat()
                name = f"{network.name}/{stream.name}/{run.name}"
                found[name] = (status.st_mtime_ns, status.st_ctime_ns)
    return found


def keys_in(landing_dir: Path, folder: str) -> list[str]:
    """Keys of the pages in one folder of `run_folders`, in no order."""
    try:
        with os.scandir(landing_dir / folder) as entries:
            names = [entry.name for entry in entries]
    except FileNotFoundError:  # somebody has just removed it
        return []
    return [
        f"{folder}/{name.removesuffix(SUFFIX)}"
        for name in names
        if name.endswith(SUFFIX) and not name.startswith(".")
    ]


def _folders_in(folder: str | Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if entry.is_dir()]
    except FileNotFoundError:
        return []


def run_pages(
    landing_dir: Path, network: str, streams: list[str], run_id: str, client_id: str | None = None
) -> Iterator[LandedPage]:
    """The pages that a run has landed in these streams (of one client, if given), in the order of keys."""
    for stream in streams:
        folder = landing_dir / safe_name(network) / safe_name(stream) / safe_name(run_id)
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            if path.name.startswith("."):
                continue
            page = read(landing_dir, str(path.relative_to(landing_dir)).removesuffix(SUFFIX))
            if client_id is None or page.envelope.get("client_id") == client_id:
                yield page


def remove_leftovers(landing_dir: Path, older_than_seconds: float = 60.0) -> None:
    """Temporary files of writes that were killed: nobody reads them, but a text may stand in one.

    Younger ones are left: their writer may be alive.
    """
    for path in landing_dir.glob(f"*/*/*/.*{SUFFIX}.*.tmp"):
        if time.time() - path.stat().st_mtime > older_than_seconds:
            path.unlink(missing_ok=True)


def unpacked(path: Path) -> bytes:
    """The content of a landing file. Raises zstandard.ZstdError if it is cut or damaged."""
    return zstandard.ZstdDecompressor().decompress(path.read_bytes())
