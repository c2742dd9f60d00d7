"""A list as pages, cut where it is long: `waiting.html`, `waiting-2.html`, and so on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from rapport.networks import label_of, parts
from reporting import words
from reporting.language import _, rounded, speech
from reporting.language import number as write_number
from reporting.lists.cells import Cell, Row
from reporting.lists.columns import COLUMNS, Kind
from reporting.lists.listed import List
from reporting.lists.narrowing import Narrowing

PAGE_ROWS = 250  # a page of long posts stays below half a megabyte
_EXCERPT = 280
# How much of a table's width a column takes, beside another.
_WEIGHTS = {Kind.TEXT: 28, Kind.PERSON: 18, Kind.WORDS: 16, Kind.STREAM: 20, Kind.TIME: 11, Kind.COLUMN: 18}
_OTHER_WEIGHT = 10
# From here on people say it in another unit, and so do reports: 613.7 hours are 3 weeks there.
_IN_ANOTHER_UNIT = {Kind.HOURS: 36, Kind.DAYS: 21}
_LOOKS = {
    **dict.fromkeys((Kind.NUMBER, Kind.DECIMAL, Kind.HOURS, Kind.DAYS, Kind.SHARE), "num"),
    **dict.fromkeys((Kind.TIME, Kind.DATE), "when"),
    **dict.fromkeys((Kind.TEXT, Kind.WORDS, Kind.PERSON, Kind.ID, Kind.IDS), "free"),
    Kind.HANDLE: "handle",
}


@dataclass(frozen=True)
class Shown:
    """A cell as a page shows it. `label`: what stands beside it where a row is not a row, as on a phone.

    `looks`: its class in the style sheet: "num" of a number, "when" of a time, "free" of what people wrote or are
    called, which has no longest word, "handle" of a handle, which is one word.
    """

    text: str
    label: str
    link: str = ""
    post_id: str = ""
    person_id: str = ""
    is_link_to_post: bool = False
    is_outward: bool = True
    looks: str = ""


@dataclass(frozen=True)
class ShownRow:
    """A row as a page shows it. `values`: those of the filters, by their names."""

    cells: list[Shown]
    values: dict[str, str]


@dataclass(frozen=True)
class Page:
    """One page of a list: which of how many, and which rows of how many."""

    listed: List
    number: int
    page_count: int
    rows: list[ShownRow]
    first_row: int
    row_count: int
    narrowing: Narrowing | None = None

    @property
    def last_row(self) -> int:
        return self.first_row + len(self.rows) - 1

    @property
    def name(self) -> str:
        return page_name(self.listed.name, self.number)

    def name_of(self, page_number: int) -> str:
        return page_name(self.listed.name, page_number)

    @property
    def widths(self) -> list[int]:
        """Of the columns, in percent."""
        weights = [_WEIGHTS.get(COLUMNS[column].kind, _OTHER_WEIGHT) for column in self.listed.shown]
        return [round(100 * weight / sum(weights)) for weight in weights]


class PageRows:
    """Takes the rows of a list and hands on each page that is full."""

    def __init__(
        self,
        listed: List,
        headings: list[str],
        row_count: int,
        narrowing: Narrowing | None,
        hand_on: Callable[[Page], None],
    ) -> None:
        self._listed, self._row_count, self._hand_on = listed, row_count, hand_on
        self._narrowing = narrowing if row_count else None
        self._labels = headings[: len(listed.shown)]
        self._page_count = max(-(-row_count // PAGE_ROWS), 1)
        self._number = 0
        self._rows: list[ShownRow] = []

    def add(self, row: Row) -> None:
        cells = zip(row.cells[: len(self._labels)], self._labels, strict=True)
        self._rows.append(ShownRow([shown(cell, label) for cell, label in cells], row.values))
        if len(self._rows) == PAGE_ROWS:
            self._finish()

    def close(self) -> None:
        """Hands on the last page; of a list without rows an empty one."""
        if self._rows or not self._number:
            self._finish()

    def _finish(self) -> None:
        first_row = self._number * PAGE_ROWS + 1
        self._number += 1
        page = Page(
            self._listed,
            self._number,
            self._page_count,
            self._rows,
            first_row,
            self._row_count,
            self._narrowing,
        )
        self._rows = []
        self._hand_on(page)


def page_name(list_name: str, page_number: int) -> str:
    """ "waiting.html", "waiting-2.html"."""
    return f"{list_name}.html" if page_number == 1 else f"{list_name}-{page_number}.html"


def shown(cell: Cell, label: str) -> Shown:
    """A cell as a page shows it: numbers and days as the language writes them, long texts cut short."""
    is_post = cell.kind is Kind.LINK
    text = (
        _("on %(network)s", network=label_of(parts(cell.post_id)[0]))
        if cell.link and is_post
        else _text(cell)
    )
    # who has no name is called by the handle
    is_handle = cell.kind is Kind.PERSON and text.startswith("@") and not text[1:].count(" ")
    return Shown(
        text,
        label,
        cell.page or cell.link,
        cell.post_id,
        cell.person_id,
        is_post,
        not cell.page,
        "handle" if is_handle else _LOOKS.get(cell.kind, ""),
    )


def _text(cell: Cell) -> str:
    value = cell.value
    if value is None or value is False:
        return ""
    if cell.kind is Kind.YES:
        return _("yes")
    if cell.kind is Kind.SHARE and isinstance(value, (int, float)):
        return words.share_first(*cell.counts) if cell.counts else _percent(value, speech().language)
    if isinstance(value, (int, float)):
        number = _number(rounded(value, 1), speech().language)
        if cell.kind in _IN_ANOTHER_UNIT and value >= _IN_ANOTHER_UNIT[cell.kind]:
            said = words.duration(value * 24 if cell.kind is Kind.DAYS else value)
            return _("%(number)s (%(duration)s)", number=number, duration=said)
        return number
    if isinstance(value, date):
        day = _day(value.date() if isinstance(value, datetime) else value, speech().language)
        return _("%(day)s, %(time)s", day=day, time=f"{value:%H:%M}") if isinstance(value, datetime) else day
    if cell.kind is Kind.HANDLE:
        return words.at(str(value))
    return words.excerpt(str(value), _EXCERPT) if cell.kind in (Kind.TEXT, Kind.WORDS) else str(value)


# The same few stand in thousands of cells, and to write one as a language does takes a fifth of a millisecond.
@lru_cache(maxsize=5_000)
def _day(value: date, language: str) -> str:
    return words.date_only(value)


@lru_cache(maxsize=20_000)
def _number(value: float | Decimal, language: str) -> str:
    return write_number(value, 1)


@lru_cache(maxsize=2_000)
def _percent(value: float, language: str) -> str:
    return words.percent(value)
