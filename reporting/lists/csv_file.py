"""A list as CSV for spreadsheets: in UTF-8 with the mark by which they know it, and no cell that acts as a formula.

German and French spreadsheets read a comma within a number, so there a semicolon stands between cells.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from rapport.spreadsheets import as_text
from reporting.language import SOURCE, _, rounded, speech
from reporting.lists.cells import Cell
from reporting.lists.columns import Kind


class Rows(Protocol):
    """What takes the rows of a list one by one."""

    def add(self, row: list[Cell]) -> None: ...


class CsvRows:
    """Takes the rows of a list and writes them."""

    def __init__(self, writer: "csv.Writer", decimal: str) -> None:  # type: ignore[name-defined]
        self._writer, self._decimal = writer, decimal

    def add(self, row: list[Cell]) -> None:
        self._writer.writerow([self._written(cell) for cell in row])

    def _written(self, cell: Cell) -> str:
        value = cell.value
        if value is None:
            return ""
        if cell.kind is Kind.YES:
            return _("yes") if value else _("no")
        if isinstance(value, float):
            return (
                f"{value:.4g}".replace(".", self._decimal) if cell.kind is Kind.SHARE else self._number(value)
            )
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d %H:%M}"
        return as_text(value) if isinstance(value, str) else str(value)

    def _number(self, value: float) -> str:
        return f"{rounded(value, 2):f}".rstrip("0").rstrip(".").replace(".", self._decimal)


@contextmanager
def csv_rows(path: Path, headings: list[str]) -> Iterator[Rows]:
    """The file, open for rows, with the headings in its first line."""
    is_english = speech().language == SOURCE
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        writer = csv.writer(file, delimiter="," if is_english else ";")
        writer.writerow(headings)
        yield CsvRows(writer, "." if is_english else ",")
