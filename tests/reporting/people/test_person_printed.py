"""A person's page on paper: margins, whole charts and facts, no controls, no heading that ends a page."""

from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import Browser
from pypdf import PageObject, PdfReader

from rapport.config import Settings
from reporting.person_links import file_name
from tests.reporting.people.test_pages import folder, run, world
from tests.reporting.published import AS_OF, WEEK, Published
from tests.reporting.test_print import A4, links_of

TALKS = 24
# What opens and closes on a screen.
CONTROLS = "▸▾▶▼"


@pytest.fixture
def printed(
    browser: Browser, settings: Settings, publish: Callable[[], Published], monkeypatch: pytest.MonkeyPatch
) -> PdfReader:
    """The page of somebody with whom we talked often, as a browser prints it, without headers of its own."""
    made = world(publish)
    for number in range(TALKS):
        said = [("1", f"Talk {number} begins here", None), ("11", "Since when? " * (8 + 5 * (number % 4)), 0)]
        said += [("1", f"An answer of ours, the {turn}.", turn + 1) for turn in range(number % 6)]
        made.conversation("harbour", said, 90 + number, exchange_count=1)  # type: ignore[arg-type]
    for number, stage in enumerate(("noticed", "acquainted", "conversing")):
        made.add("marts.relationship_weeks", client_id="harbour", person_id="x:11", stage=stage,
                 week_start_date=WEEK.replace(day=2 + 7 * number), week_address_in_count=2,
                 week_address_out_count=1)  # fmt: skip
    made.add("reports.rpt_notes", client_id="harbour", note_id="1", person_id="x:11", is_joined=True,
             noted_date=AS_OF.date(), noted_by="Mila", note="Prefers mail. " * 30)  # fmt: skip
    made.con.close()
    run(settings, monkeypatch)
    page = browser.new_page()
    page.goto((folder(settings) / file_name("x:11")).as_uri())
    content = page.pdf(prefer_css_page_size=True)
    page.close()
    return PdfReader(BytesIO(content))


def test_every_side_is_a4_and_numbered(printed: PdfReader) -> None:
    count = len(printed.pages)
    assert count > 5
    for number, side in enumerate(printed.pages, start=1):
        assert (round(side.mediabox.width), round(side.mediabox.height)) == A4
        assert f"{number} / {count}" in side.extract_text()


def lines_of(side: PageObject) -> list[str]:
    """What stands on a side from its top to its bottom: a PDF has it in the order in which it was drawn."""
    found: dict[int, str] = {}

    def note(text: str, user: list[float], matrix: list[float], *_: object) -> None:
        height = round(matrix[4] * user[1] + matrix[5] * user[3] + user[5])
        found[height] = f"{found.get(height, '')}{text}"

    side.extract_text(visitor_text=note)
    return [
        " ".join(found[height].split()) for height in sorted(found, reverse=True) if found[height].strip()
    ]


def test_nothing_is_cut_in_two_and_no_heading_ends_a_side(printed: PdfReader) -> None:
    sides = [lines_of(side) for side in printed.pages]
    titles = 0
    for side in sides:
        for at, line in enumerate(side):
            # a conversation's title stands above its day, and that above its first post
            if line.startswith("Talk ") and not (at and "Harbour Museum us" in side[at - 1]):
                titles += 1
                assert "started it" in side[at + 1] and "on X" in side[at + 2], side[at:]
    assert titles == TALKS
    [chart] = [text for side in sides if "Stage over the weeks" in (text := " ".join(" ".join(side).split()))]
    assert all(word in chart for word in ("connected", "conversing", "dormant", "2 Nov 2026"))
    [last] = sides[-1:]
    assert "".join(last).count("As of") == 1 and any("on X" in line for line in last), (
        "a side for the footer alone"
    )


def test_what_opens_on_a_screen_is_open_and_leads_nowhere(printed: PdfReader) -> None:
    text = " ".join(" ".join(side.extract_text() for side in printed.pages).split())
    assert all(text.count(f"Talk {number} begins here") == 2 for number in range(TALKS))
    assert not [sign for sign in CONTROLS if sign in text]
    assert {link.partition(":")[0] for link in links_of(printed)} == {"https"}
