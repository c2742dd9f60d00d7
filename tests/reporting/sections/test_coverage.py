"""How far the data reaches, in words."""

from dataclasses import replace
from datetime import timedelta

from reporting.sections.coverage import words
from reporting.sections.coverage.record import Stream
from tests.reporting.published import AS_OF, record


def test_completeness_says_how_far_and_of_how_many() -> None:
    stream = record(
        Stream, stream="conversations", captured_reply_count=41, reported_reply_count=44,
        conversation_count=30, incomplete_conversation_count=1,
    )  # fmt: skip
    assert words.complete(AS_OF, [stream]) == (
        "The data reaches to Mon 23 Nov 2026, 00:00 UTC and holds 41 of 44 replies (93%) that X counts in our "
        "conversations; 1 of 30 conversations is too incomplete for averages."
    )
    assert "is not known" in words.complete(AS_OF, [])


def test_a_stream_that_ends_earlier_is_named() -> None:
    stream = record(Stream, stream="mentions", last_window_end_at=AS_OF - timedelta(days=2, hours=3))
    assert words.ends_earlier(stream, AS_OF) == "ends 2 days earlier"
    assert words.ends_earlier(replace(stream, last_window_end_at=AS_OF), AS_OF) == ""
    assert words.ends_earlier(replace(stream, last_window_end_at=None), AS_OF) == "never fetched"


def test_a_gap_is_told_with_its_reason() -> None:
    stream = record(Stream, stream="mentions", gap_count=2, gap_hours=50.0, gap_reasons="budget reached")
    assert words.gap(stream) == "Posts that mention us: 2 days (budget reached)"
    assert words.gap(replace(stream, gap_count=0)) == ""
