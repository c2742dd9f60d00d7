"""The overview as a browser shows it: ten clients fit a screen whatever they are called, and everything is reached."""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from rapport.config import load_settings
from reporting.report import write_reports
from tests.reporting import agency
from tests.reporting.sound import expect_sound


def published(home: Path, client_ids: Iterable[str], config: str = "") -> str:
    """The address of the overview of a home that has published these clients."""
    (home / "rapport.toml").write_text(config, encoding="utf-8")
    settings = load_settings(home=home, config_path=home / "rapport.toml")
    agency.publish(settings.published_path, client_ids)
    # every client with all the pages that a client may have
    write_reports(settings, on_progress=lambda line: None)
    for report in settings.reports_dir.glob("*/*-W*/index.html"):
        for name in (
            "people/index.html",
            "lists/index.html",
            "ties.html",
            f"{report.parent.name}/board.html",
        ):
            path = report.parent.parent / name
            path.parent.mkdir(exist_ok=True)
            path.write_text("<title>a page</title>", encoding="utf-8")
    write_reports(settings, on_progress=lambda line: None)
    return (settings.reports_dir / "index.html").as_uri()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    zoo = '[[clients]]\nid = "unknown"\nname = "Zoo"\naccounts = ["@zoo"]\n'
    return published(tmp_path_factory.mktemp("agency"), agency.CLIENTS, zoo)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> str:
    return published(tmp_path_factory.mktemp("busy"), agency.BUSY)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(address)
    yield page
    page.close()


@pytest.mark.parametrize("world", ["address", "busy"])
def test_ten_clients_fit_a_screen(browser: Browser, world: str, request: pytest.FixtureRequest) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    page.goto(request.getfixturevalue(world))
    rows = page.locator("#clients tbody tr")
    assert rows.count() == 10
    last = rows.last.bounding_box()
    page.close()
    assert last and last["y"] + last["height"] <= 800


@pytest.mark.parametrize("world", ["address", "busy"])
def test_no_name_of_usual_length_is_cut_on_a_screen(
    browser: Browser, world: str, request: pytest.FixtureRequest
) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    page.goto(request.getfixturevalue(world))
    cut = page.eval_on_selector_all(
        "#clients .name",
        "found => found.filter(one => one.scrollWidth > one.clientWidth).map(one => one.innerText)",
    )
    page.close()
    assert not [name for name in cut if len(name) <= 34]


@pytest.mark.parametrize("world", ["address", "busy"])
def test_on_paper_every_word_is_whole(browser: Browser, world: str, request: pytest.FixtureRequest) -> None:
    page = browser.new_page()
    page.goto(request.getfixturevalue(world))
    printed = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    page.close()
    text = "\n".join(sheet.extract_text() for sheet in printed.pages)
    words = set(re.findall(r"\w+", text))
    assert words >= {"Published", "Connected", "conversations", "course", "replies", "stretched", "complete"}
    assert not words & {"Publishe", "Connecte", "cours", "eplies", "replie", "conversatio", "ns"}
    # the choice of an owner is for a screen
    assert "Who keeps the ties" not in text


def test_the_head_is_in_its_place_and_no_line_begins_with_a_sign(page: Page) -> None:
    title, choice = page.locator("h1").bounding_box(), page.locator("#owner").bounding_box()
    assert title and choice
    assert title["y"] <= choice["y"] + choice["height"] / 2 <= title["y"] + title["height"]
    # the sign between two links is the end of the first, so that it stands at no beginning of a line
    signs = page.eval_on_selector_all(
        "#clients th .under > *", "found => found.map(one => getComputedStyle(one, '::before').content)"
    )
    assert len(signs) > 30 and set(signs) == {"none"}


@pytest.mark.parametrize(
    ("width", "scheme"), [(1200, "light"), (1200, "dark"), (390, "light"), (390, "dark"), (320, "light")]
)
def test_it_fits_is_silent_and_axe_finds_nothing(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    expect_sound(browser, address, width, scheme)


def test_keys_alone_reach_every_link(page: Page) -> None:
    """In the order in which they stand, each with a mark that it is reached."""
    wanted = page.locator("a, select").count()
    reached = []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "[document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]"
            )
        )
    assert {outline for _, outline in reached} == {"solid"}
    assert sorted(tag for tag, _ in reached) == ["A"] * (wanted - 1) + ["SELECT"]


@pytest.mark.parametrize(("client_id", "count"), [("waited", 1), ("waited-more", 2), ("worst", 17)])
def test_waiting_stakeholders_lead_to_just_their_posts(page: Page, client_id: str, count: int) -> None:
    page.locator(f"tr[data-client={client_id}]").get_by_role(
        "link", name=f"{count} from stakeholders"
    ).click()
    rows = page.locator("#list tbody tr")
    rows.first.wait_for()
    assert page.locator("#list tbody tr:visible").count() == count
    assert rows.count() == {"waited": 3, "waited-more": 2, "worst": 30}[client_id]


def shown(page: Page) -> list[str]:
    rows = page.locator("#clients tbody tr")
    return [str(row.get_attribute("data-client")) for row in rows.all() if row.is_visible()]


def test_an_owner_is_chosen_and_stands_in_the_address(page: Page, address: str) -> None:
    assert page.locator("#owner option").all_inner_texts() == [
        "anybody", '"><script>alert(13)</script>', "@team_account", "Jo & Co", "Mila",
    ]  # fmt: skip
    page.locator("#owner").select_option("Jo & Co")
    assert shown(page) == ["worst", "calm"]
    assert page.locator("#shown").inner_text() == "2 of 10 clients"
    kept = page.url
    page.locator("#owner").select_option("")
    assert len(shown(page)) == 10
    # whoever is sent the address sees the same; an owner whom there is not, hides nobody
    page.goto("about:blank")
    page.goto(kept)
    assert shown(page) == ["worst", "calm"] and page.locator("#owner").input_value() == "Jo & Co"
    page.goto("about:blank")
    page.goto(f"{address}#owner=nobody")
    assert len(shown(page)) == 10


def test_without_scripts_the_table_is_all_there(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}#owner=Mila")
    assert len(shown(page)) == 10
    assert not page.locator("#owner").is_visible()
    context.close()
