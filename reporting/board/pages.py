"""The board page of a client's edition: drawn as HTML, and of that as PDF.

The PDF is of the HTML beside it or is not there: whoever sends it can rely on that. What has not changed is not drawn
again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment

from rapport.config import Settings
from rapport.config_clients import DEFAULT_COLOUR
from reporting.board import foreword, looks, pdf, words
from reporting.board.faults import Fault
from reporting.board.query import WorthReading
from reporting.client import Client
from reporting.lists.declared import BY_NAME
from reporting.page import draw, write_page
from reporting.quarter import words as quarter_words
from reporting.quarter.record import QuarterView
from reporting.section import Part, Sentence
from reporting.sections.goals import words as goal_words

HTML, PDF = "board.html", "board.pdf"
# Section → its charts on the board page.
_CHARTS = (("week", "talk"), ("week", "answers"), ("people", "stages"))


@dataclass(frozen=True)
class Board:
    """Where the board page of an edition lies. `pdf` is None where there is none, or none of that very page."""

    html: Path
    pdf: Path | None


def find(settings: Settings, client_id: str, edition: str) -> Board | None:
    """The board page of a client's edition (2026-W47), as it was last reported; None where there is none."""
    folder = settings.reports_dir / client_id / edition
    if not (folder / HTML).is_file():
        return None
    is_there = pdf.is_of(folder / PDF, (folder / HTML).read_bytes())
    return Board(folder / HTML, folder / PDF if is_there else None)


@dataclass(frozen=True)
class Content:
    """What the board page is made of."""

    client: Client
    parts: Sequence[Part]
    sentences: Sequence[Sentence]
    view: QuarterView | None
    reading: WorthReading
    joint_people: dict[str, list[str]]

    def part(self, name: str) -> Part:
        return next(part for part in self.parts if part.section.name == name)


def draw_board(templates: Environment, settings: Settings, content: Content) -> tuple[bytes, list[Fault]]:
    """The page as HTML, and what is wrong with logo and foreword: then it is made without. Within
    `with client.speaking():`."""
    client, faults = content.client, list[Fault]()
    configured = next((one for one in settings.config.clients if one.id == client.client_id), None)
    logo = _unless(faults, lambda: looks.logo(settings, configured) if configured else "")
    preface = _unless(faults, lambda: foreword.read(settings, client.client_id, client.edition))
    colour = configured.colour if configured else DEFAULT_COLOUR
    colours = looks.palette(colour)
    charts = [content.part(section).charts.get(key) for section, key in _CHARTS]
    page = draw(
        templates,
        "board.html.j2",
        content.joint_people,
        client=client,
        report=content,
        definitions=client.definitions,
        view=content.view,
        goals=content.part("goals").data,
        reading=content.reading,
        charts=[chart for chart in charts if chart],
        colour=lambda svg: looks.coloured(svg, colours),
        colours=colours,
        client_colour=colour,
        read_at=f"{configured.pages_at}/{client.edition}/{HTML}"
        if configured and configured.pages_at
        else "",
        all_lists=BY_NAME,
        logo=logo,
        foreword=foreword.html(preface) if preface else "",
        say=words,
        goal_words=goal_words,
        quarter_words=quarter_words,
    )
    return page, faults


def _unless(faults: list[Fault], made: Callable[[], str]) -> str:
    try:
        return made()
    except Fault as fault:
        faults.append(fault)
        return ""


@dataclass(frozen=True)
class Put:
    """What came of writing a board page: whether its PDF was drawn, and what kept it from being drawn."""

    is_drawn: bool
    faults: list[Fault]


def put(folders: Sequence[Path], page: bytes) -> Put:
    """Writes the page and its PDF into these folders.

    A PDF of another page is removed first, so that none ever lies beside a page it is not of.
    """
    there = [folder for folder in folders if pdf.is_of(folder / PDF, page)]
    faults = list[Fault]()
    drawn = (there[0] / PDF).read_bytes() if there else _drawn(page, faults)
    for folder in folders:
        if folder not in there:
            (folder / PDF).unlink(missing_ok=True)
        write_page(folder / HTML, page)
        if folder not in there and drawn is not None:
            write_page(folder / PDF, drawn)
    return Put(not there and drawn is not None, faults)


def _drawn(page: bytes, faults: list[Fault]) -> bytes | None:
    """The page as PDF; None where none can be drawn."""
    if pdf.missing():
        return None
    try:
        return pdf.draw(page)
    except Fault as fault:
        faults.append(fault)
        return None


def mend(folder: Path) -> int:
    """Sees that every PDF below a folder is that of the page of its name beside it: else it is drawn anew, or removed
    where it cannot be. A board page without a PDF gets one. Returns how many had to be drawn or removed.
    """
    mended = 0
    for drawn in sorted({*folder.rglob("*.pdf"), *(page.with_name(PDF) for page in folder.rglob(HTML))}):
        page = drawn.with_suffix(".html")
        if page.is_file() and pdf.is_of(drawn, page.read_bytes()):
            continue
        if not drawn.exists() and pdf.missing():
            continue
        drawn.unlink(missing_ok=True)
        mended += 1
        if page.is_file() and (content := _drawn(page.read_bytes(), [])) is not None:
            write_page(drawn, content)
    return mended
