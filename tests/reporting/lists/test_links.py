"""No dead ends: from every section of the report to its lists, whole, as a page and as CSV."""

import re
from pathlib import Path

from rapport.config import Settings
from reporting.lists.declared import BY_NAME
from reporting.report import write_reports
from tests.reporting.pages import Page


def test_every_list_is_linked_from_the_report_and_every_link_leads_somewhere(harbour: Settings) -> None:
    own = harbour.client_dir("harbour")
    own.mkdir(parents=True, exist_ok=True)
    write_reports(harbour, on_progress=lambda line: None)
    for folder in (harbour.reports_dir / "harbour", own / "reports"):
        report = folder / "2026-W47" / "index.html"
        linked = set()
        for path in sorted(folder.rglob("*.html")):
            for link in Page(path).all("a"):
                href = str(link["href"]).split("#")[0]
                if href and not href.startswith("https:"):
                    target = (path.parent / href).resolve()
                    assert target.exists() and target.is_relative_to(folder), (path, href)
                    if path == report:
                        linked.add(Path(href).name)
        # the museum is on one network
        assert linked >= {
            f"{name}{kind}" for name in BY_NAME.keys() - {"weeks_by_network"} for kind in (".html", ".csv")
        }


def test_a_section_that_is_cut_says_of_how_many(harbour: Settings) -> None:
    page = Page(write_reports(harbour, on_progress=lambda line: None)[0])
    assert "Shown: the first 12 of 14 ties." in page.words
    assert "In full: Whom we are losing (14) CSV" in page.words
    assert re.search(r"In full: Our accounts \(\d+\) CSV · Answers \(\d+\) CSV", page.words)
