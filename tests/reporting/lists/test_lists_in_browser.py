"""Lists and the operator's page as a browser shows them: readable on a phone, by keys, light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from rapport.config import Settings
from reporting.page import script
from reporting.report import write_reports
from tests.reporting.test_report_in_browser import shown


@pytest.fixture(scope="module")
def folder(harbour: Settings) -> str:
    write_reports(harbour, on_progress=lambda line: None)
    return harbour.reports_dir.as_uri()


PAGES = ("harbour/lists/index.html", "harbour/lists/waiting.html", "harbour/lists/conversations.html",
         "harbour/lists/restatements.html", "operator.html")  # fmt: skip


@pytest.mark.parametrize(
    ("width", "scheme"), [(1200, "light"), (1200, "dark"), (390, "light"), (390, "dark"), (320, "light")]
)
def test_axe_finds_nothing_and_the_page_fits(browser: Browser, folder: str, width: int, scheme: str) -> None:
    for name in PAGES:
        page, said, asked = shown(browser, f"{folder}/{name}", width, scheme)
        assert said == [] and [url for url in asked if not url.startswith("data:")] == [f"{folder}/{name}"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == [], name
        page.close()


def test_keys_alone_reach_every_link(browser: Browser, folder: str) -> None:
    page, _, _ = shown(browser, f"{folder}/harbour/lists/waiting.html")
    links = page.locator("a:visible").count()
    reached = set()
    for _step in range(links + page.locator("[tabindex], select:visible, input:visible").count()):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "[...document.querySelectorAll('a')].filter(link => link.checkVisibility())"
                ".indexOf(document.activeElement)"
            )
        )
    assert reached - {-1} == set(range(links))
    page.close()


def test_no_word_of_a_table_is_cut_and_what_does_not_fit_scrolls(browser: Browser, folder: str) -> None:
    for name in ("answers", "waiting", "conversations", "people"):
        for width in (1200, 800):
            page, _, _ = shown(browser, f"{folder}/harbour/lists/{name}.html", width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
            # a heading that is as narrow as can be is still as wide as its longest word
            cut = page.evaluate(
                "[...document.querySelectorAll('.rows th[scope=col]')]"
                ".filter(cell => cell.scrollWidth > cell.clientWidth).map(cell => cell.textContent)"
            )
            assert cut == [], (name, width)
            lines = page.evaluate(
                "[...document.querySelectorAll('.rows thead th')].filter(cell => {"
                " const range = document.createRange(); range.selectNodeContents(cell);"
                " return range.getClientRects().length > cell.textContent.split(/\\s+/).length; })"
                ".map(cell => cell.textContent)"
            )
            assert lines == [], (name, width)
            page.close()


def test_hostile_texts_are_texts(browser: Browser, folder: str) -> None:
    page, said, _ = shown(browser, f"{folder}/harbour/lists/waiting.html")
    assert page.get_by_text("<script>alert(1)</script> </style>").first.is_visible()
    # the one script is ours, which narrows the list: the page's policy lets no other run
    ours, _ = script("narrow.js", "lists.js")
    assert page.evaluate("[...document.scripts].map(one => one.textContent)") == [str(ours)]
    assert said == []
    page.close()
