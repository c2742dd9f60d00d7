"""Whom to seek out, on the page and in words."""

from reporting.person_links import file_name
from reporting.sections.seek_out import words
from reporting.sections.seek_out.record import Candidate
from reporting.words import pieces
from tests.reporting.pages import Page
from tests.reporting.published import record


def test_whom_to_seek_out_comes_with_who_could_introduce_us(report: Page) -> None:
    sought = report.section("seek-out")
    assert sought.index("New 31") < sought.index("New 32")
    assert f'talks with <a href="../people/{file_name("x:11")}"' in sought
    assert ">Ana Lima</a> (connected with us) and 1 other of ours" in sought
    assert "in common: <bdi>tides and &lt;i&gt;mole&lt;/i&gt;</bdi>" in sought
    assert sought.count("has already written") == 1
    assert "javascript" not in sought.replace('data-post-id="x:javascript:alert(8)"', "")


def test_who_could_introduce_us_in_words() -> None:
    only = record(Candidate, via_display_name="Ben", via_stage="dormant", via_person_count=1)
    assert "".join(said for said, _ in pieces(words.way(only))) == "talks with Ben (dormant with us)"
    assert words.topics(only) == ""
