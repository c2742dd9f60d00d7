"""A real Superset imports the dashboard and draws every chart of it, in a real browser. See `superset_server`."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rapport.config import load_settings
from reporting.superset import FOLDER, pack
from tests.reporting import superset_server, superset_world
from tests.reporting.superset_server import Superset

# every first drawing of a page, where other work is on the machine
PATIENCE = 240_000
HOLDER = ".dashboard-component-chart-holder"


@dataclass(frozen=True)
class Drawn:
    """A running Superset with the dashboard of all clients, and the published file with its hash before."""

    superset: Superset
    published: Path
    before: str


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drawn]:
    superset_server.environment_of_its_own()
    folder = tmp_path_factory.mktemp("superset")
    settings = load_settings(home=folder / "home")
    superset_world.publish(settings.published_path)
    before = _hash(settings.published_path)
    with superset_server.running(folder, {"superset.zip": pack(settings)}) as superset:
        yield Drawn(superset, settings.published_path, before)


@pytest.fixture(scope="module")
def page(browser: Browser, drawn: Drawn) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1400, "height": 5200}, timezone_id="America/New_York")
    page.set_default_timeout(PATIENCE)
    page.goto(f"{drawn.superset.address}/login/")
    page.locator("input[name=username], #username").first.fill(drawn.superset.user)
    page.locator("input[name=password], #password").first.fill(drawn.superset.password)
    page.locator("button[type=submit], input[type=submit]").first.click()
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto(f"{drawn.superset.address}/superset/dashboard/rapport/")
    expect(page.locator(HOLDER)).to_have_count(charts() + 1, timeout=PATIENCE)  # and the text at the head
    page.wait_for_function(
        "() => document.querySelectorAll('.loading, [data-test=loading-indicator]').length === 0",
        timeout=PATIENCE,
    )
    yield page
    page.close()


def charts() -> int:
    return len(list((FOLDER / "charts").glob("*.yaml")))


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def shown(page: Page) -> str:
    return "\n".join(page.locator(HOLDER).all_inner_texts())


def chart(page: Page, title: str) -> str:
    found = page.locator(HOLDER).filter(has_text=title)
    return " ".join(found.first.inner_text().split())


def test_every_chart_is_drawn_and_none_has_an_error(page: Page) -> None:
    words = shown(page)
    assert not re.search(
        r"(unexpected|data|database) error|no results were returned|see more", words, re.IGNORECASE
    ), words
    assert page.locator(".ant-alert-error, .alert-danger").count() == 0
    # each holder has lines and bars, a table, or a big number
    empty = [
        holder.inner_text()
        for holder in page.locator(HOLDER).all()[1:]
        if not holder.locator("canvas, table tbody tr, .header-line").count()
    ]
    assert empty == []
    assert page.locator(f"{HOLDER} canvas").count() == 8


def test_the_client_is_chosen_by_name_and_others_are_out_of_sight(page: Page) -> None:
    assert "Botanical Harbour" in page.inner_text("body")
    words = shown(page)
    for theirs in ("theirs alone", f"mila_{superset_world.FORBIDDEN}", "Zoo of Others"):
        assert theirs not in words, theirs
    assert "mila_harbour" in chart(page, "Who of us answers")
    assert "97" in chart(page, "How far this client's figures can be trusted")


def test_tables_have_names_and_labels_and_no_ids_or_column_names(page: Page) -> None:
    words = shown(page)
    heads = " ".join(page.locator(f"{HOLDER} th").all_inner_texts())
    assert heads.count("name") >= 4
    assert not re.search(r"[a-z]+_[a-z]+", heads), heads
    for named in ("Ana Lima", "hours waiting", "who of us", "expected by then", "days silent"):
        assert named.lower() in words.lower(), named
    assert not re.search(r"\bx:\d+", words)
    # what people wrote is text
    assert "<script>alert(1)</script>" in words


def test_the_published_file_is_as_it_was(page: Page, drawn: Drawn) -> None:
    assert _hash(drawn.published) == drawn.before
    assert not drawn.published.with_suffix(".duckdb.wal").exists()
