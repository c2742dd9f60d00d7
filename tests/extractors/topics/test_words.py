"""Topics by their words."""

import pytest

from extractors.topics.words import pattern_of, plain, said


def stands(words: list[str], text: str) -> bool:
    pattern = pattern_of(words)
    assert pattern is not None
    return pattern.search(plain(said(text))) is not None


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["bog"], "A BOG, a bog!"),
        (["Moor*"], "Heute im Moorgebiet"),
        (["open science"], "We like open  science"),
        (["open science"], "Preprint is out #OpenScience"),
        (["open-access"], "open access for all"),
        (["künstliche Intelligenz"], "KÜNSTLICHE INTELLIGENZ"),
        # one sign, or a letter and an accent after it
        (["école"], "à l'e\u0301cole"),
        (["泥炭"], "今朝は泥炭湿原を歩きました"),
        (["AI"], "＃ＡＩ and more"),
        (["peat"], "#peat_bog"),
        (["C++"], "written in C++ of course"),
        (["AI"], "slides are online #ai"),
        (["AI"], "Is AI any good?"),
    ],
)
def test_a_word_is_found(words: list[str], text: str) -> None:
    assert stands(words, text)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["bog"], "boggy, unbog"),
        (["AI"], "again and again, mountAIn"),
        (["AI"], "Je n'ai plus de voix"),
        (["peat*"], "repeat"),
        (["peat"], "see https://example.org/peat-bog"),
        (["moor"], "well said, @moor_lab@social.example!"),
        (["open science"], "open-ended sciences"),
    ],
)
def test_what_is_no_word_of_it_is_not(words: list[str], text: str) -> None:
    assert not stands(words, text)


def test_a_pattern_of_hostile_words_is_taken_as_it_stands() -> None:
    assert stands(["a.b(c"], "a.b(c")
    assert not stands(["a.b(c"], "axb(c")
    assert pattern_of([]) is None
