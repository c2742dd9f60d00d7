"""The overview as a browser shows it: ten clients fit a screen, and everything is reached."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from rapport.config import load_settings
from reporting.report import write_reports
from tests.reporting import agency
from tests.reporting.sound import expect_sound


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    home = tmp_path_factory.mktemp("agency")
    (home / "rapport.toml").write_text(
        '[[clients]]\nid = "unknown"\nname = "Zoo"\naccounts = ["@zoo"]\n', encoding="utf-8"
    )
    settings = load_settings(home=home, config_path=home / "rapport.toml")
    agency.publish(settings.published_path)
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


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(address)
    yield page
    page.close()


def test_ten_clients_fit_a_screen(page: Page) -> None:
    rows = page.locator("#clients tbody tr")
    assert rows.count() == 10
    last = rows.last.bounding_box()
    assert last and last["y"] + last["height"] <= 900


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
