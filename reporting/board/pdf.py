"""A page as PDF, drawn by WeasyPrint: no browser, nothing fetched, no file read.

The PDF is tagged (PDF/UA-1), has language and title, and bears the SHA-256 of the HTML it was drawn of as its id: so a
PDF that is not of the page beside it is known, and one that is need not be drawn again.
"""

import hashlib
import logging
import re
from bisect import bisect_left
from functools import cache
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

from rapport.pages import alone, led_to
from reporting.board.faults import Fault

# Of the size of letters: what does not fit on one side is drawn smaller.
SCALES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6)
_VARIANT = "pdf/ua-1"
# What Debian calls what WeasyPrint needs of the system.
PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
_READ_AT = re.compile(r'<meta name="rapport-read-at" content="([^"]+)">')
_TAIL = 2048  # the id stands at the end of a PDF


@cache
def missing() -> str:
    """What keeps PDFs from being drawn on this machine, and what to do; '' where they can be."""
    for name in ("weasyprint", "fontTools"):
        # they warn of styles and fonts, and may quote what people wrote
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        import weasyprint  # noqa: F401 - loads Pango
    except OSError:
        return f"Pango is not installed (Debian: apt-get install {' '.join(PACKAGES)})"
    return ""


def draw(html: bytes) -> bytes:
    """The page as PDF on one side of A4: what does not fit is drawn with smaller letters.

    Takes about a second. Call only where `missing()` is ''. Raises Fault for a page that WeasyPrint cannot draw.
    """
    try:
        return _drawn(html)
    except Exception as problem:
        raise Fault(
            "a board page cannot be drawn as PDF",
            "its HTML is there; tell the makers of Rapport which client it is",
            detail=type(problem).__name__,
        ) from problem


def _drawn(html: bytes) -> bytes:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    options: dict[str, Any] = {"pdf_variant": _VARIANT, "pdf_identifier": identifier(html)}
    page = weasyprint.HTML(string=_sent(html.decode()), url_fetcher=fetcher())

    @cache
    def laid_out(at: int) -> Any:
        smaller = weasyprint.CSS(string=f":root {{ --scale: {SCALES[at]} !important }}")
        return page.render(font_config=fonts, stylesheets=[smaller], **options)

    def fits(at: int) -> bool:
        return len(laid_out(at).pages) == 1

    # Laying out is what takes time. Most pages fit at first or nearly so; of others each try halves what is left.
    at = 0 if fits(0) else 1 if fits(1) else 2 + bisect_left(range(2, len(SCALES)), True, key=fits)
    drawn = BytesIO()
    laid_out(min(at, len(SCALES) - 1)).write_pdf(drawn, **options)
    return drawn.getvalue()


def _sent(html: str) -> str:
    """The page as it is sent: its links lead to where it can be read, if it says so in its head; else whoever has it
    has no pages beside it."""
    found = _READ_AT.search(html.partition("<body>")[0])
    return led_to(html, unescape(found[1])) if found else alone(html)


def fetcher() -> Any:
    """Gives WeasyPrint what stands in the page itself (data:), and refuses everything else."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols={"data"}, allow_redirects=False)


def identifier(html: bytes) -> bytes:
    """What a PDF drawn of this page bears."""
    return hashlib.sha256(html).hexdigest().encode()


def is_of(pdf: Path, html: bytes) -> bool:
    """Whether the PDF is there and was drawn of this page."""
    if not pdf.exists():
        return False
    with pdf.open("rb") as file:
        file.seek(max(pdf.stat().st_size - _TAIL, 0))
        return identifier(html) in file.read()
