"""Erasure in reports that were written before: those of today, and those of earlier editions."""

import shutil
from collections.abc import Callable
from pathlib import Path

from rapport import rewrites
from rapport.config import Settings
from rapport.forgotten import Forgotten
from reporting.board import foreword
from reporting.board import pages as boards
from reporting.lists import FOLDER as LISTS
from reporting.published import ReportError
from reporting.redaction import MADE_OF, MARKER, by_handle, is_about, without
from reporting.ties import gexf


def erase_from(settings: Settings, forgotten: Forgotten, on_progress: Callable[[str], None]) -> int:
    """Rewrites every page under published/ that shows any of it, each in one step; a page of a person who is to be
    forgotten goes whole. Draws the PDFs of what changed anew, and masks handles in the forewords of board pages.
    Returns how many pages changed.

    A PDF is drawn of nothing but the page beside it, and bears its hash: so no killed run leaves one that is not.
    A page without the marker (of another version of Rapport) can't be searched with certainty: it is removed.
    Raises ReportError when a page can't be written. Running it again changes nothing.
    """
    forgotten = by_handle(forgotten)
    # Lists are written again, from what is cleaned after this: see reporting/lists/erasing.py.
    pages = sorted(path for path in settings.published_dir.rglob("*.html") if path.parent.name != LISTS)
    graphs = sorted(settings.published_dir.rglob("*.gexf"))
    changed = 0
    for path in [*pages, *graphs]:
        try:
            clean = _clean_graph if path.suffix == ".gexf" else _clean
            changed += clean(path, settings, forgotten, on_progress)
        except OSError as problem:
            raise ReportError(
                f"{path} cannot be rewritten: {problem.strerror or problem}",
                "make the folder writable, or free space on the disk, and `rapport erase` again",
            ) from problem
    try:
        foreword.erase_from(settings, forgotten, on_progress)
        drawn = boards.mend(settings.published_dir)
    except OSError as problem:
        raise ReportError(
            f"a PDF or a foreword of {settings.home} cannot be rewritten: {problem.strerror or problem}",
            "make the folder writable, or free space on the disk, and `rapport erase` again",
        ) from problem
    for leftover in list(settings.published_dir.rglob(".*.tmp")):
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)
    looked = f"{len(pages) + len(graphs)} pages looked through"
    on_progress(f"reports: {looked}, {changed} changed, {drawn} PDFs drawn again or removed")
    return changed


def _clean(path: Path, settings: Settings, forgotten: Forgotten, on_progress: Callable[[str], None]) -> bool:
    html = path.read_bytes().decode()  # line ends stay as they are
    if MARKER not in html:
        rewrites.remove(settings, path)
        on_progress(f"{path} was removed: it does not say which posts it shows")
        return True
    if is_about(html, forgotten):
        rewrites.remove(settings, path)
        return True
    clean = without(html, forgotten)
    if clean == html:
        return False
    # what it was made of it is no longer: the next report makes it anew
    rewrites.write(settings, path, MADE_OF.sub("", clean).encode())
    return True


def _clean_graph(
    path: Path, settings: Settings, forgotten: Forgotten, on_progress: Callable[[str], None]
) -> bool:
    content = path.read_bytes()
    clean = gexf.without(content, forgotten)
    if clean == content:
        return False
    if clean is None:
        rewrites.remove(settings, path)
        on_progress(f"{path} was removed: it can't be read, so nobody knows whom it shows")
    else:
        rewrites.write(settings, path, clean)
    return True
