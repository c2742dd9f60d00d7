"""What came of it, on the page and in words."""

from reporting.sections.outcomes import words
from reporting.sections.outcomes.record import Outcome
from tests.reporting.pages import Page
from tests.reporting.published import WEEK, record


def test_outcomes_say_what_preceded_them_and_never_what_caused_them(report: Page) -> None:
    said = report.words_between("Did it lead anywhere?", "What we wanted")
    assert "Meeting with Ana Lima @ana_lima conversing before stakeholder 3 Nov 2026" in said
    assert "Coffee at <em>the mole</em>" in said
    assert "Preceded by 2 real conversations and 9 exchanges, and 1 more in the days just before." in said
    assert "Lead 3 Nov 2026" in said and "Not joined to a person" in said
    assert "caused" not in said


def test_what_preceded_an_outcome_in_words() -> None:
    stranger = record(Outcome, is_joined=True, stage_before="stranger", occurred_date=WEEK)
    assert words.preceded(stranger) == "Preceded by no exchange that we know of."
