"""What an erasure is about to make of files of editions, noted before it does: so it knows its own changes from those
of others, also if it is killed and run again.
"""

import hashlib
import json
import os
from pathlib import Path

from rapport.config import Settings
from rapport.on_disk import sha256, sync, write_bytes

# One JSON object a line. It lies in published/, so that a backup that is taken in between has both.
NOTE = "erasing.jsonl"


def announce(settings: Settings, path: Path, digest: str | None) -> None:
    """Notes which SHA-256 the file will have; None where it will be removed. Of what belongs to no edition nothing is
    noted."""
    within = path.relative_to(settings.published_dir)
    if "editions" not in within.parts:
        return
    note = settings.published_dir / NOTE
    is_new = not note.exists()
    with note.open("a", encoding="utf-8") as file:
        # What a killed run has left of a line ends here.
        file.write("\n" + json.dumps({"file": within.as_posix(), "sha256": digest}))
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        sync(note.parent)


def announce_draft(settings: Settings, path: Path, draft: Path) -> None:
    """The same, for a file that will replace it."""
    announce(settings, path, sha256(draft))


def write(settings: Settings, path: Path, content: bytes) -> None:
    """Replaces a file in one step, and notes that first."""
    announce(settings, path, hashlib.sha256(content).hexdigest())
    write_bytes(path, content)


def remove(settings: Settings, path: Path) -> None:
    """Removes a file, and notes that first."""
    announce(settings, path, None)
    path.unlink()


def announced(settings: Settings) -> dict[str, set[str | None]]:
    """Path in published/ → what the erasure under way has made of the file, or was about to."""
    note = settings.published_dir / NOTE
    found: dict[str, set[str | None]] = {}
    for line in note.read_text(encoding="utf-8").splitlines() if note.exists() else ():
        try:
            said = json.loads(line)
        except ValueError:  # empty, or cut off before anything was done
            continue
        found.setdefault(said["file"], set()).add(said["sha256"])
    return found


def forget(settings: Settings) -> None:
    """Removes what was noted: nothing is under way any more."""
    (settings.published_dir / NOTE).unlink(missing_ok=True)
