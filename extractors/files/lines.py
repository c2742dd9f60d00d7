"""The JSON values of a file: one a line, or one document over many lines whose items are taken one by one.

A line that is cut, or an item of a list that is broken, is given with the reason; what follows is still read.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractors.files import shapes

# `window.YTD.tweets.part0 = [`: a file of an account archive assigns its list to a variable.
_ASSIGNMENT = re.compile(r"^\s*window\.YTD\.[A-Za-z0-9_.]+\s*=\s*")
_SPACE = re.compile(r"[\s,]*")
_NEXT_ITEM = re.compile(r"\{")
_LONGEST_LIST_LINE = 64 * 1024 * 1024
# Where a broken list is taken up again: an object of one of these kinds, and no mere part of one.
_ITEM_KINDS = {shapes.FLAT_POST, shapes.V1_POST, shapes.PAGE_OF_POSTS, shapes.PAGE_OF_USERS}


@dataclass
class Line:
    """A value that was read: what it is, or why it is none. `raw` holds its bytes as they stand in the file."""

    number: int
    raw: bytes
    value: Any
    kind: str
    reason: str = ""


def lines(path: Path) -> Iterator[Line]:
    """The values of a plain file, blank lines left out."""
    if _is_list(path):
        yield from _list_items(path)
        return
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            raw = raw.removeprefix(b"\xef\xbb\xbf").strip()
            if not raw:
                continue
            line = _parsed(number, raw)
            if number == 1 and line.reason:
                whole = _whole_document(path)
                if whole is not None:
                    yield from _items(whole)
                    return
            yield from _items(line)


def assigned_list(path: Path) -> list[dict[str, Any]]:
    """The whole items of a small archive file such as account.js."""
    return [line.value for line in _list_items(path) if isinstance(line.value, dict)]


def _is_list(path: Path) -> bool:
    """Whether the file is an assignment, or one list that does not end on its first line."""
    with path.open("rb") as file:
        first = file.readline(_LONGEST_LIST_LINE).removeprefix(b"\xef\xbb\xbf").strip()
    if _ASSIGNMENT.match(first[:200].decode("utf-8", "replace")):
        return True
    return first.startswith(b"[") and bool(_parsed(1, first).reason)


def _list_items(path: Path) -> Iterator[Line]:
    text = path.read_bytes().decode("utf-8", "replace").removeprefix("\ufeff")
    prefix = _ASSIGNMENT.match(text)
    at = prefix.end() if prefix else 0
    at = text.find("[", at) + 1
    number, counted, reason = 1, 0, ""
    # tweepy's Response is a tuple, dumped as [data, includes, errors, meta]
    response = _as_response(text[at - 1 :]) if not prefix else None
    if response is not None:
        yield Line(1, json.dumps(response).encode(), response, shapes.kind_of(response))
        return
    while True:
        match = _SPACE.match(text, at)
        at = match.end() if match else at
        number += text.count("\n", counted, at)
        counted = at
        if at >= len(text):
            if reason:  # the item that was cut has said so
                return
            yield Line(number, b"", None, shapes.UNKNOWN, "the list is cut short: it has no end")
            return
        if text[at] == "]":
            return
        start = at
        value, at, reason = _decoded(text, start)
        raw = text[start:at].strip().encode()
        if reason:
            yield Line(number, raw, None, shapes.UNKNOWN, reason)
        else:
            yield from _items(Line(number, raw, value, shapes.kind_of(value)))


def _decoded(text: str, start: int) -> tuple[Any, int, str]:
    """(value, where it ends, "") or (None, where the next item that can be used begins, why)."""
    try:
        value, end = _DECODER.raw_decode(text, start)
        return value, end, ""
    except (ValueError, RecursionError) as problem:
        reason = f"it is not whole JSON: {problem}"
    at = start
    while match := _NEXT_ITEM.search(text, at + 1):
        at = match.start()
        try:
            value, _ = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            continue
        if shapes.kind_of(value) in _ITEM_KINDS:
            return None, at, reason
    return None, len(text), reason


def _as_response(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return shapes.response_of(value)


def _whole_document(path: Path) -> Line | None:
    raw = path.read_bytes()
    try:
        value = json.loads(raw.removeprefix(b"\xef\xbb\xbf"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return Line(1, json.dumps(value).encode(), value, shapes.kind_of(value))


def _items(line: Line) -> Iterator[Line]:
    """A JSON list stands for its items, all under its line's number; others for themselves."""
    if line.reason or not isinstance(line.value, list):
        yield line
        return
    response = shapes.response_of(line.value)
    values = [response] if response is not None else line.value
    kinds = [shapes.kind_of(value) for value in values]
    if all(kind == shapes.UNKNOWN for kind in kinds):
        yield line
        return
    for item, kind in zip(values, kinds, strict=True):
        yield Line(line.number, json.dumps(item).encode(), item, kind)


def _parsed(number: int, raw: bytes) -> Line:
    try:
        value = json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as problem:
        return Line(number, raw, None, shapes.UNKNOWN, f"it is not whole JSON: {problem}")
    return Line(number, raw, value, shapes.kind_of(value))


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
