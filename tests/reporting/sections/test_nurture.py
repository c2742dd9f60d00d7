"""Whom we are losing, on the page and in words."""

from datetime import date

from reporting.language import speaking
from reporting.sections.nurture import words
from reporting.sections.nurture.record import SilentTie
from tests.reporting.pages import Page
from tests.reporting.people_rows import HOSTILE
from tests.reporting.published import record


def test_whom_we_are_losing_comes_with_what_was_last_talked_about(report: Page) -> None:
    lost = report.section("nurture")
    assert lost.index("Ana Lima") < lost.index("&lt;script&gt;alert(&#34;name")
    assert "usually 6 days from one day of talk to the next" in lost and "4 weeks" in lost
    # who wrote three days ago is not silent
    assert "no exchange for 4 weeks" in lost and "last exchange: " in lost and "silent" not in lost
    assert "a post of theirs waits for our answer" in lost and "the last word was theirs" in lost
    assert "Shown: the first 12 of 14 ties." in lost
    assert HOSTILE in report.text and HOSTILE not in report.source
    assert 'data-post-id="x:7800001"' in lost


def test_rhythm_in_words() -> None:
    daily = record(SilentTie, usual_gap_days=1.0, silent_days=15.0, last_answer_by="us")
    assert words.rhythm(daily) == "usually a day from one day of talk to the next"
    assert words.last_word(daily) == "the last word was ours"


def test_how_long_it_is_says_since_what() -> None:
    silent = record(SilentTie, silent_days=63.0, usual_gap_days=5.0)
    assert words.silence(silent) == "no exchange for 9 weeks"
    met = record(SilentTie, silent_days=63.0, usual_gap_days=5.0, last_met_date=date(2026, 9, 21))
    assert words.silence(met) == "no exchange, meeting or call for 9 weeks"
    with speaking("de"):
        assert words.silence(silent) == "9\u00a0Wochen ohne Austausch"
