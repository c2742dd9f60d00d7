"""A handle on a list's page stands on one line: in two it is neither read nor searched for."""

from collections.abc import Callable

from playwright.sync_api import Browser

from rapport.config import Settings
from reporting.report import write_reports
from tests.reporting.published import Published
from tests.reporting.test_report_in_browser import shown

# The longest that X has, with syllables at which a browser would part it; and one of another network.
HANDLES = ("climatejournals", "WWW_MMMMM_WWWWW", "newsdesk@wald.example")
BROKEN = """
[...document.querySelectorAll('.rows tbody bdi')].filter(one => one.textContent.startsWith('@')).filter(one => {
  const range = document.createRange();
  range.selectNodeContents(one);
  return new Set([...range.getClientRects()].map(line => Math.round(line.top))).size > 1;
}).map(one => one.textContent)
"""


def test_no_handle_is_broken_by_whom_nobody_has_named(
    browser: Browser, settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    world.publication()
    text = "Is there anything that speaks against an interdisciplinary representation? " * 3
    for rank, handle in enumerate(HANDLES, 1):
        world.waiting("harbour", "13", str(rank), text, 1.5, rank, handle=handle, display_name="")
    world.con.close()
    write_reports(settings, on_progress=lambda line: None)
    for width in (1200, 800, 390, 320):
        page, _, _ = shown(browser, f"{settings.reports_dir.as_uri()}/harbour/lists/waiting.html", width)
        assert all(page.get_by_text(f"@{handle}").first.is_visible() for handle in HANDLES)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(BROKEN) == [], width
        page.close()


def test_no_handle_in_a_column_of_its_own_is_broken(browser: Browser, harbour: Settings) -> None:
    write_reports(harbour, on_progress=lambda line: None)
    seen = 0
    for path in sorted((harbour.reports_dir / "harbour" / "lists").glob("*.html")):
        for width in (1200, 800):
            page, _, _ = shown(browser, path.as_uri(), width)
            seen += page.locator(".rows td.handle bdi").count()
            assert page.evaluate(BROKEN) == [], (path.name, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.close()
    assert seen > 10
