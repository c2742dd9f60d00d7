"""Erasure in the files that people keep by hand."""

from collections.abc import Callable

from extractors.files import lists, notes, outcomes
from extractors.topics import corrections
from rapport.config import Settings
from rapport.forgotten import Forgotten, Pair

_FILES = (outcomes.FILE, notes.FILE)


def entries_about(settings: Settings, forgotten: Forgotten) -> frozenset[Pair]:
    """What was kept by hand about forgotten accounts: the column of its id, and the id. Of what was published without a
    person, as where there is no consent basis, nothing else says whom it is about.
    """
    return frozenset(
        (file.key, entry_id) for file in _FILES for entry_id in file.ids_about(settings, forgotten)
    )


def erase_from(settings: Settings, forgotten: Forgotten, on_progress: Callable[[str], None]) -> int:
    """Takes it out of outcomes.csv, notes.csv and topics.csv, and gives raw the lists as they are now. Returns how many
    rows of these files changed.

    Call before the warehouse is rewritten: names of people come into raw from these lists.
    """
    changed = sum(file.remove_forgotten(settings, forgotten) for file in _FILES)
    changed += corrections.remove_forgotten(settings, forgotten)
    if settings.warehouse_path.exists():
        lists.sync(settings)
    return changed
