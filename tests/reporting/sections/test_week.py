"""The week in words, and its charts."""

from dataclasses import replace

import pytest

from reporting.sections.week import words
from reporting.sections.week.charts import charts
from reporting.sections.week.record import NetworkWeek
from tests.reporting.published import DEFINITIONS, WEEK, client, past, record, week


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (3, [1, 2, 1, 2], "more than usual (the 4 weeks before averaged 1.5 real conversations)"),
        (1, [3, 3, 3], "fewer than usual (the 3 weeks before averaged 3 real conversations)"),
        (2, [2, 2, 1], "about as usual (the 3 weeks before averaged 1.7 real conversations)"),
        (2, [9, *[2] * 8], "about as usual (the 8 weeks before averaged 2 real conversations)"),
    ],
)
def test_the_week_is_compared_with_the_weeks_before(now: int, before: list[int], said: str) -> None:
    text = words.talk(
        week(real_conversation_count=now, exchange_count=5, address_in_count=5), past(*before), DEFINITIONS
    )
    assert text.endswith(f"; {said}.")


def test_two_weeks_are_too_few_to_compare_with_and_a_running_week_is_not_compared() -> None:
    talk = {"real_conversation_count": 1, "exchange_count": 1, "address_in_count": 1}
    assert (
        words.talk(week(**talk), past(4, 4), DEFINITIONS)
        == "We had 1 real conversation this week, with 1 exchange in all."
    )
    running = words.talk(week(is_complete_week=False, **talk), past(4, 4, 4), DEFINITIONS)
    assert running == (
        "We had 1 real conversation so far this week, which is still running, with 1 exchange in all."
    )


def test_a_silent_week_and_one_without_real_conversations() -> None:
    assert words.talk(week(), past(0, 0, 0), DEFINITIONS) == (
        "Nobody wrote to us this week, and we wrote to nobody, as in the 3 weeks before."
    )
    assert (
        words.talk(week(address_in_count=2), [], DEFINITIONS)
        == "We had no real conversation this week, and no exchange."
    )
    assert "only 1 exchange" in words.talk(week(address_in_count=2, exchange_count=1), [], DEFINITIONS)


def test_answers_keep_the_unanswered_and_leave_out_what_is_not_due() -> None:
    asked = week(
        person_in_count=1,
        address_in_count=9,
        answered_within_day_count=6,
        answer_due_count=8,
        unanswered_count=1,
        is_settled_week=False,
        is_complete_week=False,
    )
    assert words.answers(asked, DEFINITIONS) == (
        "1 person wrote to us, 9 times in all: of what was due, 6 of 8 (75%) got an answer within a day, "
        "1 has none yet."
    )
    assert words.answers(
        replace(asked, answer_due_count=9, unanswered_count=0, median_answer_hours=2.5), DEFINITIONS
    ) == (
        "1 person wrote to us, 9 times in all: 6 of 9 (67%) got an answer within a day; "
        "half of the answers came within 3 hours."
    )
    settled = replace(asked, answer_due_count=9, is_complete_week=True, is_settled_week=True)
    assert words.answers(settled, DEFINITIONS) == (
        "1 person wrote to us, 9 times in all: 6 of 9 (67%) got an answer within a day, "
        "1 was still unanswered a day after the week's end."
    )
    assert "too early to judge" in words.answers(replace(asked, answer_due_count=0), DEFINITIONS)
    assert words.answers(week(), DEFINITIONS) == ""


def test_a_week_that_is_not_settled_says_that_its_answers_are_not_final() -> None:
    asked = week(
        is_settled_week=False,
        person_in_count=9,
        address_in_count=9,
        answered_within_day_count=6,
        answer_due_count=8,
        unanswered_count=2,
    )
    assert words.answers(asked, DEFINITIONS) == (
        "9 people wrote to us: of what was due, 6 of 8 (75%) got an answer within a day, 2 have none yet. "
        "This is not final: what came in last may still be answered within a day."
    )
    weeks = [replace(earlier, address_in_count=1, unanswered_count=1) for earlier in past(1, 1)]
    title = "Posts addressed to us, by how they fared"
    assert charts(client(*weeks), None)[1].title == title
    assert charts(client(*weeks, asked), None)[1].title == f"{title} (the last week is not final)"


def test_charts_leave_out_the_running_week() -> None:
    running = week(WEEK, is_complete_week=False, exchange_count=9)
    assert charts(client(*past(3), running), None) == []
    talk, answers = charts(client(*past(3, 1), running), None)
    assert [row[1:] for row in talk.rows] == [["1", "0"], ["3", "0"]]
    assert not talk.is_empty and answers.is_empty


def test_the_sentence_leads_to_the_real_conversations_of_the_week_or_where_there_are_none_to_all_talk() -> (
    None
):
    had = words.sentences(
        client(week(real_conversation_count=2, address_in_count=4, exchange_count=4)), None
    )[0]
    assert had.address == f"real_conversations.html#week={WEEK:%G-W%V}"
    none = words.sentences(client(week(address_in_count=4, exchange_count=1)), None)[0]
    assert none.address == "conversations.html"


def test_a_network_leads_to_its_real_conversations_and_their_sum_to_all() -> None:
    on_x = record(NetworkWeek, network="x", week_start_date=WEEK, real_conversation_count=2)
    assert words.real_rows(on_x) == f"real_conversations.html#week={WEEK:%G-W%V}&network=x"
    assert words.real_rows(replace(on_x, network="")) == f"real_conversations.html#week={WEEK:%G-W%V}"
    assert words.real_rows(replace(on_x, real_conversation_count=0)) == ""
