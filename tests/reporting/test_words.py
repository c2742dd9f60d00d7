"""Words that all sections share: singular and plural, shares, times, names of strangers."""

from dataclasses import dataclass
from datetime import date

import pytest

from rapport import networks
from reporting import words


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
        ("", "", "y:17", "account 17"),
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
    assert networks.post_url("x", "1997") == "https://x.com/i/web/status/1997"
    assert networks.profile_url("x", "12") == "https://x.com/i/user/12"
    for no_id in ("", "javascript:alert(1)", "12/../../evil", "１２", "1" * 20, "12 "):
        assert networks.post_url("x", no_id) is None
        assert networks.profile_url("x", no_id) is None


def test_a_posts_text_is_unescaped_once_and_keeps_its_lines() -> None:
    assert words.plain("a &amp;lt; b\r\nc\x00\x1b") == "a &lt; b\nc"


def test_an_excerpt_cuts_at_a_word_and_a_wordless_text_anywhere() -> None:
    assert words.excerpt("one two\nthree", 100) == "one two three"
    assert words.excerpt("seals sleep on slipways", 14) == "seals sleep…"
    assert words.excerpt("x" * 300, 20) == "x" * 20 + "…"


@dataclass(frozen=True)
class Who:
    person_id: str
    display_name: str
    handle: str = ""


def test_a_marked_name_is_whose_it_is_whatever_people_call_themselves() -> None:
    with_signs, with_word = Who("x:1", "\ue000x:2\ue001Ana\ue002"), Who("x:3", "tie")
    text = f"the tie with {words.marked(with_signs)} and {words.marked(with_word)}"
    assert words.pieces(text) == [("the tie with ", ""), ("x:2Ana", "x:1"), (" and ", ""), ("tie", "x:3")]
    assert words.pieces("no name") == [("no name", "")] and words.pieces("") == []
    # also at the beginning of a sentence a name is written as its owner does
    assert words.pieces(words.capital(words.marked(Who("x:4", "ana")))) == [("ana", "x:4")]
