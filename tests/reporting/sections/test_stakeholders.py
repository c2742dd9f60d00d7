"""How far we have come with those we want to talk with, on the page and in words."""

from reporting.sections.stakeholders import words
from reporting.sections.stakeholders.record import Stakeholder
from tests.reporting.pages import Page
from tests.reporting.published import record


def test_every_stakeholder_is_listed_with_a_reason(report: Page) -> None:
    wanted = report.section("stakeholders")
    assert "Of 3 whom we want to talk with: 1 connected, 1 sought out and 1 not yet met." in wanted
    assert wanted.index("Ana Lima") < wanted.index("Ships &amp; Sheds") < wanted.index("nobody_yet")
    assert "keeps the &lt;b&gt;port&lt;/b&gt; archive" in wanted
    assert "5 real conversations" in wanted and "1 post waiting for us" in wanted and "never" in wanted
    assert wanted.count("2 people in common") == 2  # of use only where there is no tie yet


def test_stakeholders_in_words() -> None:
    assert words.stakeholders([]) == "Nobody is on the list of stakeholders."
    alone = record(Stakeholder, standing="fell silent")
    assert words.stakeholders([alone]) == "The one person we want to talk with: fell silent."
