"""Whom we lose, whom we want and whom to seek out, on the page and in words."""

import pytest

from rapport.config import Settings
from reporting import words_people
from reporting.records_people import Nurture, SeekOut, Stakeholder
from reporting.report import write_reports
from tests.reporting.people_rows import HOSTILE
from tests.reporting.published import record
from tests.reporting.test_report import Page


@pytest.fixture(scope="module")
def report(harbour: Settings) -> Page:
    write_reports(harbour, on_progress=lambda line: None)
    return Page(harbour.reports_dir / "harbour" / "2026-W47" / "index.html")


def part(report: Page, section: str) -> str:
    """The source of one section of the page."""
    return report.source.split(f'id="{section}"')[1].split("<section")[0]


def test_whom_we_are_losing_comes_with_what_was_last_talked_about(report: Page) -> None:
    lost = part(report, "nurture")
    assert lost.index("Ana Lima") < lost.index("&lt;script&gt;alert(&#34;name")
    assert "usually 6 days from one day of talk to the next" in lost and "4 weeks" in lost
    assert "a post of theirs waits for our answer" in lost and "the last word was theirs" in lost
    assert "Shown: the first 12 of 14 ties." in lost
    assert HOSTILE in report.text and HOSTILE not in report.source
    assert 'data-post-id="7800001"' in lost


def test_every_stakeholder_is_listed_with_a_reason(report: Page) -> None:
    wanted = part(report, "stakeholders")
    assert "Of 3 whom we want to talk with: 1 connected, 1 sought out and 1 not yet met." in wanted
    assert wanted.index("Ana Lima") < wanted.index("Ships &amp; Sheds") < wanted.index("nobody_yet")
    assert "keeps the &lt;b&gt;port&lt;/b&gt; archive" in wanted
    assert "5 real conversations" in wanted and "1 post waiting for us" in wanted and "never" in wanted
    assert wanted.count("2 people in common") == 2  # of use only where there is no tie yet


def test_whom_to_seek_out_comes_with_who_could_introduce_us(report: Page) -> None:
    sought = part(report, "seek-out")
    assert sought.index("New 31") < sought.index("New 32")
    assert "talks with Ana Lima (connected with us) and 1 other of ours" in sought
    assert "in common: <bdi>tides and &lt;i&gt;mole&lt;/i&gt;</bdi>" in sought
    assert sought.count("has already written") == 1
    assert "javascript" not in sought.replace('data-post-id="javascript:alert(8)"', "")


def test_in_words() -> None:
    assert words_people.stakeholders([]) == "Nobody is on the list of stakeholders."
    alone = record(Stakeholder, standing="fell silent")
    assert words_people.stakeholders([alone]) == "The one person we want to talk with: fell silent."
    daily = record(Nurture, usual_gap_days=1.0, silent_days=15.0, last_answer_by="us")
    assert words_people.rhythm(daily) == "usually a day from one day of talk to the next"
    assert words_people.last_word(daily) == "the last word was ours"
    only = record(SeekOut, via_display_name="Ben", via_stage="dormant", via_person_count=1)
    assert words_people.way(only) == "talks with Ben (dormant with us)"
    assert words_people.topics(only) == ""


def test_whose_handle_changed_lately_is_told_by_the_one_before(report: Page) -> None:
    assert "@benokafor formerly @ben_before" in report.words
    # known by nothing else for months
    assert report.words.count("formerly") == report.words.count("@benokafor formerly") > 0
