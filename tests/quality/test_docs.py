"""The page of the checks: as a browser shows it with no network, and the trend that it and the command line show."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from quality import docs
from quality.errors import CheckFailed
from quality.gate import check
from rapport.config import Settings
from tests.quality import warehouse
from tests.quality.faults import FAULTS

HOSTILE = "<script>alert(1)</script><img src='http://127.0.0.1:9/x'>"


@pytest.fixture
def checked(settings: Settings, spoil: Callable[..., None]) -> Path:
    """The page after a check that held and one with a rule that blocks, one that warns, and hostile keys."""
    check(settings)
    with duckdb.connect(str(settings.warehouse_path)) as con:
        warehouse.add_build(con, "build-2")
    spoil(
        *FAULTS["rpt_waiting"]["links_lead_to_the_post"],
        *FAULTS["load_profile"]["language_drift_is_small"],
        f"update reports.rpt_waiting set post_id = '{HOSTILE.replace(chr(39), chr(39) * 2)}' where waiting_rank = 2",
        f"update raw.errors set title = '{HOSTILE.replace(chr(39), chr(39) * 2)}'",
    )
    with pytest.raises(CheckFailed):
        check(settings)
    return settings.quality_dir / "docs" / "index.html"


def test_axe_finds_nothing_and_no_word_or_number_is_broken(browser: Browser, checked: Path) -> None:
    for width, scheme in ((1200, "light"), (390, "dark")):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme  # type: ignore[arg-type]
        )  # fmt: skip
        page = context.new_page()
        page.goto(checked.as_uri())
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == []
        regions = page.locator("[role=region][tabindex='0']")
        assert regions.count() > 2
        # Headings of columns, and whatever is one word there, stand on one line.
        assert page.evaluate(BROKEN) == []
        context.close()


BROKEN = """[...document.querySelectorAll('thead th, td.num, td:nth-child(2)')]
  .filter(cell => !cell.textContent.trim().includes(' '))
  .filter(cell => { const all = document.createRange(); all.selectNodeContents(cell);
    return new Set([...all.getClientRects()].map(box => Math.round(box.top))).size > 1 })
  .map(cell => cell.textContent)"""


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (390, "dark")])
def test_the_page_needs_no_network_and_is_styled(
    browser: Browser, checked: Path, width: int, scheme: str
) -> None:
    context = browser.new_context(
        offline=True, viewport={"width": width, "height": 900}, color_scheme=scheme  # type: ignore[arg-type]
    )  # fmt: skip
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(f"failed: {request.url}"))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(checked.as_uri())
    page.wait_for_timeout(100)
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [checked.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.scripts.length + document.images.length") == 0
    # styled: the marks differ in colour, and a trend is drawn of boxes
    colours = page.evaluate(
        "['holds', 'warns', 'blocks'].map(one => getComputedStyle(document.querySelector('.mark.' + one)).color)"
    )
    assert len(set(colours)) == 3
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith("system-ui")
    rule = page.get_by_text("links_lead_to_the_post", exact=True)
    trend = page.locator("tr").filter(has=rule).locator(".trend i")
    assert [mark.get_attribute("class") for mark in trend.all()] == ["holds", "blocks"]
    assert trend.first.bounding_box()["height"] > 10  # type: ignore[index]
    assert page.get_by_text("Nothing is published").is_visible()
    assert page.locator(".broken.warns").count() == 1
    assert page.get_by_text(HOSTILE).first.is_visible()
    context.close()


def test_the_trend_of_each_rule_goes_back_over_the_runs(checked: Path, settings: Settings) -> None:
    found = {(trend.table_name, trend.rule): trend for trend in docs.read_trends(settings, run_count=5)}
    broken = found["rpt_waiting", "links_lead_to_the_post"]
    assert [run["is_success"] for run in broken.past] == [True, False]
    assert (broken.state, found["load_profile", "language_drift_is_small"].state) == ("blocks", "warns")
    assert [len(trend.past) for trend in docs.read_trends(settings, run_count=1)] == [1] * len(found)
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        changes = con.execute(
            "select run_number_back, unexpected_count, unexpected_count_change from quality.rule_trends "
            "where rule = 'language_drift_is_small' order by 1"
        ).fetchall()
    assert changes == [(1, 1, 1), (2, 0, None)]
