"""Files that are there whole or not at all, also after a power cut; and how to know one again."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any


def put_in_place(draft: Path, target: Path) -> None:
    """Puts the draft in the target's place, so that it also survives a power cut."""
    sync(draft)
    # The log of somebody who opened the published file for writing must not be applied to the new one.
    target.with_name(target.name + ".wal").unlink(missing_ok=True)
    draft.replace(target)
    sync(target.parent)


def write_json(path: Path, value: Any, default: Callable[[Any], Any] | None = None) -> None:
    """Replaces a JSON file in one step; `default` says how to write what JSON does not know."""
    beside = path.with_name(f".{path.name}.tmp")
    text = json.dumps(value, indent=2, ensure_ascii=False, default=default)
    beside.write_text(text + "\n", encoding="utf-8")
    put_in_place(beside, path)


def sync(path: Path) -> None:
    """Returns once a file, or the names in a folder, are on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def sha256(path: Path) -> str:
    """Of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
