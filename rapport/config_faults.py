"""Turns the errors of the parsers into our own words, with the line of rapport.toml: pydantic knows only keys."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from rapport.config_lines import Lines, Place
from rapport.config_spelling import perhaps


class FaultAt(ValueError):
    """A fault between several keys. `where`: the key to look at, from the table in which it is found."""

    def __init__(self, message: str, where: Place) -> None:
        super().__init__(message)
        self.where = where


_A_DAY = "write a day as 2026-11-23"
# What to write where a value does not fit, by the beginning of pydantic's name for the fault; {} is filled from what
# pydantic says of it. What is not here is said by what it is about (`_said`).
_WRITE = {
    "missing": "is needed here",
    "bool_": "write true or false, without quotes",
    "int_": "write a whole number, without quotes",
    "float_": "write a number, without quotes",
    "finite_number": "write a number; nan and inf are none",
    "date_": _A_DAY,
    "string_type": "write text, in quotes",
    "string_too_short": "write at least {min_length} characters",
    "string_too_long": "write at most {max_length} characters",
    "too_short": "write at least {min_length} into the list",
    "greater_than_equal": "is too little; write {ge} or more",
    "less_than_equal": "is too much; write {le} or less",
}


def faults(
    path: Path, text: str, errors: Sequence[ErrorDetails], root: type[BaseModel] | None = None
) -> list[str]:
    """Validation errors in the form `file:line: key: what is wrong`, in the order of their lines. `root`: the whole of
    the file, by which is said which key is perhaps meant."""
    lines = Lines(text)
    found = [(_where(error), _said(error, root)) for error in errors]
    found.sort(key=lambda one: lines.of(one[0]))
    return [f"{place(path, lines, where)}: {said}" for where, said in found]


def place(path: Path, lines: Lines, where: Place) -> str:
    """A key of the file in the form `file:line: key`."""
    key = ".".join(str(part) for part in where) or "the file"
    return f"{path}:{lines.of(where)}: {key}"


def fault_of_toml(path: Path, text: str, problem: ValueError) -> str:
    """That a file is no TOML, with the line; of one that ends too early the last."""
    found = re.search(r"at line (\d+), column (\d+)", str(problem))
    line = int(found[1]) if found else text.rstrip().count("\n") + 1
    if re.search(r"twice|overwrite|redefine|mutate|duplicate", str(problem), re.IGNORECASE):
        if unlike := _unlike(text.split("\n"), line):
            return f"{path}:{unlike}"
        return f"{path}:{line}: this key or table stands here for the second time; keep one of them"
    if found and (said := _no_day_at(text.split("\n")[line - 1], int(found[2]) - 1)):
        return f"{path}:{line}: {said}"
    form = "write key = value, text in quotes, lists and heads of tables in [brackets]"
    return f"{path}:{line}: this can't be read; {form}"


def _tables_alone(head: str, given: object) -> str:
    """The head of the first table in what should be several, where nothing but tables is in it; else ''."""
    if not isinstance(given, dict) or not given:
        return ""
    heads = [
        f"[{head}.{name}]" if isinstance(value, dict) else f"[[{head}.{name}]]"
        for name, value in given.items()
        if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict))
    ]
    return heads[0] if len(heads) == len(given) else ""


# The head of a table: its brackets, and its name.
_HEAD = re.compile(r"\s*(\[{1,2})\s*([^\[\]#]+?)\s*\]{1,2}")


def _unlike(lines: list[str], number: int) -> str:
    """Where the head of a table in that line does not fit one before it: the line to look at, and what is wrong."""
    heads = {at: found for at, line in enumerate(lines, start=1) if (found := _HEAD.match(line))}
    here = heads.get(number)
    if here is None:
        return ""
    for at, before in heads.items():
        of_before, of_here = before[0].strip(), here[0].strip()
        if here[1] == "[[" and before[2].startswith(f"{here[2]}."):
            return (
                f"{at}: {of_before} stands before the first {of_here}; write it below the one it belongs to"
            )
        if before[2] == here[2]:
            both = f"this is {of_here}, and line {at} has {of_before}"
            return f"{number}: {both}; write both alike, or keep one of them" if before[1] != here[1] else ""
    return ""


def _where(error: ErrorDetails) -> Place:
    found = error.get("ctx", {}).get("error")
    return (*error["loc"], *(found.where if isinstance(found, FaultAt) else ()))


# As people write days; no number of a version, and no address of a machine.
_DAY = re.compile(r"\b(\d{4}([-./])\d\d?\2\d\d?|\d\d?([-./])\d\d?\3\d{4})\b")


def _no_day_at(line: str, column: int) -> str:
    """What is wrong with the day at which a parser has stopped; '' if none stands there, or a right one."""
    days = (day[0] for day in _DAY.finditer(line) if day.start() <= column <= day.end())
    return next(filter(None, map(_no_day, days)), "")


def _no_day(given: object) -> str:
    """What is wrong with what is to be a day; '' if nothing is."""
    if not isinstance(given, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", given, re.ASCII):
        return _A_DAY
    try:
        date.fromisoformat(given)
    except ValueError:
        return f"there is no such day as {given}; {_A_DAY}"
    return ""


def _said(error: ErrorDetails, root: type[BaseModel] | None) -> str:
    """What is wrong, and what to write; in our own words."""
    kind, where, given = error["type"], error["loc"], error["input"]
    if kind == "value_error":
        return error["msg"].removeprefix("Value error, ")
    if kind == "string_pattern_mismatch":
        is_id = where[-1] == "id"
        form = "lower-case letters, digits, - and _" if is_id else 'an address as "name@example.org"'
        return f"'{given}' does not fit; write {form}"
    if kind == "extra_forbidden":
        meant = perhaps(root, where, given)
        return f"is not a key Rapport knows; {meant or 'remove it, or check its spelling'}"
    if kind in ("string_too_short", "too_short") and error["ctx"]["min_length"] == 1:
        return "is empty; write something" if kind == "string_too_short" else "is empty; write at least one"
    if kind == "literal_error":
        return f"write {error['ctx']['expected']}".replace("'", '"')
    # a head names the table, and of several each has two brackets
    head = ".".join(part for part in where if isinstance(part, str))
    if kind == "list_type":
        if inner := _tables_alone(head, given):
            return f"{inner} stands here without a [[{head}]] above it; begin with that one"
        as_tables = f"; several tables begin with [[{head}]] each" if isinstance(given, dict) else ""
        return f"write a list, in [brackets]{as_tables}"
    if kind in ("dict_type", "model_type"):
        is_of_several = isinstance(where[-1], int)
        return f"write a table: its keys and values below {f'[[{head}]]' if is_of_several else f'[{head}]'}"
    if kind.startswith("date_") and (no_day := _no_day(given)):
        return no_day
    for start, words in _WRITE.items():
        if kind.startswith(start):
            return words.format(**error.get("ctx", {}))
    return "does not fit; `rapport init --print` shows what goes here"
