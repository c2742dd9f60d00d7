"""Turns pydantic's errors into messages with the line of rapport.toml: pydantic knows only keys."""

import re
from pathlib import Path

from pydantic_core import ErrorDetails


def fault(path: Path, text: str, error: ErrorDetails) -> str:
    """A validation error in the form `file:line: key: what is wrong`."""
    where: tuple[str | int, ...] = error["loc"]
    key = ".".join(str(part) for part in where) or "the file"
    if error["type"] == "extra_forbidden":
        message = "is not a key Rapport knows; remove it, or check its spelling"
    elif error["type"] == "missing":
        message = "is needed here"
    elif error["type"] == "string_pattern_mismatch":
        is_id = where[-1] == "id"
        form = "lower-case letters, digits, - and _" if is_id else 'an address as "name@example.org"'
        message = f"'{error['input']}' does not fit; write {form}"
    else:
        message = error["msg"].removeprefix("Value error, ")
    return f"{path}:{_line_of(text, where)}: {key}: {message}"


_HEADER = re.compile(r"^\s*\[(\[)?\s*([A-Za-z0-9_.\-]+)\s*\]?\]")


def _line_of(text: str, where: tuple[str | int, ...]) -> int:
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
