"""The catalogs: whole, up to date with the code, and nothing lost or broken on the way to another language."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from rapport.config_clients import LANGUAGES
from reporting.catalogs import ROOM, read_catalog, untranslated, updated
from reporting.language import SOURCE, catalog_path, gettext, number, speaking
from reporting.lists.columns import COLUMNS
from reporting.lists.declared import LISTS
from tests.paths import ROOT

TRANSLATED = [language for language in LANGUAGES if language != SOURCE]
PLACE = re.compile(r"%\((\w+)\)s|%%|%")
TAG = re.compile(r"<[^>]+>")
FUNCTIONS = {"_": 0, "gettext": 0, "ngettext": 0, "pgettext": 1, "npgettext": 1, "N_": 0}
HOSTILE = ["", "%(who)s", "100%", "<script>alert(1)</script>", "نور البحر", "\u202eevil", "x" * 5000, "{}"]


def of(catalog: Catalog) -> Iterator[tuple[Message, list[str], list[str]]]:
    """Each message with its forms in English and in the language of the catalog."""
    for message in catalog:
        if message.id:
            ids = message.id if isinstance(message.id, tuple | list) else [message.id]
            strings = message.string if isinstance(message.string, tuple | list) else [message.string]
            yield message, list(ids), list(strings)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalog_has_the_texts_of_today_and_every_one_is_translated(language: str) -> None:
    assert updated(language) == catalog_path(language).read_bytes(), "make catalogs"
    assert [message.id for message in untranslated(read_catalog(language))] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_values_and_the_markup_of_its_text(language: str) -> None:
    for _message, ids, strings in of(read_catalog(language)):
        for at, string in enumerate(strings):
            wanted = {place[1] for text in ids for place in PLACE.finditer(text)}
            found = {place[1] for place in PLACE.finditer(string)}
            # "the strongest tie": one form may say the number in words
            assert found == wanted or (len(ids) > 1 and at == 0 and found == wanted - {"num"}), string
            assert Counter(TAG.findall(string)) == Counter(TAG.findall(ids[min(at, len(ids) - 1)])), string
            # a translation may stand in an attribute, and in a template it is HTML
            assert not set('"<>&') & set(TAG.sub("", string)), string
            edges = {(text[:1] == " ", text[-1:] == " ") for text in ids}
            assert (string[:1] == " ", string[-1:] == " ") in edges, string


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("how_many", [0, 1, 2, 21, 1_000_000, 2**62])
@pytest.mark.parametrize("value", HOSTILE)
def test_every_sentence_takes_whatever_stands_in_it(language: str, how_many: int, value: str) -> None:
    catalog = read_catalog(TRANSLATED[0] if language == SOURCE else language)
    with speaking(language):
        for _, ids, strings in of(catalog):
            for form in ids if language == SOURCE else strings:
                names = {place[1] for place in PLACE.finditer(form) if place[1]}
                said = form % {name: number(how_many) if name == "num" else value for name in names}
                assert all((number(how_many) if name == "num" else value) in said for name in names)


@pytest.mark.parametrize("language", TRANSLATED)
def test_french_has_its_spaces_and_no_language_a_typewriters_quotes(language: str) -> None:
    for _, _, strings in of(read_catalog(language)):
        for string in strings:
            plain = PLACE.sub("", TAG.sub("", string))
            assert "'" not in plain and '"' not in plain, string
            if language == "fr":
                assert not re.search(
                    r"(?<![\u00a0\u202f])[;!?»]|(?<!\u00a0):|«(?!\u00a0)", plain
                ) or plain in ("? question",), string


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_column_is_called_in_a_meaning_what_it_is_called_in_the_list(language: str) -> None:
    labels = {column.label for column in COLUMNS.values()} | {listed.title for listed in LISTS}
    called = 0
    with speaking(language):
        for _message, ids, strings in of(read_catalog(language)):
            for label in labels & {found for text in ids for found in re.findall("“([^”]+)”", text)}:
                called += 1
                assert re.search(rf"[„«]\u00a0?{re.escape(gettext(label))}[“\u00a0]", strings[0]), strings[0]
    assert called > 40


# A number beside a noun that always is of many: what says so.
OF_MANY = {
    "within %(days)s days": "a day has words of its own (words.within)",
    "%(shown)s of %(all)s people": "filled in by the page's script, which has no plurals",
    "%(factor)s times": "once is no unusual silence",
    "A week belongs to the quarter": "12 to 14",
    "at least %(conversations)s, in %(weeks)s different weeks": "of one week it could not be",
    "A reader replied to, quoted or reposted posts of ours in at least": "of one week it could not be",
}


def test_a_number_beside_what_it_counts_has_a_plural() -> None:
    """The nouns are those that other texts have in both numbers."""
    catalog = read_catalog(TRANSLATED[0])
    nouns = set()
    for _, ids, _strings in of(catalog):
        for one, many in [ids] if len(ids) > 1 else []:
            nouns |= {word for word in re.findall(r"[a-z]+", many) if word not in re.findall(r"[a-z]+", one)}
    assert {"weeks", "posts", "people", "conversations", "days"} <= nouns
    nouns = {word for word in nouns if word == "people" or word[-1] == "s"} - {"s", "others"}
    beside = re.compile(rf"%\(\w+\)s (?:[a-z]+ )?(?:{'|'.join(sorted(nouns))})\b")
    singular = [
        f"{message.context or ''} {ids[0]}".strip()
        for message, ids, _strings in of(catalog)
        if len(ids) == 1
        and beside.search(ids[0])
        # what a column means comes with its numbers from the build, in one form: none of them is one
        and not any(path.startswith("dbt_project/") for path, _ in message.locations)
    ]
    assert [text for text in singular if not text.startswith(tuple(OF_MANY))] == []
    assert [text for text in OF_MANY if not any(one.startswith(text) for one in singular)] == []


# Of two numbers in a text with several forms, what the other one is, that stands beside a noun as well.
NEVER_ONE = {
    "Of the last %(weeks)s weeks there": "four",
    "In the last %(weeks)s weeks that are over": "four",
    "the %(weeks)s weeks before averaged": "two are the fewest after which something is usual",
    "a week, mean of the last %(weeks)s": "two at least",
    "tie of %(all)s": "more than are shown",
}
# By which number the form goes, as it is called in a text.
COUNTS = {"num", "count", "average"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_two_numbers_the_one_beside_a_noun_gives_the_form(language: str) -> None:
    """Else one of them is wrong with its noun: "1 posts in 3 weeks"."""
    messages = [
        (ids[0], ids if language == SOURCE else strings)
        for _, ids, strings in of(read_catalog(TRANSLATED[0] if language == SOURCE else language))
        if len(ids) > 1
    ]
    beside = r"%\((\w+)\)s[ \u00a0]((?:[^\W\d_]+[ \u00a0])?[^\W\d_]+)"
    nouns = {
        found[2].split()[-1]
        for _, forms in messages
        for found in re.finditer(beside, forms[-1])
        if found[1] == "num" and found[2].split()[-1] not in re.findall(r"\w+", forms[0])
    }
    nouns = {
        noun
        for noun in nouns
        if (noun[0].isupper() if language == "de" else noun[-1] == "s" or noun == "people")
    }
    assert len(nouns) > 15
    wrong = [
        (text, form)
        for text, forms in messages
        for form in forms
        for found in re.finditer(beside, form)
        if found[1] not in COUNTS
        and nouns & {*found[2].split()}
        and not any(one in text for one in NEVER_ONE)
    ]
    assert wrong == []


# Words that are the same in both languages.
SAME = {
    "de": {"Person", "Reposts", "CSV", "Stakeholder", "Text", "Likes", "Status"},
    "fr": {
        "conversations", "Conversations", "Sections", "mention", "collaboration", "conversation", "? question",
        "Question", "Note", "Notes", "Pages", "organisation", "bot",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_english_is_left(language: str) -> None:
    """A translation that reads like its text was forgotten; so was one with words that only English has."""
    english = re.compile(
        r"\b(the|and|with|who|whom|posts?|repl(?:y|ies)|weeks?(?!-ends?\b)|people|answered|from|our)\b"
    )
    for message, ids, strings in of(read_catalog(language)):
        for string in strings:
            words = PLACE.sub("", TAG.sub("", string)).strip(" .,:;()–·→\u00a0\u202f")
            if message.context == "date pattern" or not re.search(r"[A-Za-z]{2}", words):
                continue
            assert not english.search(words), string
            assert string not in ids or words in SAME[language], string


# For these things the catalogs have another word: each thing has one.
ANOTHER_WORD = {
    "de": r"\bIds?\b|Ansichten|Gefällt-mir|\bFaden\b|Grundlage der Einwilligung|Kundschaft",
    "fr": r"\bids?\b|[ÉEée]tape|fins? de semaine|mots?-dièse|base de consentement|selon le compte\b",
}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_thing_has_one_word(language: str) -> None:
    for _, _, strings in of(read_catalog(language)):
        for string in strings:
            assert not re.search(ANOTHER_WORD[language], PLACE.sub("", string)), string


def python_files() -> list[Path]:
    return sorted(path for path in ROOM.rglob("*.py") if path.parent != ROOM / "language")


def test_every_text_can_be_found_by_who_looks_for_it() -> None:
    """A text that is put together, or stands in an f-string, comes into no catalog."""
    for path in python_files():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        within = {
            id(inner)
            for node in ast.walk(tree)
            if isinstance(node, ast.JoinedStr)
            for inner in ast.walk(node)
        }
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if (at := FUNCTIONS.get(node.func.id)) is None:
                continue
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            text = node.args[at]
            assert id(node) not in within or not isinstance(text, ast.Constant), f"{where}: in an f-string"
            assert not isinstance(text, ast.JoinedStr | ast.BinOp), f"{where}: put together"


def test_a_form_without_its_number_and_a_text_in_an_f_string_are_found(tmp_path: Path) -> None:
    assert PLACE.findall("%(a)s 100%% %(b)s") == ["a", "", "b"]
    tree = ast.parse('f"{_(1)} {_(x)}"')
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert len(calls) == 2
