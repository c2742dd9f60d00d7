"""Words of closed vocabularies stand in a list as its readers say them, never as the published file has them."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import yaml

from extractors.files.hand_kept import CONSENT_BASES
from extractors.files.outcomes import KINDS
from extractors.state import gaps
from extractors.x.reach import SEVEN_DAYS
from quality.suites import CHECKS
from rapport.config import Settings, load_settings
from rapport.config_clients import LANGUAGES
from rapport.networks import NETWORKS
from rapport.project import PROJECT_DIR
from reporting.catalogs import read_catalog
from reporting.language import SOURCE, _, speaking
from reporting.lists.cells import headings
from reporting.lists.columns import COLUMNS, Kind
from reporting.lists.declared import LISTS
from reporting.lists.listed import List
from reporting.lists.vocabulary import WORDS
from reporting.lists.writing import write
from reporting.page import environment
from reporting.words import STAGES
from tests import contracts
from tests.reporting.conftest import RAPPORT_TOML
from tests.reporting.published import AS_OF, WEEK, Published

# Texts of nobody's closed vocabulary: written by people, or set in rapport.toml; and codes of languages.
FREE = {
    "text", "root_text", "last_text", "stakeholder_topic", "stakeholder_why", "words", "note", "noted_by", "tag",
    "owner_name", "topic", "post_topic", "lang",
}  # fmt: skip
# Vocabularies that no SQL spells out.
KEPT_BY_HAND = {("rpt_outcomes", "kind"): set(KINDS)} | {
    (table, "consent_basis"): set(CONSENT_BASES) for table in ("rpt_outcomes", "rpt_notes")
}
BEYOND = "beyond the newest 3,200 that X shows"
REASONS = [gaps.BUDGET, gaps.TOO_MANY, f"older than {SEVEN_DAYS}", BEYOND]
_CASE = re.compile(r"\b(case|end)\b")


def _made(sql: str) -> str:
    """What stands before `as column`: the whole case it ends, or its last line."""
    depth = 0
    if sql.endswith("end"):
        for found in reversed(list(_CASE.finditer(sql))):
            depth += 1 if found[1] == "end" else -1
            if depth == 0:
                return sql[found.start() :]
    return f"else {sql.splitlines()[-1].strip()}"


@cache
def spelled_out() -> dict[str, set[str]]:
    """Column -> the words that any model writes into it, or that tests of models allow there."""
    found: dict[str, set[str]] = {}
    for path in (PROJECT_DIR / "models").rglob("*.sql"):
        sql = path.read_text(encoding="utf-8")
        for named in re.finditer(r"\bas (\w+)\b", sql):
            made = _made(sql[: named.start()].rstrip())
            said = re.findall(r"(?:then|else)\s+'([^']+)'", made) + re.findall(
                r"coalesce\(.*, '([^']+)'\)", made
            )
            found.setdefault(named[1], set()).update(said)
    for path in (PROJECT_DIR / "models").rglob("*.yml"):
        text = path.read_text(encoding="utf-8")
        for allowed in re.findall(r"accepted_values: \{arguments: (\{.*\})\}", text):
            arguments = yaml.safe_load(allowed)
            if "column_name" in arguments:
                found.setdefault(arguments["column_name"], set()).update(arguments["values"])
        for model in yaml.safe_load(text).get("models") or []:
            for column in model.get("columns", []):
                for test in column.get("data_tests", []):
                    if isinstance(test, dict) and "accepted_values" in test:
                        values = test["accepted_values"]["arguments"]["values"]
                        found.setdefault(column["name"], set()).update(values)
    return found


@cache
def allowed_by_gate() -> dict[tuple[str, str], set[str]]:
    """(table, column) -> the words that the gate lets pass."""
    return {
        (check.table_name, rule.column): {str(value) for value in rule.value_set}
        for check in CHECKS
        for rule in check.suite().expectations
        if getattr(rule, "value_set", None) and isinstance(rule.value_set[0], str)
    }


# Models write these into columns of these names, too, that no list has.
OTHERS = {"kind": {"like"}, "movement": {"joined", "stayed", "left"}}
# Columns that bear the words of another.
SAME = {"stage_after": "stage", "via_stage": "stage"}


def values(listed: List, name: str) -> list[str]:
    """All that may stand in a column of words of the list."""
    column = COLUMNS[name].shows(name)
    at = (listed.table, column)
    known = KEPT_BY_HAND.get(at) or spelled_out()[SAME.get(column, column)] - OTHERS.get(column, set())
    return sorted(known | allowed_by_gate().get(at, set()))


OF_WORDS = [(one, name) for one in LISTS for name in one.columns if COLUMNS[name].kind is Kind.WORD]


@pytest.mark.parametrize(("listed", "name"), OF_WORDS, ids=lambda at: getattr(at, "name", at))
def test_every_word_that_may_stand_in_a_column_can_be_said(listed: List, name: str) -> None:
    possible = values(listed, name)
    assert len(possible) > 1, "its vocabulary is not found"
    assert set(possible) - WORDS.keys() - {*STAGES, "stranger"} == set()


def test_a_column_of_texts_has_no_vocabulary() -> None:
    assert {name for name, column in COLUMNS.items() if column.kind is Kind.TEXT} == FREE
    of_words = {
        (model["name"], column["name"])
        for path in (PROJECT_DIR / "models" / "reports").glob("*.yml")
        for model in yaml.safe_load(path.read_bytes()).get("models", [])
        for column in model["columns"]
        if column.get("config", {}).get("meta", {}).get("unit") == "word"
    }
    said = {(one.table, COLUMNS[name].shows(name)) for one in LISTS for name in one.columns if name in FREE}
    assert {column for _, column in of_words & said} == {"tag", "lang"}  # a client's own, and a code


def _rows(listed: List) -> Iterator[dict[str, Any]]:
    """Rows in which each word of each vocabulary of the list stands at least once."""
    said = {COLUMNS[name].shows(name): values(one, name) for one, name in OF_WORDS if one is listed}
    streams = [(network.name, stream.name) for network in NETWORKS.values() for stream in network.streams]
    for number in range(max([len(streams), *map(len, said.values())])):
        row: dict[str, Any] = {name: words[number % len(words)] for name, words in said.items()}
        row |= {"network": streams[number % len(streams)][0], "stream": streams[number % len(streams)][1]}
        yield row | {"gap_reasons": "; ".join([REASONS[number % len(REASONS)], REASONS[-1 - number % 3]])}


def _fill(world: Published) -> None:
    world.publication()
    kinds = {"date": WEEK, "timestamp with time zone": AS_OF, "timestamptz": AS_OF, "boolean": True}
    tables = contracts.tables()
    for table, listed in {one.table: one for one in LISTS}.items():
        columns = tables.get(f"reports.{table}", {})
        for number, said in enumerate(_rows(listed)):
            if columns:
                row = {name: kinds.get(kind) for name, kind in columns.items()}
                row |= {name: f"{number}" for name in columns if name.endswith("_id")}
                row |= {name: value for name, value in said.items() if name in columns}
                world.add(f"reports.{table}", **(row | {"client_id": "harbour"}))
    world.con.close()


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != SOURCE])
def test_no_list_of_a_client_has_a_word_of_the_published_file(
    language: str, settings: Settings, publish: Callable[[], Published]
) -> None:
    _fill(publish())
    path = settings.home / "rapport.toml"
    path.write_text(RAPPORT_TOML.rstrip() + f'\nlanguage = "{language}"\n', encoding="utf-8")
    spoken = load_settings(home=settings.home, config_path=path)
    write(spoken, "harbour", environment())
    found: dict[str, set[str]] = {}
    with speaking(language):
        strings = [message.string for message in read_catalog(language) if message.id]
        translated = {text for said in strings for text in ([said] if isinstance(said, str) else said)}
        translated |= {_("beyond the newest %(count)s that %(network)s shows", count=3200, network="X"), ""}
        for listed in LISTS:
            text = (spoken.reports_dir / "harbour" / "lists" / f"{listed.name}.csv").read_text("utf-8-sig")
            first, *rows = csv.reader(io.StringIO(text), delimiter=";")
            said = dict(zip(listed.columns, headings(listed), strict=True))
            for name in listed.columns:
                if COLUMNS[name].kind in (Kind.WORD, Kind.STREAM, Kind.REASONS) and said[name] in first:
                    at = first.index(said[name])
                    found[f"{listed.name}.{name}"] = {part for row in rows for part in row[at].split("; ")}
    assert {at: left for at, parts in found.items() if (left := parts - translated)} == {}
    # nothing is well that was not there: each word of a vocabulary stood in its list
    assert len(found["coverage.stream"]) == len({s.label for n in NETWORKS.values() for s in n.streams})
    assert len(found["coverage.gap_reasons"]) == len(REASONS)
    assert all(
        len(found[f"{listed.name}.{name}"]) == len({*values(listed, name)}) for listed, name in OF_WORDS
    )
