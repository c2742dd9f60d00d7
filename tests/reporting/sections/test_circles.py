"""Whom we met, on the page and in words."""

from reporting.sections.circles import words
from reporting.sections.circles.record import NewCircle
from tests.reporting.pages import Page
from tests.reporting.published import WEEK, record


def test_circles_say_through_whom_and_from_where(report: Page) -> None:
    said = report.words_between("Do we meet new people", "Did it lead anywhere?")
    assert (
        "We had a first exchange with 4 people; 2 of 4 (50%) came to us through nobody whom we knew." in said
    )
    assert "4 people say where they are. 2 of them named a place new to us." in said


def test_circles_in_words() -> None:
    assert words.circles([]) == "We had a first exchange with nobody."
    circle = record(NewCircle, week_start_date=WEEK, new_count=1)
    assert words.circles([circle]).endswith("Where they are they do not say.")
