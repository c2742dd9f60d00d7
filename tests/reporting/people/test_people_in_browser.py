"""The people's pages as a browser shows them: silent, readable, found by keys, filters in the address."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from rapport.config import Settings
from reporting.person_links import file_name, tagged_address
from reporting.report import write_reports
from tests.reporting.people.test_pages import folder


@pytest.fixture(scope="module")
def place(harbour: Settings) -> Path:
    write_reports(harbour, on_progress=lambda line: None)
    return folder(harbour)


def opened(
    browser: Browser, address: str, width: int = 1200, scheme: str = "light"
) -> tuple[Page, list[str]]:
    """The page with every fold open, and whatever it said or asked for."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("request", lambda request: noise.append(request.url))
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    own = address.split("#")[0]
    assert noise[0].split("#")[0] == own
    return page, [said for said in noise[1:] if not said.startswith("data:")]


@pytest.mark.parametrize(
    ("width", "scheme"), [(1200, "light"), (1200, "dark"), (390, "light"), (390, "dark"), (320, "light")]
)
def test_pages_are_silent_fit_and_please_axe(browser: Browser, place: Path, width: int, scheme: str) -> None:
    for name in ("index.html", file_name("x:11"), file_name("x:15"), file_name("x:19"), file_name("x:20")):
        page, noise = opened(browser, (place / name).as_uri(), width, scheme)
        assert noise == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == [], name
        page.close()


@pytest.fixture
def index(browser: Browser, place: Path) -> Iterator[Page]:
    page, noise = opened(browser, (place / "index.html").as_uri())
    yield page
    assert noise == []
    page.close()


def names(page: Page) -> list[str]:
    return page.locator(".everyone > li:visible .who a").all_inner_texts()


def test_the_search_finds_names_handles_and_what_was_talked_about(index: Page) -> None:
    box = index.get_by_role("searchbox")
    everybody = len(names(index))
    for typed, found in (
        ("lima", ["Ana Lima"]),
        ("BENOK", ["Ben Okafor"]),
        ("伊藤", ["Dr. Haruka Ito 伊藤"]),
        ("نور", ["\u2068نور البحر\u2069"]),
        ("postcard", ["Ana Lima"]),  # she said so
        ("pöstcärd ana", ["Ana Lima"]),
        ("postcard ben", []),
    ):
        box.fill(typed)
        assert names(index) == found, typed
        assert index.get_by_role("status").inner_text() == f"{len(found)} of {everybody} people"
    assert index.get_by_text("Nobody fits.").is_visible()
    box.fill("postcard")
    assert index.get_by_text("talked about: postcard").is_visible()
    index.get_by_role("button", name="Clear").click()
    assert len(names(index)) == everybody and not index.get_by_text("talked about: postcard").is_visible()


def test_filters_live_in_the_address(browser: Browser, place: Path, index: Page) -> None:
    index.get_by_label("Stage").select_option("connected")
    index.get_by_label("stakeholders").check()
    assert names(index) == ["Ana Lima"]
    assert index.url.endswith("#stage=connected&stakeholder=1")
    again, noise = opened(browser, index.url)
    assert noise == [] and names(again) == ["Ana Lima"]
    assert again.get_by_label("stakeholders").is_checked()
    # a link within the page, and going back
    again.evaluate("location.hash = 'stage=conversing'")
    again.wait_for_function("document.getElementById('stage').value === 'conversing'")
    assert names(again) == ["Ben Okafor", "\u2068نور البحر\u2069"]
    again.go_back()
    again.wait_for_function("document.getElementById('stage').value === 'connected'")
    assert names(again) == ["Ana Lima"]
    again.close()


def test_an_address_that_somebody_made_up_does_no_harm(browser: Browser, place: Path) -> None:
    hostile = "#q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&stage=%22%3E&sort=constructor&x=%E0%A4%A"
    page, noise = opened(browser, (place / "index.html").as_uri() + hostile)
    assert noise == [] and names(page) == []
    page.close()


def test_the_newest_contact_stands_first_on_request(index: Page) -> None:
    index.get_by_label("Order").select_option("recent")
    dates = index.locator("#recent > li:visible").evaluate_all("rows => rows.map(row => row.dataset.last)")
    assert dates == sorted(dates, reverse=True) and len(dates) > 100
    index.get_by_label("Order").select_option("")
    assert names(index)[0] == "Ana Lima"


def test_keys_reach_the_search_the_filters_and_a_person(index: Page) -> None:
    reached = []
    for _ in range(50):
        index.keyboard.press("Tab")
        reached.append(index.evaluate("document.activeElement.id || document.activeElement.textContent"))
        if reached[-1] == "Ana Lima":
            break
    assert reached[:2] == ["To the list", "The newest report"]
    wanted = ["q", "stage", "sort", "stakeholder"]
    assert [one for one in reached if one in wanted] == wanted
    index.keyboard.press("Enter")
    index.wait_for_url(f"**/{file_name('x:11')}")


def test_right_to_left_names_keep_what_stands_beside_them_in_place(index: Page) -> None:
    row = index.locator(".everyone > li").filter(has_text="نور")
    name, handle = row.locator("a bdi").bounding_box(), row.locator(".handle").first.bounding_box()
    assert name and handle and name["x"] < handle["x"]


def test_without_a_script_everybody_is_there(browser: Browser, place: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((place / "index.html").as_uri())
    assert page.locator("form").is_hidden()
    assert page.get_by_role("link", name="Ana Lima").is_visible()
    context.close()


def test_a_number_of_the_section_on_tags_leads_to_its_people(browser: Browser, place: Path) -> None:
    for tag, narrowed, who in (
        ("city council", {}, ["Ana Lima"]), ("press", {}, ["Ana Lima", "Ben Okafor"]),
        ("press", {"stage": "conversing"}, ["Ben Okafor"]), ("<i>school", {}, ['<script>alert("name")</script>']),
        ("funder", {"waiting": "1"}, []),
    ):  # fmt: skip
        page, _ = opened(browser, f"{place.parent.as_uri()}/{tagged_address(tag, **narrowed)}")
        assert names(page) == who, tag
        assert page.locator("#tag option:checked").inner_text() == tag
        page.close()
