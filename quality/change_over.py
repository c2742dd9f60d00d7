"""Several files that are replaced together: all are drafted and on the disk before the first takes its place.

A change-over that was killed half-way is finished by the next publication, edition, erasure or backup. So new files
stand beside old ones for no longer than that.
"""

import json
from pathlib import Path

from rapport.config import Settings
from rapport.on_disk import put_database_in_place, put_in_place, sync, write_json

_JOURNAL = ".change-over.json"


def draft_of(target: Path) -> Path:
    """Where a file is drafted that is to take the target's place."""
    return target.with_name(target.name + ".tmp")


def replace_all(settings: Settings, targets: list[Path], gone: list[Path]) -> None:
    """Puts the draft of each target in its place, the first target last, and removes the files that are gone."""
    folder = settings.published_dir
    first, *others = targets
    if others or gone:
        for target in targets:
            sync(draft_of(target))
            sync(target.parent)
        names = {
            "replace": [str(path.relative_to(folder)) for path in (*others, first)],
            "remove": [str(path.relative_to(folder)) for path in gone],
        }
        write_json(folder / _JOURNAL, names)
        finish(settings)
    else:
        put_database_in_place(draft_of(first), first)


def is_under_way(settings: Settings) -> bool:
    """Whether a change-over was stopped: its drafts are needed to finish it."""
    return (settings.published_dir / _JOURNAL).exists()


def finish(settings: Settings) -> None:
    """Goes on with a change-over from where it stopped; the caller holds the warehouse."""
    folder = settings.published_dir
    journal = folder / _JOURNAL
    if not journal.exists():
        return
    names = json.loads(journal.read_text(encoding="utf-8"))
    for name in names["replace"]:
        target = folder / name
        if draft_of(target).exists():
            place = put_database_in_place if target.suffix == ".duckdb" else put_in_place
            place(draft_of(target), target)
    for name in names["remove"]:
        (folder / name).unlink(missing_ok=True)
    journal.unlink()
    sync(folder)
