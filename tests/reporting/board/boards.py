"""How tests read a board page, its PDF, and what is on them."""

import re
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
from pypdf import PdfReader

from rapport.config import Settings
from reporting.board import pages as boards
from reporting.report import read_reports

EDITION = "2026-W47"
A4 = (595, 842)  # points
MM = 72 / 25.4


def quiet(line: str) -> None:
    """No progress."""


def board_of(settings: Settings) -> boards.Board:
    found = boards.find(settings, "harbour", EDITION)
    assert found
    return found


def read_pdf(path: Path) -> PdfReader:
    return PdfReader(BytesIO(path.read_bytes()))


def text_of(path: Path) -> str:
    """All words of a PDF, as a viewer finds them."""
    with closing(pdfium.PdfDocument(path)) as document:
        return " ".join(side.get_textpage().get_text_range() for side in document)


def squeezed(text: str) -> str:
    """Without what a line's end may change."""
    return re.sub(r"[\s\u2068\u2069\u00ad\ufffe-]+", "", text)


def sentences_of(settings: Settings) -> list[str]:
    [report], _ = read_reports(settings)
    with report.client.speaking():
        return [sentence.text for sentence in report.sentences]
