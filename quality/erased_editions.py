"""What an erasure changes in editions, as their manifests say it.

It answers for no other change: a file that somebody else has altered, before the erasure or between two runs of it, is
afterwards not what its manifest says.
"""

import json
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from quality.editions import files_in, folders, read_manifest, write_manifest
from rapport import rewrites
from rapport.config import Settings
from rapport.forgotten import Forgotten
from rapport.networks import parts
from rapport.on_disk import make_folder, sha256, stamp, write_json

# It lies beside the editions, so that a backup that is taken in between has both.
NOTE = "erasing.json"
# Of a file of an edition: its `sha256` (None where there is none), its `stamp` (size and times), and whether it
# `is_altered`.
Noted = dict[str, Any]


def note_altered(settings: Settings, *_: object) -> int:
    """Notes which files of editions are neither those of their manifests nor what an erasure has made of them; returns
    how many.

    Call before the first is rewritten, also in a rerun. What was noted once stays: of a file that is rewritten since
    nobody can find it out again. A file is read again only if it has changed.
    """
    path = settings.published_dir / NOTE
    before, own = _noted(settings), rewrites.announced(settings)
    found: dict[str, dict[str, Noted]] = {}
    for folder in folders(settings):
        place = _place(settings, folder)
        noted = before.get(place, {})
        found[place] = {
            name: _look(folder / name, noted.get(name), {known} | own.get(f"{place}/{name}", set()))
            for name, known in files_in(read_manifest(folder)).items()
        }
    if found != before or not path.exists():
        make_folder(path.parent)
        write_json(path, found)
    return sum(noted["is_altered"] for files in found.values() for noted in files.values())


def record(
    settings: Settings, forgotten: Forgotten, losing: Collection[str], on_progress: Callable[[str], None]
) -> None:
    """Takes into the manifests what an erasure has changed in tables and pages. `losing`: the tables that may have lost
    rows. Of each the manifest says how many it has now, and of the erasure how many it took. Warns of what was altered
    by others.

    Running it again changes nothing: an edition whose files are those of its manifest is left alone.
    """
    note_altered(settings)
    noted = _noted(settings)
    for folder in folders(settings):
        place = _place(settings, folder)
        _record_in(folder, forgotten, losing, noted[place], on_progress)
        if altered := _altered(noted[place]):
            on_progress(
                f"warning: {place} was altered, and not by an erasure: {', '.join(altered)}; its manifest goes on "
                "saying what they were"
            )
    (settings.published_dir / NOTE).unlink()
    rewrites.forget(settings)


def _place(settings: Settings, folder: Path) -> str:
    return folder.relative_to(settings.published_dir).as_posix()


def _noted(settings: Settings) -> dict[str, dict[str, Noted]]:
    """Folder of an edition, in published/ → its files; nothing where no erasure is under way."""
    path = settings.published_dir / NOTE
    if not path.exists():
        return {}
    found: dict[str, dict[str, Noted]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _look(path: Path, noted: Noted | None, known: Collection[str | None]) -> Noted:
    """What is to be noted of a file. `known`: what it may be."""
    found = stamp(path)
    if noted and noted["stamp"] == found:
        return noted
    digest = sha256(path) if found else None
    is_altered = digest not in known or bool(noted and noted["is_altered"])
    return {"sha256": digest, "stamp": found, "is_altered": is_altered}


def _altered(files: dict[str, Noted]) -> list[str]:
    return sorted(name for name, noted in files.items() if noted["is_altered"])


def _record_in(
    folder: Path,
    forgotten: Forgotten,
    losing: Collection[str],
    files: dict[str, Noted],
    on_progress: Callable[[str], None],
) -> None:
    manifest = read_manifest(folder)
    moved = sorted(
        path
        for path, known in files_in(manifest).items()
        if not files[path]["is_altered"] and files[path]["sha256"] != known
    )
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
        table["sha256"] = files[table["file"]]["sha256"]
        if name in losing and (lost := table["row_count"] - _rows_in(folder / table["file"])) > 0:
            taken[name] = lost
            table["row_count"] -= lost
    manifest["pages"] = {
        path: files[path]["sha256"] if path in moved else known
        for path, known in manifest["pages"].items()
        if path not in moved or files[path]["sha256"]
    }
    manifest["erasures"].append(
        {
            "erased_at": datetime.now(UTC),
            "post_count": len(forgotten.posts),
            "account_count": len(forgotten.accounts),
            "files": moved,
            "altered_before": _altered(files),
            "removed_row_counts": taken,
        }
    )
    write_manifest(folder, manifest)
    on_progress(f"edition {folder.name}: {len(moved)} files were rewritten, its manifest says so")


def _rows_in(path: Path) -> int:
    with duckdb.connect() as con:
        [(count,)] = con.execute("select count(*) from read_parquet(?)", [str(path)]).fetchall()
    return int(count)
