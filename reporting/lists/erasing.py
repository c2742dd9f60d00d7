"""Erasure in the lists: they are written again, from a publication that no longer holds it.

What a workbook or a CSV shows can't be taken out of it by marks, as from a page. So this comes after the published
files are cleaned, and nothing of an older list stays: where a list can't be made anew, its files are removed.
"""

from collections.abc import Callable
from pathlib import Path

from rapport.config import Settings
from rapport.forgotten import Forgotten
from reporting.lists import FOLDER
from reporting.lists.declared import BY_NAME
from reporting.lists.files import drafts
from reporting.lists.writing import folders, write
from reporting.page import environment
from reporting.published import ReportError


def erase_from(settings: Settings, forgotten: Forgotten, on_progress: Callable[[str], None]) -> int:
    """Writes every client's lists again. Returns how many of their files are others than before.

    Raises ReportError when a file can't be written or removed. Running it again changes nothing.
    """
    found = {folder.parent.name for folder in settings.reports_dir.glob(f"*/{FOLDER}")}
    found |= {folder.parent.parent.name for folder in settings.clients_dir.glob(f"*/reports/{FOLDER}")}
    templates = environment()
    templates.globals["all_lists"] = BY_NAME
    changed = 0
    for client_id in sorted(found):
        try:
            changed += len(write(settings, client_id, templates).changed)
        except ReportError as problem:
            changed += sum(_remove(folder) for folder in folders(settings, client_id))
            on_progress(f"the lists of {client_id} were removed, as they can't be made again: {problem}")
    on_progress(f"lists: those of {len(found)} clients written again, {changed} files changed")
    return changed


def _remove(folder: Path) -> int:
    """Removes all files of a folder of lists; returns how many there were."""
    if not folder.is_dir():
        return 0
    with drafts(folder):  # removes what a killed run left, and says what can't be done
        files = [path for path in folder.iterdir() if path.is_file()]
        for path in files:
            path.unlink()
    return len(files)
