"""What an erasure changes in editions, as their manifests say it.

It answers for no other change: a file that was not what its manifest says before the erasure is not afterwards.
"""

import json
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from quality.editions import files_in, folders, read_manifest, write_manifest
from rapport.config import Settings
from rapport.forgotten import Forgotten
from rapport.networks import parts
from rapport.on_disk import make_folder, sha256, write_json

# It lies beside the editions, so that a backup that is taken in between has both.
NOTE = "erasing.json"


def note_altered(settings: Settings, *_: object) -> int:
    """Notes which files of editions are not those of their manifests, before an erasure rewrites the first; returns how
    many. What a killed erasure has noted stays: of the files that it has rewritten nobody can find it out again.
    """
    path = settings.published_dir / NOTE
    if not path.exists():
        found = {
            folder.relative_to(settings.published_dir).as_posix(): _differing(folder, read_manifest(folder))
            for folder in folders(settings)
        }
        make_folder(path.parent)
        write_json(path, {folder: files for folder, files in found.items() if files})
    return sum(map(len, _noted(settings).values()))


def record(
    settings: Settings, forgotten: Forgotten, losing: Collection[str], on_progress: Callable[[str], None]
) -> None:
    """Takes into the manifests what an erasure has changed in tables and pages. `losing`: the tables that may have lost
    rows. Of each the manifest says how many it has now, and of the erasure how many it took. Warns of what was altered
    before.

    Running it again changes nothing: an edition whose files are those of its manifest is left alone.
    """
    noted = _noted(settings)
    for folder in folders(settings):
        place = folder.relative_to(settings.published_dir).as_posix()
        altered = noted.get(place, [])
        _record_in(folder, forgotten, losing, altered, on_progress)
        if altered:
            on_progress(
                f"warning: {place} was altered, and not by an erasure: {', '.join(altered)}; its manifest goes on "
                "saying what they were"
            )
    (settings.published_dir / NOTE).unlink()


def _noted(settings: Settings) -> dict[str, list[str]]:
    """Folder of an edition, in published/ → its altered files."""
    found: dict[str, list[str]] = json.loads((settings.published_dir / NOTE).read_text(encoding="utf-8"))
    return found


def _record_in(
    folder: Path,
    forgotten: Forgotten,
    losing: Collection[str],
    altered: Collection[str],
    on_progress: Callable[[str], None],
) -> None:
    manifest = read_manifest(folder)
    moved = [path for path in _differing(folder, manifest) if path not in altered]
    # What was of their accounts is gone from its tables and pages, so it need not say whose they are.
    people = {
        person: accounts
        for person, accounts in manifest["joint_people"].items()
        if not forgotten.accounts & {parts(account) for account in accounts}
    }
    if not moved and people == manifest["joint_people"]:
        return
    manifest["joint_people"] = people
    taken = {}
    for name, table in manifest["tables"].items():
        if table["file"] not in moved:
            continue
        path = folder / table["file"]
        table["sha256"] = sha256(path)
        if name in losing and (lost := table["row_count"] - _rows_in(path)) > 0:
            taken[name] = lost
            table["row_count"] -= lost
    manifest["pages"] = {
        path: sha256(folder / path) if path in moved else known
        for path, known in manifest["pages"].items()
        if path not in moved or (folder / path).exists()
    }
    manifest["erasures"].append(
        {
            "erased_at": datetime.now(UTC),
            "post_count": len(forgotten.posts),
            "account_count": len(forgotten.accounts),
            "files": moved,
            "altered_before": sorted(altered),
            "removed_row_counts": taken,
        }
    )
    write_manifest(folder, manifest)
    on_progress(f"edition {folder.name}: {len(moved)} files were rewritten, its manifest says so")


def _differing(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """The files of an edition that are not those of its manifest, or are missing."""
    return sorted(
        path
        for path, known in files_in(manifest).items()
        if not (folder / path).exists() or sha256(folder / path) != known
    )


def _rows_in(path: Path) -> int:
    with duckdb.connect() as con:
        [(count,)] = con.execute("select count(*) from read_parquet(?)", [str(path)]).fetchall()
    return int(count)
