"""Turns the errors of the parsers into our own words, with the line of rapport.toml: pydantic knows only keys."""

import re
from pathlib import Path

from pydantic_core import ErrorDetails

# The path of a key: names of tables and keys, and which of several it is.
Place = tuple[str | int, ...]


class FaultAt(ValueError):
    """A fault between several keys. `where`: the key to look at, from the table in which it is found."""

    def __init__(self, message: str, where: Place) -> None:
        super().__init__(message)
        self.where = where


# What to write where a value does not fit, by the beginning of pydantic's name for the fault; {} is filled from what
# pydantic says of it. What is not here is said by what it is about (`_said`).
_WRITE = {
    "extra_forbidden": "is not a key Rapport knows; remove it, or check its spelling",
    "missing": "is needed here",
    "bool_": "write true or false, without quotes",
    "int_": "write a whole number, without quotes",
    "float_": "write a number, without quotes",
    "finite_number": "write a number; nan and inf are none",
    "date_": "write a day as 2026-11-23",
    "string_type": "write text, in quotes",
    "string_too_short": "write at least {min_length} characters",
    "string_too_long": "write at most {max_length} characters",
    "too_short": "write at least {min_length} into the list",
    "greater_than_equal": "is too little; write {ge} or more",
    "less_than_equal": "is too much; write {le} or less",
}


def fault(path: Path, text: str, error: ErrorDetails) -> str:
    """A validation error in the form `file:line: key: what is wrong`."""
    found = error.get("ctx", {}).get("error")
    where = found.where if isinstance(found, FaultAt) else ()
    return f"{place(path, text, (*error['loc'], *where))}: {_said(error)}"


def place(path: Path, text: str, where: Place) -> str:
    """A key of the file in the form `file:line: key`."""
    key = ".".join(str(part) for part in where) or "the file"
    return f"{path}:{_line_of(text, where)}: {key}"


def fault_of_toml(path: Path, text: str, problem: ValueError) -> str:
    """That a file is no TOML, with the line; of one that ends too early the last."""
    found = re.search(r"at line (\d+)", str(problem))
    line = int(found[1]) if found else text.rstrip().count("\n") + 1
    if re.search(r"twice|overwrite|redefine|mutate|duplicate", str(problem), re.IGNORECASE):
        return f"{path}:{line}: this key or table stands here for the second time; keep one of them"
    form = "write key = value, text in quotes, lists and heads of tables in [brackets]"
    return f"{path}:{line}: this can't be read; {form}"


def _said(error: ErrorDetails) -> str:
    """What is wrong, and what to write; in our own words."""
    kind, where, given = error["type"], error["loc"], error["input"]
    if kind == "value_error":
        return error["msg"].removeprefix("Value error, ")
    if kind == "string_pattern_mismatch":
        is_id = where[-1] == "id"
        form = "lower-case letters, digits, - and _" if is_id else 'an address as "name@example.org"'
        return f"'{given}' does not fit; write {form}"
    if kind == "literal_error":
        return f"write {error['ctx']['expected']}".replace("'", '"')
    # a head names the table, and of several each has two brackets
    head = ".".join(part for part in where if isinstance(part, str))
    if kind == "list_type":
        as_tables = f"; several tables begin with [[{head}]] each" if isinstance(given, dict) else ""
        return f"write a list, in [brackets]{as_tables}"
    if kind in ("dict_type", "model_type"):
        is_of_several = isinstance(where[-1], int)
        return f"write a table: its keys and values below {f'[[{head}]]' if is_of_several else f'[{head}]'}"
    for start, words in _WRITE.items():
        if kind.startswith(start):
            return words.format(**error.get("ctx", {}))
    return "does not fit; `rapport init --print` shows what goes here"


_HEADER = re.compile(r"^\s*\[(\[)?\s*([A-Za-z0-9_.\-]+)\s*\]?\]")


def _line_of(text: str, where: Place) -> int:
    """The line of a key, or of the deepest part of its path that is there (TOML parsers do not keep lines).

    It follows table headers, counts array tables, and finds a key in a table by its assignment.
    """
    best, depth = 1, 0
    table: list[str | int] = []
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            table = []
            names = header[2].split(".")
            for position, name in enumerate(names):
                dotted = ".".join(str(part) for part in [*table, name])
                table.append(name)
                last = position == len(names) - 1
                if header[1] and last:
                    counts[dotted] = counts.get(dotted, -1) + 1
                if dotted in counts:
                    table.append(counts[dotted])
            here = table
        elif assignment := re.match(r"^\s*([A-Za-z0-9_\-]+|\"[^\"]+\")\s*=", line):
            here = [*table, assignment[1].strip('"')]
        else:
            continue
        if len(here) > depth and tuple(here) == where[: len(here)]:
            best, depth = number, len(here)
    return best
