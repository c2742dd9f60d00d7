"""Whatever is said of a definition takes its number from there: none stands in reporting/, nor in a description."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import reporting
from rapport.definitions import definitions
from rapport.project import PROJECT_DIR
from reporting.definitions import Definitions
from reporting.published import ReportError
from reporting.words import span_of_weeks, times, within

ROOT = Path(reporting.__file__).parent

_NUMBER = r"\d[\d.,]*|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|fifty"
_UNITS = "|".join(
    sorted({word.rstrip("s") for entry in definitions().values() for word in entry["unit"].split()[-1:]})
)
# A number beside what definitions count ("3 different weeks", "the last 8"), a limit ("within a day"), and words that
# are numbers ("twice as long", "half a year").
_SAID = re.compile(
    rf"\b(?:(?:{_NUMBER}) (?:(?:real|different|complete|whole|other) ){{0,2}}(?:{_UNITS}|month|year|person|percent)s?"
    rf"|(?:last|within|than|about|least|most) (?!1\b)(?:{_NUMBER})"
    r"|within an? (?:hour|day|week|month)|twice|half (?:an? )?year|a quarter)\b",
    re.IGNORECASE,
)
# Numbers that are no definitions: (file, what it says) -> why it may.
ALLOWED = {
    ("words.py", "twice"): "how a number is said, whichever it is",
    ("words.py", "a quarter"): "how a number is said, whichever it is",
    ("words.py", "half a year"): "how a number is said, whichever it is",
    ("glossary.md", "two exchanges"): "counts those of the example",
    ("glossary.md", "two people"): "any two",
    (
        "glossary.md",
        "within a day",
    ): "the word for columns named answered_within_day_...; what it means follows",
    ("intermediate/interactions/int_interactions__exchanges.yml", "two people"): "any two",
    ("intermediate/interactions/int_interactions__messages.yml", "two people"): "any two",
    ("marts/conversations.yml", "two people"): "any two",
    ("quality/load_profile.yml", "twice"): "how X bills",
    (
        "sections/checks/words.py",
        "28 days",
    ): "a check's own reason, to be translated as it is; a test compares them",
    ("streams.py", "7 days"): "how far X's recent search reaches",
    ("templates/quarter.html.j2", "a quarter"): "the time that the page is about",
    ("ties/ties.html.j2", "two people"): "any two",
    ("sections/week/template.html.j2", "two people"): "any two",
    ("sections/conversations/words.py", "two people"): "any two",
    ("templates/quarter.html.j2", "two people"): "any two",
    ("overview/overview.html.j2", "two people"): "any two",
    ("lists/declared.py", "twice"): "how often a conversation with two stands there",
    ("reports/rpt_coverage.yml", "twice"): "how X bills",
}


def _python(path: Path) -> Iterator[str]:
    """The texts of a module that may reach a page: no docstrings, no comments."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and isinstance(node.body[0], ast.Expr)
    }
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings | inside
        ):
            yield node.value


def _template(path: Path) -> Iterator[str]:
    """The text of a template, and the words within its expressions."""
    source = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for expression in re.findall(r"{[{%].*?[}%]}", source):
        yield from re.findall(r'"([^"]*)"', expression)
    yield re.sub(r"<[^>]*>", " ", re.sub(r"{%.*?%}", "", re.sub(r"{{.*?}}", "{}", source)))


def _values(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        for key, value in document.items():
            yield from () if key.endswith("uuid") else _values(value)
    elif isinstance(document, list):
        for value in document:
            yield from _values(value)
    elif isinstance(document, str):
        yield document


def _texts() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOT.rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py":
            yield from ((name, text) for text in _python(path))
        elif path.suffix == ".j2":
            yield from ((name, text) for text in _template(path))
        elif path.suffix == ".yaml":
            document = yaml.safe_load(path.read_text(encoding="utf-8"))
            yield from ((name, text) for text in _values(document))
    models = PROJECT_DIR / "models"
    for path in sorted(models.rglob("*.md")):
        yield path.relative_to(models).as_posix(), path.read_text(encoding="utf-8")
    for path in sorted(models.rglob("*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            for described in (model, *model.get("columns", [])):
                for text in (described["description"], *described.get("config", {}).get("meta", {}).values()):
                    yield path.relative_to(models).as_posix(), str(text)


def test_no_number_of_a_definition_stands_in_a_text() -> None:
    found = [
        (name, " ".join(said[0].split()))
        for name, text in _texts()
        for said in _SAID.finditer(" ".join(text.split()))
    ]
    assert not set(found) - ALLOWED.keys()
    assert not ALLOWED.keys() - set(found), "not said any more"


def test_the_scan_finds_what_it_looks_for() -> None:
    """The sentences that were written by hand before definitions were published."""
    before = (
        "at least 3 real conversations",
        "in 3 different weeks",
        "of the last 26",
        "no exchange for 13 weeks",
        "got an answer within a day",
        "whose 24 hours are over",
        "more than twice as long",
        "People in half a year",
        "more than about 150 people",
        "at least two exchanges between us",
        "at least three real conversations",
        "the pace of the last 8 weeks",
    )
    assert not [sentence for sentence in before if not _SAID.search(sentence)]


def test_a_file_that_does_not_say_what_a_definition_is_is_refused() -> None:
    with pytest.raises(ReportError, match="does not say what dormant_weeks is"):
        Definitions()["dormant_weeks"]


def test_limits_and_stretches_in_words() -> None:
    assert [within(hours) for hours in (24, 48, 36, 4.5)] == ["a day", "2 days", "36 hours", "4.5 hours"]
    assert [times(factor) for factor in (2, 1.5, 3)] == ["twice", "1.5 times", "3 times"]
    assert [span_of_weeks(weeks) for weeks in (13, 26, 52, 20)] == [
        "a quarter",
        "half a year",
        "a year",
        "20 weeks",
    ]
