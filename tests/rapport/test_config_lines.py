"""The line of each key and each entry, in every form that TOML has for them."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from rapport.config_lines import Lines, Place

# Each value says the line it stands in.
FORMS = '''# a = 1
first = "line 2"   # not [a.table]
"quoted key" = 'line 3'
'with.dots' = "line 4"
engine.settings."spark.x" = "line 5"
several = [        # ] is no end here
  "line 7", "]", "line 7, too",
  # "nothing"
  "line 9",
]
nested = [["line 11"], [
  "line 12"
], { inside = "line 13", deeper = { still = "line 13" } }]
text = """line 14
[no.table]
no.key = "\\"" \\\\"""
quotes = """line 17 ""\\""""""
literal = \'\'\'line 18
no_key = 'x' \'\'\'\'
day = 2026-11-20
number = -21.0
moment = 2026-11-22T22:22:22Z

  [ table . inner ]  # with blanks
  key = "line 25"
[[clients]]
id = "line 27"
  [[clients.goals]]
  words = "line 29"
  [[clients.goals]]
  words = "line 31"
  [clients.hours]
  from = "line 33"
[[clients]]
goals = [
  { words = "line 36" },
  { words = "line 37" }]
hours.from = "line 38"
hours.closed = [
2026-11-24,
2026-11-25, "line 41"]
'''


def leaves(found: Any, where: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every value with its path, as a parser reads it."""
    inner = enumerate(found) if isinstance(found, list) else found.items() if isinstance(found, dict) else ()
    yield where, found
    for key, value in inner:
        yield from leaves(value, (*where, key))


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_each_value_is_found_where_it_stands(ending: str) -> None:
    lines, found = Lines(FORMS.replace("\n", ending)), dict(leaves(tomllib.loads(FORMS)))
    said = {where: value for where, value in found.items() if isinstance(value, str) and "line" in value}
    assert len(said) == FORMS.count("line ")
    assert {where: lines.of(where) for where in said} == {
        where: int(value.split()[1].strip(",")) for where, value in said.items()
    }
    assert lines.of(("clients", 1, "hours", "closed", 1)) == 41
    assert [lines.of((name,)) for name in ("day", "number", "moment")] == [20, 21, 22]


@pytest.mark.parametrize(
    ("where", "line"),
    [
        (("clients",), 26),
        (("clients", 1), 34),
        (("clients", 0, "goals", 1), 30),
        (("clients", 0, "goals", 1, "by"), 30),
        (("clients", 1, "goals", 1, "by"), 37),
        (("clients", 0, "hours"), 32),
        (("table", "inner", "other"), 24),
        (("nowhere",), 1),
        ((), 1),
    ],
)
def test_what_is_missing_has_the_line_of_the_table_it_belongs_to(where: Place, line: int) -> None:
    assert Lines(FORMS).of(where) == line


def test_one_setting_is_found_with_quotes_and_without() -> None:
    for key in ('"spark.driver.host"', "spark.driver.host", 'spark."driver.host"'):
        text = f'[engine.settings]\n"spark.x" = 1\n{key} = "here"\n'
        assert Lines(text).of(("engine", "settings", "spark.driver.host")) == 3
