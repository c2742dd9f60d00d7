"""The long report on paper: margins, page numbers, running heads, and no chart in two parts."""

import re
from io import BytesIO

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from rapport.config import Settings
from reporting.page import css_string
from reporting.report import write_reports

A4 = (595, 842)  # points
MARGIN = 16 * 72 / 25.4


@pytest.fixture(scope="module")
def printed(browser: Browser, harbour: Settings) -> PdfReader:
    """The museum's report as a browser prints it, without headers of its own."""
    page = browser.new_page()
    page.goto(write_reports(harbour, on_progress=lambda line: None)[0].as_uri())
    content = page.pdf(prefer_css_page_size=True)
    page.close()
    return PdfReader(BytesIO(content))


def test_pages_are_a4_and_numbered_and_all_but_the_first_say_whose_they_are(printed: PdfReader) -> None:
    texts = [page.extract_text() for page in printed.pages]
    assert len(texts) > 5
    for number, (page, text) in enumerate(zip(printed.pages, texts, strict=True), start=1):
        assert (round(page.mediabox.width), round(page.mediabox.height)) == A4
        assert f"{number} / {len(texts)}" in text
        assert ("Harbour Museum, 2026-W47" in text) is (number > 1)


def test_nothing_stands_in_the_margins_but_heads_and_numbers(printed: PdfReader) -> None:
    for page in printed.pages:
        places: list[tuple[float, float]] = []

        def note(
            text: str,
            user: list[float],
            matrix: list[float],
            *_: object,
            places: list[tuple[float, float]] = places,
        ) -> None:
            if text.strip():
                x = matrix[4] * user[0] + matrix[5] * user[2] + user[4]
                y = matrix[4] * user[1] + matrix[5] * user[3] + user[5]
                places.append((x, y))

        page.extract_text(visitor_text=note)
        assert places
        assert min(x for x, _ in places) >= MARGIN - 1
        assert max(x for x, _ in places) <= A4[0] - MARGIN + 1


def links_of(reader: PdfReader) -> list[str]:
    """Where the links of a PDF lead: an address, or "" for a place in it."""
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots") or []]
    return [str(note.get("/A", {}).get("/URI", "")) for note in notes]


def test_no_link_holds_a_path_of_this_machine(printed: PdfReader) -> None:
    """What lies beside the page is not beside a PDF that was sent."""
    links = links_of(printed)
    assert {link.partition(":")[0] for link in links} == {"", "https"}
    assert "Ana Lima" in "".join(page.extract_text() for page in printed.pages)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ties.html", "The same as a list"), ("people/index.html", "Ana Lima"), ("../index.html", "Harbour Museum"),
        ("2026-W47/board.html", "Quarter against quarter"), ("lists/index.html", "What was addressed to us"),
    ],
)  # fmt: skip
def test_nor_has_any_other_page(
    browser: Browser, harbour: Settings, printed: PdfReader, name: str, words: str
) -> None:
    page = browser.new_page()
    page.goto((harbour.reports_dir / "harbour" / name).as_uri())
    reader = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    page.close()
    assert [link for link in links_of(reader) if link.startswith("file:")] == []
    assert words in " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_no_chart_is_cut_in_two(printed: PdfReader) -> None:
    """Title, legend and the last week's label of each stand on one page."""
    texts = [" ".join(page.extract_text().split()) for page in printed.pages]
    charts = {
        "Real conversations and exchanges a week": ("exchanges a week", "16 Nov"),
        "Posts addressed to us, by how they fared": ("not answered", "16 Nov"),
        "People by stage, at each week's end": ("dormant", "16 Nov"),
    }
    for title, parts in charts.items():
        [page] = [text for text in texts if title in text]
        assert all(part in page[page.index(title) :] for part in parts), title


@pytest.mark.parametrize(
    "name", ['"; } body { display: none', "</style><script>alert(1)</script>", "a\\", "line\nline", "نور 🦀"]
)
def test_a_name_cannot_end_the_string_it_stands_in(name: str) -> None:
    escaped = css_string(name)
    assert re.fullmatch(r"(?:[A-Za-z0-9 ]|\\[0-9a-f]{1,6} )*", escaped)
    told = re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), escaped)
    assert told == name


def test_what_is_folded_is_on_paper(printed: PdfReader) -> None:
    assert any("A postcard from 1909" in page.extract_text() for page in printed.pages)
