"""Which pages show something of somebody."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path
from zipfile import ZipFile

from rapport.config import Settings
from rapport.held import Held, Subject
from rapport.networks import parts
from reporting.board import foreword
from reporting.lists import FOLDER as LISTS
from reporting.redaction import by_handle, is_about, may_show

FOREWORD = "a foreword that names the person"


def tell(settings: Settings, subject: Subject) -> Iterator[Held]:
    """Every page that shows a post of theirs or names them, and forewords that name them."""
    yield from forewords(settings, subject)
    for path, what in _pages(settings, subject):
        yield Held(str(path.relative_to(settings.home)), what, "drawn from what was published", [])


def forewords(settings: Settings, subject: Subject) -> Iterator[Held]:
    """Forewords that name them."""
    for path in foreword.paths(settings):
        text = path.read_text(encoding="utf-8", errors="replace")
        if foreword.names(text, subject.about):
            place = str(path.relative_to(settings.home))
            yield Held(place, FOREWORD, "written by the users of Rapport", [{"where": place, "note": text}])


def own_pages(settings: Settings, subject: Subject) -> list[Path]:
    """The pages that are about the person alone."""
    return [path for path, what in _pages(settings, subject) if what == _OWN]


# What else people open, and what it says can be searched.
_TEXTS = {".gexf", ".csv", ".svg", ".txt", ".xlsx"}
_OWN, _NAMING = "the person's own page", "a page or file that names the person, or shows a post of theirs"


def _pages(settings: Settings, subject: Subject) -> Iterator[tuple[Path, str]]:
    # a page knows somebody whom the list of people names by the id that the list gives them
    people = frozenset(parts(person) for person in subject.person_ids)
    about = by_handle(replace(subject.about, accounts=subject.about.accounts | people))
    for path in sorted(settings.published_dir.rglob("*.html")):
        html = path.read_bytes().decode(errors="replace")
        if is_about(html, about):
            yield path, _OWN
        elif may_show(html, about):
            yield path, _NAMING
            if path.with_suffix(".pdf").is_file():  # drawn of this page and of nothing else
                yield path.with_suffix(".pdf"), _NAMING
    # A handle that nobody has may be any word.
    is_named = subject.about.names if subject.about.accounts else subject.about.mentions
    sought = {escape(key) for key in subject.keys | subject.person_ids}
    for path in sorted(settings.published_dir.rglob("*")):
        if path.suffix in _TEXTS:
            text = _text_of(path)
            if any(one in text.lower() for one in sought) or is_named(text):
                yield path, _NAMING
            elif path.parent.name == LISTS and _has_entry(text, subject):
                yield path, _NAMING
                page = path.with_suffix(".html")  # it shows the same, without ids
                if page.is_file() and not may_show(page.read_text(errors="replace"), about):
                    yield page, _NAMING


def _has_entry(text: str, subject: Subject) -> bool:
    """Whether a list has a row of what was kept by hand about them, be it without their name."""
    ids = {entry_id for _, entry_id in subject.about.entries}
    return any(re.search(rf"(?<![\w:@-]){re.escape(one)}(?![\w-])", text) for one in ids)


def _text_of(path: Path) -> str:
    """All that a file says: a workbook is a ZIP of XML."""
    if path.suffix != ".xlsx":
        return path.read_text(errors="replace")
    with ZipFile(path) as workbook:
        return "".join(workbook.read(name).decode(errors="replace") for name in workbook.namelist())
