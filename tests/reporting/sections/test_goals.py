"""Where goals stand, on the page."""

from datetime import date

from rapport.config_clients import GOAL_MEASURES
from reporting.sections.goals import words
from reporting.sections.goals.record import Goal
from tests.reporting.pages import Page
from tests.reporting.published import DEFINITIONS, record


def test_goals_say_where_they_stand_and_where_the_pace_leads(report: Page) -> None:
    said = report.words_between("What we wanted", "And the numbers?")
    assert "Ten people <b>we</b> know behind" in said
    assert (
        "6 of 10 people connected with us, by 23 Dec 2026. At the pace of the last 8 weeks: 8.3 by then."
        in said
    )
    assert "5 posts that wait for us, at most 2 wanted by 23 Dec 2026." in said
    assert "At the pace of the last 8 weeks: 0 by then." in said
    assert "93% (57 of 61) of what was due answered within a day, over the last 4 weeks; 90% wanted" in said
    assert "Nothing is known yet of readers." in said


def test_every_measure_of_a_goal_has_its_words() -> None:
    assert set(words.measure_words(DEFINITIONS)) == set(GOAL_MEASURES)


def test_a_goal_leads_to_what_its_value_was_made_of() -> None:
    def at(measure: str, value: float | None = 3) -> str:
        return words.at(record(Goal, measure=measure, value=value, week_start_date=date(2026, 11, 16)))

    assert at("conversing_count") == at("waiting_count") == "weeks.html#week=2026-W47"
    assert at("answered_within_day_share") == at("new_count") == "weeks.html#goals=1"
    assert at("reader_count") == "readership.html#week=2026-W47"
    # No week shows these: the people do, with how far each has come.
    assert (at("acquainted_count"), at("stakeholder_conversing_count")) == (
        "people.html",
        "stakeholders.html",
    )
    assert at("reader_count", None) == ""
    assert all(at(measure) for measure in GOAL_MEASURES)


def test_the_noun_goes_by_the_number_beside_it() -> None:
    assert words.measure_words(DEFINITIONS, 1)["connected_count"] == "person connected with us"
    assert words.measure_words(DEFINITIONS, 1.5)["waiting_count"] == "posts that wait for us"
    goal = record(
        Goal,
        words="w",
        measure="waiting_count",
        target=0,
        value=1,
        due_date=date(2026, 12, 23),
        status="behind",
    )
    assert words.progress(goal, DEFINITIONS).startswith("1 post that waits for us, at most 0 wanted")


def test_nobody_is_14_of_10_people() -> None:
    def said(measure: str, value: float, target: float) -> str:
        goal = record(
            Goal, words="w", measure=measure, target=target, value=value, due_date=date(2026, 12, 23),
            status="reached",
        )  # fmt: skip
        return words.progress(goal, DEFINITIONS)

    assert said("connected_count", 14, 10) == "14 people connected with us; 10 wanted by 23 Dec 2026."
    assert said("connected_count", 10, 10) == "10 of 10 people connected with us, by 23 Dec 2026."
    assert said("connected_count", 1, 0) == "1 person connected with us; 0 wanted by 23 Dec 2026."
