"""Links between a client's pages: the week before and after, the quarter and its weeks, the board page.

A page is drawn with an empty `<nav class="editions">`, which is filled here by what lies in the client's folder. So a
page that was written earlier gets the link to the week after it when that one is written.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment

from reporting.board.pages import HTML, PDF
from reporting.language import _
from reporting.page import write_page
from reporting.quarter.calendar import quarter_named

EDITION = re.compile(r"^\d{4}-W\d{2}$")
QUARTER = re.compile(r"^\d{4}-Q[1-4]$")
_PLACE = re.compile(rb'(<nav class="editions"[^>]*>).*?(</nav>)', re.DOTALL)
_PAGE = "index.html"


@dataclass(frozen=True)
class Link:
    """A link to another page of the client: its words, where it leads, and what HTML calls that (`rel`)."""

    label: str
    href: str
    rel: str = ""


def named(folder: Path, form: re.Pattern[str]) -> list[str]:
    """The editions or quarters that a client's folder has a page of, oldest first."""
    if not folder.is_dir():
        return []
    return sorted(
        entry.name for entry in folder.iterdir() if form.match(entry.name) and (entry / _PAGE).is_file()
    )


def connect(templates: Environment, folder: Path, written: Sequence[str]) -> None:
    """Fills the links of the pages that were just written, and of those beside them, as far as they are others now.

    `written`: editions and quarters. Within `with client.speaking():`. Killed before its end, it does the same again.
    """
    for form in (EDITION, QUARTER):
        names = named(folder, form)
        for name in sorted(set(written) & set(names)):
            at = names.index(name)
            _fill(templates, folder, name)
            # A run that was killed may have left several: look on until one is right.
            for others in (names[at + 1 :], names[:at][::-1]):
                next((other for other in others if not _fill(templates, folder, other)), None)


def _fill(templates: Environment, folder: Path, name: str) -> bool:
    """Writes a page with its links if it has others so far. Returns whether it had."""
    path = folder / name / _PAGE
    before = path.read_bytes()
    links = templates.get_template("editions.html.j2").render(links=links_of(folder, name)).encode()
    page = _PLACE.sub(lambda found: found[1] + links + found[2], before, count=1)
    if page == before:
        return False
    write_page(path, page)
    return True


def links_of(folder: Path, name: str) -> list[Link]:
    """The links of the page of this edition or quarter."""
    is_week = bool(EDITION.match(name))
    names = named(folder, EDITION if is_week else QUARTER)
    at = names.index(name)
    found = []
    if at:
        found.append(Link(f"← {names[at - 1]}", f"../{names[at - 1]}/{_PAGE}", "prev"))
    if at + 1 < len(names):
        found.append(Link(f"{names[at + 1]} →", f"../{names[at + 1]}/{_PAGE}", "next"))
    return found + (_of_week(folder, name) if is_week else _of_quarter(folder, name))


def _of_week(folder: Path, name: str) -> list[Link]:
    quarter = quarter_named(name)
    found = [Link(quarter, f"../{quarter}/{_PAGE}")] if (folder / quarter / _PAGE).is_file() else []
    for file, label in ((HTML, _("Board page")), (PDF, _("Board page as PDF"))):
        if (folder / name / file).is_file():
            found.append(Link(label, file))
    return found


def _of_quarter(folder: Path, name: str) -> list[Link]:
    weeks = [week for week in named(folder, EDITION) if quarter_named(week) == name]
    return [Link(week, f"../{week}/{_PAGE}") for week in weeks]
