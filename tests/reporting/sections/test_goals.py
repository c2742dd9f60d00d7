"""Where goals stand, on the page."""

from rapport.config_clients import GOAL_MEASURES
from reporting.sections.goals import words
from tests.reporting.pages import Page
from tests.reporting.published import DEFINITIONS


def test_goals_say_where_they_stand_and_where_the_pace_leads(report: Page) -> None:
    said = report.words_between("What we wanted", "And the numbers?")
    assert "Ten people <b>we</b> know behind" in said
    assert (
        "6 of 10 people connected with us, by 23 Dec 2026. At the pace of the last 8 weeks: 8.2 by then."
        in said
    )
    assert "5 posts that wait for us, at most 2 wanted by 23 Dec 2026." in said
    assert "At the pace of the last 8 weeks: 0 by then." in said
    assert "93% (57 of 61) of what was due answered within a day, over the last 4 weeks; 90% wanted" in said
    assert "Nothing is known yet of readers." in said


def test_every_measure_of_a_goal_has_its_words() -> None:
    assert set(words.measure_words(DEFINITIONS)) == set(GOAL_MEASURES)
