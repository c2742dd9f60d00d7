"""Erasure in the files that people keep by hand."""

from collections.abc import Callable

from extractors.files import lists, notes, outcomes
from rapport.config import Settings
from rapport.forgotten import Forgotten


def erase_from(settings: Settings, forgotten: Forgotten, on_progress: Callable[[str], None]) -> int:
    """Takes it out of outcomes.csv and notes.csv, and gives raw the lists as they are now. Returns how many rows of
    these files changed.

    Call before the warehouse is rewritten: names of people come into raw from these lists.
    """
    changed = sum(file.remove_forgotten(settings, forgotten) for file in (outcomes.FILE, notes.FILE))
    if settings.warehouse_path.exists():
        lists.sync(settings)
    return changed
