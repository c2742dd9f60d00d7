"""Writes files completely or not at all, even in a power cut; and hashes them."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any


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


def write_bytes(path: Path, content: bytes, *, mode: int | None = None, is_shared: bool = False) -> None:
    """Replaces a file in one step.

    It is written to `.<name>.tmp` first, which the next write overwrites if this process is killed. If several
    processes may write the same file at once (`is_shared`), each has a temporary file of its own. `mode`: the file's
    permissions, from its first byte on.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp" if is_shared else f".{path.name}.tmp")
    try:
        if mode is not None:
            draft.touch()
            draft.chmod(mode)
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
