"""The operator page as a browser shows it: its tables have the page's width and height, and no word is cut."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from rapport.config import Settings
from rapport.networks import X
from reporting.report import write_reports
from tests.reporting.published import WEEK, Published
from tests.reporting.sound import expect_sound

# Words of a table that stand on more than one line, but those that are longer than any line has to be.
CUT = """() => {
  const cut = [];
  for (const table of document.querySelectorAll("table")) {
    const walk = document.createTreeWalker(table, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      for (const found of walk.currentNode.data.matchAll(/[^\\s-]+/g)) {
        const range = document.createRange();
        range.setStart(walk.currentNode, found.index);
        range.setEnd(walk.currentNode, found.index + found[0].length);
        const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
        if (found[0].length <= 24 && lines.size > 1) cut.push(found[0]);
      }
    }
  }
  return cut;
}"""
BOXES = "found => found.map(box => [box.clientHeight, box.scrollHeight, box.clientWidth, box.scrollWidth])"


@pytest.fixture
def address(settings: Settings, publish: Callable[[], Published]) -> str:
    """Of a client with every stream there is, and much in each."""
    world = publish()
    world.publication()
    world.accounts()
    world.week("harbour", "Harbour Museum", WEEK, real_conversation_count=1)
    for number, stream in enumerate(X.streams):
        world.stream(
            "harbour", stream.name, post_count=1_143_796 + number, page_count=79_612, error_count=1_204,
            estimated_cost_usd=11_437.25, last_fetched_at=WEEK + timedelta(days=7),
        )  # fmt: skip
    world.con.close()
    write_reports(settings, on_progress=lambda line: None)
    return (settings.reports_dir / "operator.html").as_uri()


def test_tables_have_the_page_and_no_word_is_cut(browser: Browser, address: str) -> None:
    for width in (1200, 390):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(address)
        boxes = page.eval_on_selector_all(".scroll", BOXES)
        assert len(boxes) == 2, width
        for height, whole_height, box_width, whole_width in boxes:
            assert whole_height <= height and whole_width <= box_width, width
        assert page.evaluate(CUT) == [], width
        assert page.get_by_text("1,143,796").first.is_visible()
        page.close()
    for width, scheme in ((1200, "light"), (390, "dark")):
        expect_sound(browser, address, width, scheme)
