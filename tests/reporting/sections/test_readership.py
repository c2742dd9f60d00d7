"""Who keeps coming back to our posts, on the page and in words."""

from reporting.sections.readership import words
from reporting.sections.readership.record import ReaderWeek
from tests.reporting.pages import Page
from tests.reporting.published import WEEK, record


def test_readership_speaks_of_the_last_complete_week(report: Page) -> None:
    said = report.words_between("Who keeps reading us", "What we know, and what we do not")
    assert "29 people keep coming back to our posts: 2 joined this week, 1 left this week." in said
    assert "9 people did something with them this week." in said


def test_readership_in_words() -> None:
    nobody = "Nobody did anything with our posts this week, and nobody has kept coming back to them."
    assert words.readership([]) == nobody
    week = record(ReaderWeek, week_start_date=WEEK, is_complete_week=True, reader_count=1, stayed_count=1)
    assert words.readership([week]) == "1 person keeps coming back to our posts."
    gone = record(ReaderWeek, week_start_date=WEEK, is_complete_week=True, left_count=2)
    assert words.readership([gone]) == "Nobody keeps coming back to our posts: 2 left this week."
