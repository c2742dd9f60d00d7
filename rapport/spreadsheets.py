"""Texts of others in files that people open in a spreadsheet: none of them may act as a formula. Pure."""

import re

# How a formula begins, also in the wide signs of East Asia; and a text that has got an apostrophe because of it.
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


def as_text(cell: str) -> str:
    """A cell that a spreadsheet takes for a text. Without the apostrophe a handle or a note could be a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def as_meant(cell: str | None) -> str | None:
    """The same back; a spreadsheet may have taken the apostrophe for its own and left it out.

    What is no text (of a row with too few or too many cells) stays as it is.
    """
    return cell[1:] if isinstance(cell, str) and cell.startswith("'") and _FORMULA.match(cell) else cell
