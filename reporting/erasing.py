"""Erasure in reports that were written before: those of today, and those of earlier editions."""

from collections.abc import Callable
from pathlib import Path

from rapport.config import Settings
from rapport.forgotten import Forgotten
from rapport.on_disk import write_bytes
from reporting.published import ReportError
from reporting.redaction import MADE_OF, MARKER, is_about, without
from reporting.ties import gexf


def erase_from(settings: Settings, forgotten: Forgotten, on_progress: Callable[[str], None]) -> int:
    """Rewrites every page under published/ that shows any of it, each in one step; a page of a person who is to be
    forgotten goes whole. Returns how many.

    A page without the marker (of another version of Rapport) can't be searched with certainty: it is removed.
    Raises ReportError when a page can't be written. Running it again changes nothing.
    """
    pages = sorted(settings.published_dir.rglob("*.html"))
    graphs = sorted(settings.published_dir.rglob("*.gexf"))
    changed = 0
    for path in [*pages, *graphs]:
        try:
            clean = _clean_graph if path.suffix == ".gexf" else _clean
            changed += clean(path, forgotten, on_progress)
        except OSError as problem:
            raise ReportError(
                f"{path} cannot be rewritten: {problem.strerror or problem}",
                "make the folder writable, or free space on the disk, and `rapport erase` again",
            ) from problem
    for leftover in settings.published_dir.rglob(".*.tmp"):
        if leftover.is_file():
            leftover.unlink(missing_ok=True)
    on_progress(f"reports: {len(pages) + len(graphs)} pages looked through, {changed} changed")
    return changed


def _clean(path: Path, forgotten: Forgotten, on_progress: Callable[[str], None]) -> bool:
    html = path.read_bytes().decode()  # line ends stay as they are
    if MARKER not in html:
        path.unlink()
        on_progress(f"{path} was removed: it does not say which posts it shows")
        return True
    if is_about(html, forgotten):
        path.unlink()
        return True
    clean = without(html, forgotten)
    if clean == html:
        return False
    # what it was made of it is no longer: the next report makes it anew
    write_bytes(path, MADE_OF.sub("", clean).encode())
    return True


def _clean_graph(path: Path, forgotten: Forgotten, on_progress: Callable[[str], None]) -> bool:
    content = path.read_bytes()
    clean = gexf.without(content, forgotten)
    if clean == content:
        return False
    if clean is None:
        path.unlink()
        on_progress(f"{path} was removed: it can't be read, so nobody knows whom it shows")
    else:
        write_bytes(path, clean)
    return True
