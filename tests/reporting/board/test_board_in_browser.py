"""Board page and quarter page as a browser shows them: sound for those who do not see, at home on a phone, one side."""

from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from pypdf import PdfReader

from rapport.config import Settings
from reporting.report import write_reports


@pytest.fixture(scope="module")
def addresses(harbour: Settings) -> list[str]:
    (harbour.home / "forewords").mkdir()
    foreword = "# A word before\n\nA *good* week, [they say](https://museum.example).\n\n- one\n- two\n"
    (harbour.home / "forewords" / "harbour.md").write_text(foreword, encoding="utf-8")
    write_reports(harbour, on_progress=lambda line: None)
    folder = harbour.reports_dir / "harbour"
    return [(folder / name).as_uri() for name in ("2026-W47/board.html", "2026-Q4/index.html")]


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (390, "dark"), (320, "light")])
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Browser, addresses: list[str], width: int, scheme: str
) -> None:
    for address in addresses:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert said == [] and [url for url in asked if not url.startswith("data:")] == [address]
        page.close()


def test_keys_alone_reach_every_link(browser: Browser, addresses: list[str]) -> None:
    for address in addresses:
        page = browser.new_page()
        page.goto(address)
        links = page.locator("a[href]:visible").count()
        reached = set()
        for _ in range(3 * links + 30):
            page.keyboard.press("Tab")
            place = page.evaluate(
                "document.activeElement.tagName === 'A'"
                " ? [...document.querySelectorAll('a')].indexOf(document.activeElement) : -1"
            )
            reached.add(place)
        assert len(reached - {-1}) >= links, address
        page.close()


def test_a_browser_prints_it_on_one_side_too(browser: Browser, addresses: list[str]) -> None:
    page = browser.new_page()
    page.goto(addresses[0])
    assert len(PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages) == 1
    page.close()
