"""Data into words: singular and plural, comparisons, shares, names of strangers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import yaml

from rapport.project import PROJECT_DIR
from reporting import words
from reporting.records import ClientData, Conversation, Move, Stream, Waiting, last_complete_week, report_week
from tests.reporting.published import AS_OF, WEEK, past, record, week


def move(movement: str, name: str, after: str = "acquainted") -> Move:
    return record(Move, movement=movement, display_name=name, stage_after=after, week_start_date=WEEK)


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([], ""),
        (["Ana"], "Ana"),
        (["Ana", "Ben"], "Ana and Ben"),
        (["Ana", "Ben", "Cy"], "Ana, Ben and Cy"),
        (["Ana", "Ben", "Cy", "Di"], "Ana, Ben and 2 others"),
    ],
)
def test_a_listing_names_a_few_and_counts_the_rest(items: list[str], said: str) -> None:
    assert words.listing(items) == said


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (6, 9, "6 of 9 replies (67%)"),
        (1, 1, "1 of 1 reply (100%)"),
        (0, 0, "0 of 0 replies"),
        (1, 4000, "1 of 4,000 replies (under 1%)"),
        (3999, 4000, "3,999 of 4,000 replies (over 99%)"),
        (0, 4000, "0 of 4,000 replies (0%)"),
    ],
)
def test_a_share_says_of_how_many_and_never_rounds_to_all_or_none(part: int, whole: int, said: str) -> None:
    assert words.of_how_many(part, whole, "reply", "replies") == said


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (0.2, "under an hour"),
        (1, "1 hour"),
        (35.9, "35 hours"),
        (36, "1 day"),
        (52, "2 days"),
        (24 * 22, "3 weeks"),
    ],
)
def test_durations(hours: float, said: str) -> None:
    assert words.duration(hours) == said


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (date(2026, 11, 16), "16–22 November 2026"),
        (date(2026, 11, 30), "30 November – 6 December 2026"),
        (date(2026, 12, 28), "28 December 2026 – 3 January 2027"),
    ],
)
def test_the_span_of_a_week(start: date, said: str) -> None:
    assert words.span(start) == said


@pytest.mark.parametrize(
    ("display_name", "handle", "person_id", "said"),
    [
        ("Ana Lima", "ana", "1", "Ana Lima"),
        ("Ana\n\t Lima\u200b", "ana", "1", "Ana Lima"),
        ("A \u202egnp.exe\u202c", "a", "1", "A gnp.exe"),
        ("", "ana", "1", "@ana"),
        ("\u2066\u200f", "", "17", "account 17"),
        ("...", "a<b>", "1", "@ab"),
        ("", "", "", "somebody unknown"),
        ("👩\u200d🔬", "x", "1", "👩\u200d🔬"),
        ("Fish &amp; Chips", "x", "1", "Fish & Chips"),
        ("نور", "noor", "1", "\u2068نور\u2069"),
    ],
)
def test_names_are_one_line_and_cannot_reorder_the_sentence(
    display_name: str, handle: str, person_id: str, said: str
) -> None:
    assert words.name(display_name, handle, person_id) == said


def test_a_long_name_is_cut() -> None:
    assert len(words.name("x" * 500)) == 40


def test_addresses_are_made_of_ids_alone() -> None:
    assert words.post_url("1997") == "https://x.com/i/status/1997"
    assert words.person_url("12") == "https://x.com/i/user/12"
    for no_id in ("", "javascript:alert(1)", "12/../../evil", "１２", "1" * 20, "12 "):
        assert words.post_url(no_id) is None
        assert words.person_url(no_id) is None


def test_a_posts_text_is_unescaped_once_and_keeps_its_lines() -> None:
    assert words.plain("a &amp;lt; b\r\nc\x00\x1b") == "a &lt; b\nc"


def test_an_excerpt_cuts_at_a_word_and_a_wordless_text_anywhere() -> None:
    assert words.excerpt("one two\nthree", 100) == "one two three"
    assert words.excerpt("seals sleep on slipways", 14) == "seals sleep…"
    assert words.excerpt("x" * 300, 20) == "x" * 20 + "…"


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
    text = words.talk(week(real_conversation_count=now, exchange_count=5, address_in_count=5), past(*before))
    assert text.endswith(f"; {said}.")


def test_two_weeks_are_too_few_to_compare_with_and_a_running_week_is_not_compared() -> None:
    talk = {"real_conversation_count": 1, "exchange_count": 1, "address_in_count": 1}
    assert (
        words.talk(week(**talk), past(4, 4))
        == "We had 1 real conversation this week, with 1 exchange in all."
    )
    running = words.talk(week(is_complete_week=False, **talk), past(4, 4, 4))
    assert running == (
        "We had 1 real conversation so far this week, which is still running, with 1 exchange in all."
    )


def test_a_silent_week_and_one_without_real_conversations() -> None:
    assert words.talk(week(), past(0, 0, 0)) == (
        "Nobody wrote to us this week, and we wrote to nobody, as in the 3 weeks before."
    )
    assert (
        words.talk(week(address_in_count=2), []) == "We had no real conversation this week, and no exchange."
    )
    assert "only 1 exchange" in words.talk(week(address_in_count=2, exchange_count=1), [])


def test_ties_that_moved_are_named_by_what_happened_to_them() -> None:
    text = words.ties(
        [
            move("deepened", "Ana", "connected"),
            move("revived", "Noor"),
            *(move("new", name) for name in ("A", "B", "C", "D")),
            move("cooled", "Karl"),
            move("cooled", "Kim"),
            move("lapsed", "Gus", "dormant"),
        ]
    )
    assert text == (
        "Ana (now connected) came closer; Noor came back after a silence; "
        "we had a first exchange with A, B and 2 others; the ties with Karl and Kim cooled; "
        "the tie with Gus fell silent."
    )
    assert words.ties([]) == "No relationship moved this week."


def test_answers_keep_the_unanswered_and_leave_out_what_is_not_due() -> None:
    asked = week(
        person_in_count=1,
        address_in_count=9,
        answered_within_day_count=6,
        answer_due_count=8,
        unanswered_count=1,
    )
    assert words.answers(asked) == (
        "1 person wrote to us, 9 times in all: of what was due, 6 of 8 (75%) got an answer within a day, "
        "1 has none yet."
    )
    assert words.answers(replace(asked, answer_due_count=9, unanswered_count=0, median_answer_hours=2.5)) == (
        "1 person wrote to us, 9 times in all: 6 of 9 (67%) got an answer within a day; "
        "half of the answers came within 3 hours."
    )
    assert "too early to judge" in words.answers(replace(asked, answer_due_count=0))
    assert words.answers(week()) == ""


def test_who_waits_is_told_with_the_first_in_line() -> None:
    first = record(Waiting, display_name="Ito", waiting_hours=52.0, is_question=True, is_stakeholder=True)
    assert words.waits([], 0) == "Nobody is waiting for us."
    assert words.waits([first], 1) == (
        "One post waits for an answer from us: Ito, one of our stakeholders, wrote a question that is 2 days old."
    )
    assert words.waits([replace(first, is_stakeholder=False, is_question=False)], 30) == (
        "30 posts wait for an answer from us; first in line is Ito with a post that is 2 days old."
    )


def test_a_direct_message_waits_under_its_own_name() -> None:
    post = record(Waiting, display_name="Ito", waiting_hours=52.0)
    message = replace(post, kind="message")
    assert words.waits([message], 1) == (
        "One direct message waits for an answer from us: Ito wrote a direct message that is 2 days old."
    )
    assert words.waits([post, message], 12).startswith(
        "12 posts and direct messages wait for an answer from us;"
    )
    assert words.waits([message, message], 2).startswith("2 direct messages wait for an answer from us;")


def test_what_is_missing_is_told_with_its_reason() -> None:
    whole = record(Conversation, missing_reply_count=0, missing_reason="nothing missing")
    assert words.missing(whole) == ""
    assert words.missing(replace(whole, missing_reason="not counted")) == ""
    assert words.missing(replace(whole, missing_reply_count=1, missing_reason="budget reached")) == (
        "Missing: 1 reply (the budget was reached)."
    )
    assert words.missing(replace(whole, missing_reason="erased")) == (
        "Missing: what others here answer (erased here)."
    )
    # the reasons that the model may give, and none else
    model = PROJECT_DIR / "models" / "intermediate" / "int_conversations__missing.yml"
    columns = {one["name"]: one for one in yaml.safe_load(model.read_text())["models"][0]["columns"]}
    tests = columns["missing_reason"]["data_tests"]
    (values,) = [one["accepted_values"]["arguments"]["values"] for one in tests if isinstance(one, dict)]
    assert {*words.MISSING_WORDS, "nothing missing", "not counted"} == set(values)


def test_completeness_says_how_far_and_of_how_many() -> None:
    stream = record(
        Stream, stream="conversations", captured_reply_count=41, reported_reply_count=44,
        conversation_count=30, incomplete_conversation_count=1,
    )  # fmt: skip
    data = ClientData("c", "C", AS_OF, None, streams=[stream])
    assert words.complete(data) == (
        "The data reaches to Mon 23 Nov 2026, 00:00 UTC and holds 41 of 44 replies (93%) that X counts in our "
        "conversations; 1 of 30 conversations is too incomplete for averages."
    )
    assert "is not known" in words.complete(ClientData("c", "C", AS_OF, None))


def test_the_week_in_words_is_two_to_five_sentences_and_speaks_of_no_followers() -> None:
    busy = week(
        real_conversation_count=2, exchange_count=9, address_in_count=9, person_in_count=4, answer_due_count=9
    )
    moves = [move("new", "A"), replace(move("new", "Later"), week_start_date=WEEK + timedelta(weeks=1))]
    sentences = words.week_in_words(
        ClientData("c", "C", AS_OF, None, weeks=[*past(1, 1, 1), busy], moves=moves)
    )
    assert len(sentences) == 5
    assert not any(
        word in " ".join(sentences).lower() for word in ("follower", "like", "impression", "later")
    )
    assert 2 <= len(words.week_in_words(ClientData("c", "C", AS_OF, None))) <= 5


def test_the_report_is_about_the_last_complete_week() -> None:
    running = week(WEEK + timedelta(weeks=1), is_complete_week=False)
    assert report_week([*past(1), week(), running]) == week()
    assert report_week([running]) == running
    assert report_week([]) is None
    assert ClientData("c", "C", AS_OF, None, weeks=[week(), running]).edition == "2026-W47"
    assert ClientData("c", "C", AS_OF, None).edition == "2026-W47"
    assert last_complete_week(AS_OF - timedelta(seconds=1)) == date(2026, 11, 9)
    assert ClientData("c", "C", datetime(2027, 1, 5, tzinfo=UTC), None).edition == "2026-W53"


def test_a_stream_that_ends_earlier_is_named() -> None:
    stream = record(Stream, stream="mentions", last_window_end_at=AS_OF - timedelta(days=2, hours=3))
    assert words.behind(stream, AS_OF) == "ends 2 days earlier"
    assert words.behind(replace(stream, last_window_end_at=AS_OF), AS_OF) == ""
    assert words.behind(replace(stream, last_window_end_at=None), AS_OF) == "never fetched"


def test_a_gap_is_told_with_its_reason() -> None:
    stream = record(Stream, stream="mentions", gap_count=2, gap_hours=50.0, gap_reasons="budget reached")
    assert words.gap(stream) == "Posts that mention us: 2 days (budget reached)"
    assert words.gap(replace(stream, gap_count=0)) == ""
