"""What stands behind the week, on the page and in words."""

import pytest

from rapport.config import GOAL_MEASURES, Settings
from reporting import words_questions as behind
from reporting.records_questions import AccountLoad, ContentGroup, NewCircle, Outcome, Questions, ReaderWeek
from reporting.report import write_reports
from tests.reporting.published import WEEK, record
from tests.reporting.test_report import Page


@pytest.fixture(scope="module")
def report(harbour: Settings) -> Page:
    write_reports(harbour, on_progress=lambda line: None)
    return Page(harbour.reports_dir / "harbour" / "2026-W47" / "index.html")


def section(report: Page, title: str, until: str) -> str:
    """The words of the page from one heading to the next."""
    return report.words[report.words.rindex(title) : report.words.rindex(until)]


def test_content_names_what_started_conversations_and_leaves_out_what_only_went_round(report: Page) -> None:
    said = section(report, "What we say that starts conversations", "Who keeps reading us")
    assert "Of 4 posts of ours, 2 started 3 real conversations." in said
    assert said.index("Who kept the tide ledger") < said.index("A <b>photograph</b> of the east mole")
    assert "A seal asleep" not in said and "Long ago" not in said
    assert "asks1 of 1 (100%)2" in said
    assert "points elsewhere0 of 1 (0%)0" in said
    assert "tides2 of 2 (100%)3" in said and "<i>mole</i>1 of 1 (100%)1" in said


def test_content_in_words() -> None:
    assert behind.content(Questions()) == "We wrote nothing."
    none = Questions(content_post_count=1, content_forms=[ContentGroup("tells", 1, 0, 0)])
    assert behind.content(none) == "Of 1 post of ours, none started a real conversation."


def test_readership_speaks_of_the_last_complete_week(report: Page) -> None:
    said = section(report, "Who keeps reading us", "What we know, and what we do not")
    assert "29 people keep coming back to our posts: 2 joined this week, 1 left this week." in said
    assert "9 people did something with them this week." in said


def test_readership_in_words() -> None:
    nobody = "Nobody did anything with our posts this week, and nobody has kept coming back to them."
    assert behind.readership([]) == nobody
    one = record(ReaderWeek, week_start_date=WEEK, is_complete_week=True, reader_count=1, stayed_count=1)
    assert behind.readership([one]) == "1 person keeps coming back to our posts."
    gone = record(ReaderWeek, week_start_date=WEEK, is_complete_week=True, left_count=2)
    assert behind.readership([gone]) == "Nobody keeps coming back to our posts: 2 left this week."


def test_numbers_stand_apart_as_context(report: Page) -> None:
    said = section(report, "And the numbers?", "What we know, and what we do not")
    assert "Context, not results." in said
    assert all(one in said for one in ("@harbourmuseum", "8,765", "123,456", "not known"))
    before = report.words[: report.words.rindex("And the numbers?")]
    assert not [word for word in ("123,456", "8,765", " likes ", "followers") if word in before]


def test_goals_say_where_they_stand_and_where_the_pace_leads(report: Page) -> None:
    said = section(report, "What we wanted", "And the numbers?")
    assert "Ten people <b>we</b> know behind" in said
    assert (
        "6 of 10 people connected with us, by 23 Dec 2026. At the pace of the last 8 weeks: 8.2 by then."
        in said
    )
    assert "5 posts that wait for us, at most 2 wanted by 23 Dec 2026." in said
    assert "At the pace of the last 8 weeks: 0 by then." in said
    assert "93% of what was due answered within a day, over the last 4 weeks; 90% wanted" in said
    assert "Nothing is known yet of readers." in said


def test_every_measure_of_a_goal_has_its_words() -> None:
    assert set(behind.MEASURE_WORDS) == set(GOAL_MEASURES)


def test_outcomes_say_what_preceded_them_and_never_what_caused_them(report: Page) -> None:
    said = section(report, "Did it lead anywhere?", "What we wanted")
    assert "Meeting with Ana Lima @ana_lima conversing before stakeholder 3 Nov 2026" in said
    assert "Coffee at <em>the mole</em>" in said
    assert "Preceded by 2 real conversations and 9 exchanges, and 1 more in the days just before." in said
    assert "Lead 3 Nov 2026" in said and "Not joined to a person" in said
    assert "caused" not in said


def test_what_preceded_an_outcome_in_words() -> None:
    stranger = record(Outcome, is_joined=True, stage_before="stranger", occurred_date=WEEK)
    assert behind.preceded(stranger) == "Preceded by no exchange that we know of."


def test_manageability_compares_each_account_with_its_own_past(report: Page) -> None:
    said = section(report, "Is it still manageable?", "Do we meet new people")
    assert "More comes in than @harbourmuseum can answer" in said
    assert "2 real conversations, usually 1.5" in said
    assert "1 real conversation 17 4 of 8 (50%)" in said


def test_circles_say_through_whom_and_from_where(report: Page) -> None:
    said = section(report, "Do we meet new people", "Did it lead anywhere?")
    assert (
        "We had a first exchange with 4 people; 2 of 4 (50%) came to us through nobody whom we knew." in said
    )
    assert "Of the 4 who say where they are, 2 named a place new to us." in said


def test_manageability_and_circles_in_words() -> None:
    calm = record(AccountLoad, account_id="7", week_start_date=WEEK)
    assert behind.manageability([calm]).startswith("It is:")
    crowded = record(AccountLoad, account_id="7", week_start_date=WEEK, is_beyond_ties=True)
    assert behind.manageability([crowded]).startswith("account 7 is in conversation with more people")
    assert behind.circles([]) == "We had a first exchange with nobody."
    one = record(NewCircle, week_start_date=WEEK, new_count=1)
    assert behind.circles([one]).endswith("Where they are they do not say.")
