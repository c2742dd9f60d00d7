"""All lists of a client as one workbook (XLSX): a sheet a list, and what the columns mean.

Every text is written as a text: no cell of others is a formula, a number or a link of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from reporting.language import _
from reporting.lists.cells import Cell
from reporting.lists.columns import COLUMNS, Kind
from reporting.lists.listed import List

MOST_ROWS = 1_048_575  # that a sheet can have beside the headings
_MOST_LINKS = 60_000  # a sheet with more than 65,530 is refused by Excel
_MOST_SIGNS = 32_767  # that a cell can have
# How wide a column is, in characters.
_WIDTHS = {
    Kind.TEXT: 50, Kind.WORDS: 24, Kind.PERSON: 26, Kind.HANDLE: 20, Kind.LINK: 30, Kind.TIME: 17, Kind.DATE: 12,
    Kind.ID: 22, Kind.IDS: 30, Kind.STREAM: 30, Kind.REASONS: 30, Kind.COLUMN: 26, Kind.WORD: 16,
}  # fmt: skip
_OTHER_WIDTH = 12


class Sheet:
    """The sheet of one list: takes its rows and writes them."""

    def __init__(self, sheet: Worksheet, formats: dict[Kind, Any]) -> None:
        self._sheet, self._formats = sheet, formats
        self._row = 0
        self._links = 0

    def add(self, row: list[Cell]) -> None:
        """Writes one more row; what a sheet has no room for is left out, and the first sheet says so."""
        if self._row >= MOST_ROWS:
            return
        self._row += 1
        for at, cell in enumerate(row):
            self._put(at, cell)

    def _put(self, at: int, cell: Cell) -> None:
        value, style = cell.value, self._formats.get(cell.kind)
        if value is None:
            return
        if cell.kind is Kind.YES:
            self._sheet.write_string(self._row, at, _("yes") if value else _("no"))
        elif isinstance(value, str):
            if cell.link and self._links < _MOST_LINKS:
                self._links += 1
                self._sheet.write_url(self._row, at, cell.link, string=value[:255])
            else:
                self._sheet.write_string(self._row, at, value[:_MOST_SIGNS], style)
        elif isinstance(value, (date, datetime)):
            self._sheet.write_datetime(self._row, at, value, style)
        else:
            self._sheet.write_number(self._row, at, value, style)


class Workbook:
    """The workbook while it is made: sheets are begun one after the other."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._title = book.add_format({"bold": True, "font_size": 16})
        number = {"num_format": "#,##0"}
        self._formats = {
            Kind.TIME: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            Kind.DATE: book.add_format({"num_format": "yyyy-mm-dd"}),
            Kind.SHARE: book.add_format({"num_format": "0%"}),
            **dict.fromkeys(
                (Kind.DECIMAL, Kind.HOURS, Kind.DAYS), book.add_format({"num_format": "#,##0.0"})
            ),
            Kind.NUMBER: book.add_format(number),
            Kind.ID: book.add_format({"num_format": "@"}),
            Kind.IDS: book.add_format({"num_format": "@"}),
        }

    def contents(self, title: str, lines: list[str], lists: list[tuple[List, int]]) -> None:
        """The first sheet: whose lists they are, and each with how many rows it has and a link to it."""
        sheet = self._book.add_worksheet(_("Contents"))
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, 1, 12)
        sheet.set_column(2, 2, 90)
        sheet.write_string(0, 0, title, self._title)
        for at, line in enumerate(lines, start=1):
            sheet.write_string(at, 0, line)
        top = len(lines) + 2
        for at, heading in enumerate((_("List"), _("Rows"), _("What it holds"))):
            sheet.write_string(top, at, heading, self._bold)
        for at, (listed, rows) in enumerate(lists, start=top + 1):
            sheet.write_url(at, 0, f"internal:'{_(listed.sheet)}'!A1", string=_(listed.title))
            sheet.write_number(at, 1, rows, self._formats[Kind.NUMBER])
            about = _(listed.about)
            if rows > MOST_ROWS:
                about = f"{about} " + _("The first %(num)s are here, all are in the CSV file.", num=MOST_ROWS)
            sheet.write_string(at, 2, about)

    def sheet(self, listed: List, headings: list[str], row_count: int) -> Sheet:
        """A sheet with the list's headings in a row that stays in sight, and a filter on it."""
        sheet = self._book.add_worksheet(_(listed.sheet))
        for at, (column, heading) in enumerate(zip(listed.columns, headings, strict=True)):
            sheet.set_column(at, at, _WIDTHS.get(COLUMNS[column].kind, _OTHER_WIDTH))
            sheet.write_string(0, at, heading, self._bold)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, min(max(row_count, 1), MOST_ROWS), len(headings) - 1)
        return Sheet(sheet, self._formats)

    def meanings(self, meanings: list[tuple[str, str, str]]) -> None:
        """The last sheet: list, column, what it means."""
        sheet = self._book.add_worksheet(_("What the columns mean"))
        for at, (heading, width) in enumerate(((_("List"), 28), (_("Column"), 28), (_("Meaning"), 110))):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, heading, self._bold)
        sheet.freeze_panes(1, 0)
        for row, texts in enumerate(meanings, start=1):
            for at, text in enumerate(texts):
                sheet.write_string(row, at, text, self._wrapped)


@contextmanager
def workbook(path: Path, title: str, made_at: datetime) -> Iterator[Workbook]:
    """The workbook, written when the block ends. The same lists give the same bytes: it bears the time of the data.

    Rows go to temporary files beside it, so that memory stays the same however many there are.
    """
    book = xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": True,
            "tmpdir": str(path.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": title, "created": made_at.replace(tzinfo=None, microsecond=0)})
    try:
        yield Workbook(book)
    except BaseException:
        book.fileclosed = True  # else it would complain when it is forgotten
        raise
    book.close()
