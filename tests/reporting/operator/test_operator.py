"""The page for whoever runs Rapport: what stands on no page for a client."""

from dataclasses import replace

import pytest
import typer

from operations.cli.main import app
from rapport.config import Settings
from rapport.networks import BLUESKY, NETWORKS
from rapport.project import PROJECT_DIR
from reporting.operator import words
from reporting.operator.record import Spending
from reporting.sections.coverage.record import Stream
from tests.reporting.pages import Page
from tests.reporting.published import record


@pytest.fixture
def operator(harbour: Settings, pages: dict[str, Page]) -> Page:
    return Page(harbour.reports_dir / "operator.html")


def test_it_has_the_checks_with_their_names_and_rows(operator: Page) -> None:
    assert "39 of 40 rules (98%) held" in operator.words
    assert "(language_drift_is_small, 1 of 5 rows (20%) of load_profile, over all clients)" in operator.words
    # which rows is not said: a rule looks over all clients
    assert "rival" not in operator.source


def test_it_has_what_was_read_and_what_that_has_cost(operator: Page) -> None:
    read = operator.words_between("What was read for Harbour Museum", "The tables behind the reports")
    assert "Reading has cost an estimated $ 8.50 on X." in read
    assert "Posts that mention us (X)x mentions" in read and "$ 1.70" in read


def test_it_has_every_table_of_the_reports_with_its_rows(operator: Page) -> None:
    tables = operator.words_between("The tables behind the reports", "Commands, and what is kept by hand")
    assert "reports.rpt_waiting6" in tables and "reports.rpt_worth_seeking_out" in tables


def test_it_lies_beside_the_folders_of_clients_and_the_index_leads_there(
    harbour: Settings, pages: dict[str, Page]
) -> None:
    assert [path.parent for path in harbour.published_dir.rglob("operator.html")] == [harbour.reports_dir]
    assert "operator.html" in [link["href"] for link in pages["index.html"].all("a")]


def test_every_command_is_one_and_every_table_of_rapport_toml_too() -> None:
    known = typer.main.get_command(app)
    for command in words.COMMANDS.values():
        found = known
        name, *rest = command.split()
        assert name == "rapport"
        for word in rest:
            found = found.commands[word]  # type: ignore[attr-defined]
    example = (PROJECT_DIR.parent / "rapport" / "rapport.example.toml").read_text(encoding="utf-8")
    assert [place for place in words.HAND_KEPT.values() if place not in example] == []


def test_costs_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NETWORKS, BLUESKY.name, BLUESKY)
    on_x = record(Stream, network="x", estimated_cost_usd=1.25)
    on_bluesky = record(Stream, network="bluesky", stream="conversations", estimated_cost_usd=None)
    assert words.costs([on_bluesky]) == "Reading has cost nothing on Bluesky, where reading is free."
    assert words.costs([on_x, on_bluesky, replace(on_x, estimated_cost_usd=None)]) == (
        "Reading has cost an estimated $ 1.25 on X and nothing on Bluesky, where reading is free."
    )
    assert words.costs([]) == "Nothing was read yet."
    assert [words.cost(stream) for stream in (on_x, on_bluesky, replace(on_x, estimated_cost_usd=None))] == [
        "$ 1.25",
        "nothing",
        "–",
    ]


def test_a_gap_is_told_with_how_long_it_is() -> None:
    gap = record(
        Stream, network="x", stream="mentions", gap_count=2, gap_hours=50.0, gap_reasons="budget reached"
    )
    assert words.gaps(Spending("c", "C", [gap, replace(gap, gap_count=0)])) == [
        "Posts that mention us (X): 2 gaps, 2 days in all (budget reached)"
    ]
