"""The report as a browser shows it: silent, at home, readable on a phone. Drives Debian's chromium."""

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from rapport.config import Settings
from reporting.report import write_reports


@pytest.fixture(scope="module")
def address(harbour: Settings) -> str:
    return write_reports(harbour, on_progress=lambda line: None)[0].as_uri()


def shown(
    browser: Browser, address: str, width: int = 1200, scheme: str = "light"
) -> tuple[Page, list[str], list[str]]:
    """The page with every fold open, what the console said, and every address that was asked for."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    page.wait_for_timeout(100)
    return page, said, asked


@pytest.mark.parametrize(
    ("width", "scheme"), [(1200, "light"), (390, "light"), (390, "dark"), (320, "light")]
)
def test_the_page_is_silent_asks_for_nothing_and_fits(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    page, said, asked = shown(browser, address, width, scheme)
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [address]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_scripts_and_styles_in_posts_are_text(browser: Browser, address: str) -> None:
    page, said, _ = shown(browser, address)
    assert page.get_by_text("<script>alert(1)</script> </style>").first.is_visible()
    assert page.evaluate("document.scripts.length") == 0
    assert page.evaluate("document.styleSheets.length") == 1
    assert said == []
    page.close()


def test_an_override_in_a_post_ends_with_the_post(browser: Browser, address: str) -> None:
    page, _, _ = shown(browser, address)
    post = page.locator(".thread .post").filter(has_text="evil txet lortnoc").first
    # The author stands left of the time, as in every other post.
    author, time = post.locator(".author").bounding_box(), post.locator("time").bounding_box()
    assert author and time and author["x"] < time["x"]
    page.close()


def test_dark_and_light_differ_and_text_keeps_its_contrast(browser: Browser, address: str) -> None:
    for scheme in ("light", "dark"):
        page, _, _ = shown(browser, address, scheme=scheme)
        for selector in ("body", ".meta", ".badge.wait", ".badge.stake", "a.post-link"):
            assert page.locator(selector).first.evaluate(CONTRAST) >= 4.5, (scheme, selector)
        page.close()


def test_paper_shows_what_is_folded(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    page.emulate_media(media="print")
    assert page.locator("#moved").get_by_text("A postcard from 1909").is_visible()
    page.close()


@pytest.fixture
def index(harbour: Settings, address: str) -> Iterator[str]:
    """The page that leads to the reports, with an earlier edition beside the newest."""
    newest = harbour.published_dir / "reports" / "harbour" / address.rsplit("/", 2)[1]
    earlier = newest.with_name("2026-W01")
    shutil.copytree(newest, earlier)
    write_reports(harbour, on_progress=lambda line: None)
    yield (harbour.published_dir / "reports" / "index.html").as_uri()
    shutil.rmtree(earlier)
    write_reports(harbour, on_progress=lambda line: None)


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (390, "dark")])
def test_axe_finds_nothing(browser: Browser, address: str, index: str, width: int, scheme: str) -> None:
    """With every fold open: what scrolls can be reached by keys and has a name, and so has all else."""
    for place in (address, index):
        page, _, _ = shown(browser, place, width, scheme)
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == [], place
        for region in page.locator(".scroll").all():
            assert (region.get_attribute("role"), region.get_attribute("tabindex")) == ("region", "0")
            assert region.get_attribute("aria-label")
        page.close()


def test_the_index_is_as_it_was_written(browser: Browser, index: str) -> None:
    """A parser closes a paragraph before what may not stand in one, and leaves an empty one behind."""
    page, _, _ = shown(browser, index)
    assert page.locator(".entry details.inline li a").all_inner_texts() == ["2026-W01"]
    assert page.locator("p:empty").count() == 0
    assert page.locator(".entry > .meta > details").count() == 1
    page.close()


CONTRAST = """element => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => {
    const [r, g, b] = parts(colour).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let behind = element;
  while (parts(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const [high, low] = [light(getComputedStyle(element).color), light(getComputedStyle(behind).backgroundColor)]
    .sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}"""
