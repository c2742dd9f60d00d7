"""No page for a client speaks of tables, columns, files, commands, rules or costs."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import typer

from operations.cli.main import app
from quality.suites import CHECKS
from rapport.config import Settings
from reporting.report import write_reports
from tests import contracts
from tests.reporting.pages import Page
from tests.reporting.published import WEEK, Published

# Attributes that are shown, or read out.
SHOWN = ("title", "aria-label", "alt", "data-label", "placeholder")


def all_rules() -> Iterator[Any]:
    for check in CHECKS:
        yield from check.suite().expectations


@cache
def vocabulary() -> re.Pattern[str]:
    """Names that mean something to whoever runs Rapport only."""
    tables = {name for table in contracts.tables() for name in (table, table.split(".")[1]) if "rpt_" in name}
    columns = {column for table in contracts.tables().values() for column in table if "_" in column}
    rules = {rule.meta["rule"] for rule in all_rules()}
    commands = {f"rapport {name}" for name in typer.main.get_command(app).commands}  # type: ignore[attr-defined]
    names = sorted(tables | columns | rules | commands, key=len, reverse=True)
    schemas = r"(?:reports|marts|quality|staging|intermediate|raw)\.[a-z]\w+"
    files = r"[\w-]+\.(?:duckdb|toml|parquet|sqlite|sql|yml|py|html|env)\b"
    money = r"\$ ?\d|\b\d+ ?(?:dollars|USD|euros)\b|\bdollars?\b|\bUSD\b"
    return re.compile(
        rf"(?<![\w@])(?:{'|'.join(map(re.escape, names))})(?!\w)|\b{schemas}|{files}|{money}", re.IGNORECASE
    )


def said(page: Page) -> str:
    """What a page shows and what is read out, word by word."""
    shown = unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", page.source, flags=re.DOTALL))
    attributes = (str(value) for _, given in page.tags for name, value in given.items() if name in SHOWN)
    return "\n".join([shown, *attributes])


def pages_for_clients(settings: Settings) -> list[Path]:
    """Whatever lies in a folder of a client's."""
    folders = [*settings.reports_dir.glob("*/"), *settings.clients_dir.glob("*/")]
    return sorted(path for folder in folders for path in folder.rglob("*.html"))


def test_no_page_for_a_client_names_what_is_for_whoever_runs_it(harbour: Settings) -> None:
    own = harbour.client_dir("harbour")
    own.mkdir(parents=True, exist_ok=True)
    write_reports(harbour, on_progress=lambda line: None)
    found = pages_for_clients(harbour)
    assert {path.relative_to(harbour.published_dir).parts[0] for path in found} == {"reports", "clients"}
    forbidden = vocabulary()
    for path in found:
        page = Page(path)
        assert forbidden.findall(said(page)) == [], path
        assert not page.all("code"), path


@pytest.mark.parametrize("kind", ["with nothing", "with one word each"])
def test_nor_does_one_with_nothing_to_show(
    kind: str, settings: Settings, publish: Callable[[], Published]
) -> None:
    world = publish()
    world.publication()
    if kind == "with one word each":
        world.week("harbour", "Harbour Museum", WEEK)
    world.con.close()
    write_reports(settings, on_progress=lambda line: None)
    for path in pages_for_clients(settings):
        assert vocabulary().findall(said(Page(path))) == [], path


def test_the_page_for_whoever_runs_it_does(harbour: Settings) -> None:
    """Else the test above would find nothing whatever stood there."""
    write_reports(harbour, on_progress=lambda line: None)
    found = set(vocabulary().findall(said(Page(harbour.reports_dir / "operator.html"))))
    assert found >= {
        "reports.rpt_waiting",
        "quality.check_results",
        "engagement.duckdb",
        "rapport.toml",
        "rapport outcome",
        "$ 1",
    }


def test_a_reason_that_a_client_may_read_is_in_a_clients_words() -> None:
    """Of the rules that warn the report gives the reason."""
    reasons = {
        rule.meta["rule"]: rule.meta["reason"] for rule in all_rules() if rule.meta["severity"] == "warn"
    }
    assert {name: found for name, reason in reasons.items() if (found := vocabulary().findall(reason))} == {}
