"""The JSON values of a file: one a line or over many lines, in lists or not, one after another.

A value that is cut or broken is given with the reason; what follows is still read.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractors import damaged_text
from extractors.files import shapes
from extractors.files.json_text import Text

# Between values, and between the items of a list: a byte order mark is where two files were joined.
_BETWEEN = re.compile(r"[\s,;\ufeff]*")
# `window.YTD.tweets.part0 = `, `module.exports = `: a file of an account archive assigns its list to a variable.
_NAME = r"[A-Za-z_$][A-Za-z0-9_$]{0,60}"
_LONGEST_ASSIGNMENT = 400
_ASSIGNMENT = re.compile(
    rf"(?:(?:var|let|const)\s{{1,9}})?{_NAME}(?:\.{_NAME}){{0,4}}\s{{0,9}}=\s{{0,99}}(?=[\[{{])"
)
_LINE_END = re.compile(r"\n")
_BRACE = re.compile(r"\{")
_LONGEST_INDENT = 200
# Where a broken list is taken up again: an object of one of these kinds, and no mere part of one.
_ITEM_KINDS = {shapes.FLAT_POST, shapes.V1_POST, shapes.PAGE_OF_POSTS, shapes.PAGE_OF_USERS}
_TUPLE_LENGTH = 4
# Lists within lists: nobody writes more, and a file made to harm may hold a thousand.
_DEEPEST = 4


@dataclass
class Line:
    """A value that was read: what it is, or why it is none. `raw` holds its bytes as they stand in the file, halves of
    signs mended; `number` is the line that it begins on."""

    number: int
    raw: bytes
    value: Any
    kind: str
    reason: str = ""


def lines(path: Path) -> Iterator[Line]:
    """The values of a plain file; a list stands for its items, and so does an envelope of posts."""
    with path.open("rb") as file:
        text = Text(file)
        while character := text.next_character(_BETWEEN):
            if character not in "[{":
                assignment = text.match(_ASSIGNMENT, _LONGEST_ASSIGNMENT)
                if assignment is None:
                    yield from _items(_single_line(text))
                    continue
                text.move(assignment.end())
                character = text.held[text.at]
            if character == "[":
                yield from _list(text)
            else:
                yield from _items(_value(text, is_item=False))


def assigned_list(path: Path) -> list[dict[str, Any]]:
    """The whole items of a small archive file such as account.js."""
    return [line.value for line in lines(path) if isinstance(line.value, dict)]


def _list(text: Text) -> Iterator[Line]:
    """The items of the list that begins here, one by one: a list may be longer than what can be held."""
    start, count = text.line, 0
    text.move(text.at + 1)
    # tweepy's Response is a tuple, which JSON writes as a list of four: only its end tells it from a list of items.
    held: list[Line] | None = []
    reason = ""
    while (character := text.next_character(_BETWEEN)) and character != "]":
        line = _value(text, is_item=True)
        count, reason = count + 1, line.reason
        if held is not None:
            held.append(line)
            if len(held) > _TUPLE_LENGTH or line.reason:
                yield from _all_items(held)
                held = None
        else:
            yield from _items(line)
    if held:
        response = shapes.response_of([line.value for line in held])
        if response is None:
            yield from _all_items(held)
        else:
            yield Line(start, json.dumps(response).encode(), response, shapes.kind_of(response))
    if character:
        text.move(text.at + 1)
        if not count:
            yield Line(start, b"[]", [], shapes.NOTHING)
    elif not reason:  # an item that was cut has said so
        yield Line(text.line, b"", None, shapes.UNKNOWN, "the list is cut short: it has no end")


def _value(text: Text, *, is_item: bool) -> Line:
    """The value that begins here; of a broken one, all up to where the next one begins."""
    number = text.line
    value, end, reason = text.value()
    if reason:
        end = _end_of_broken_item(text) if is_item else _end_of_broken_value(text)
    content = text.held[text.at : text.at + end]
    text.move(text.at + end)
    return _line(number, content, value, reason)


def _line(number: int, content: str, value: Any, reason: str) -> Line:
    try:
        raw = content.encode()
    except UnicodeEncodeError:
        try:
            mended = damaged_text.mended_utf8(content)
        except ValueError as problem:
            reason = f"it is not whole UTF-8: {problem}; write the file as UTF-8"
            mended = content.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        raw = mended.encode()
        value = None if reason else json.loads(mended)
    if reason:
        return Line(number, raw.strip(), None, shapes.UNKNOWN, reason)
    return Line(number, raw, value, shapes.kind_of(value))


def _single_line(text: Text) -> Line:
    """What begins neither a list nor an object: the whole line is one value, or none."""
    number = text.line
    end = text.find(_LINE_END, 0, 1) or text.ahead
    content = text.held[text.at : text.at + end].strip()
    text.move(text.at + end)
    try:
        value, reason = json.loads(content), ""
    except (ValueError, RecursionError):
        value, reason = None, "it is not JSON"
    return _line(number, content, value, reason)


def _end_of_broken_value(text: Text) -> int:
    """The next line that begins a list or an object, and is not indented more than this one: no part of this one."""
    indent = min(text.indent, _LONGEST_INDENT)
    begins = re.compile(rf"\n[ \t]{{0,{indent}}}(?=[\[{{])")
    return text.find(begins, 1, _LONGEST_INDENT + 2) or text.ahead


def _end_of_broken_item(text: Text) -> int:
    """The next object that can be used."""
    end = 0
    while (after := text.find(_BRACE, end + 1, 1)) is not None:
        end = after - 1
        value, _, reason = text.value(end)
        if not reason and shapes.kind_of(value) in _ITEM_KINDS:
            return end
    return text.ahead


def _all_items(found: list[Line]) -> Iterator[Line]:
    for line in found:
        yield from _items(line)


def _items(line: Line, depth: int = 0) -> Iterator[Line]:
    """A list and an envelope of the API v1.1 stand for their items, all under their line's number."""
    values = None if line.reason or depth >= _DEEPEST else shapes.items_of(line.value)
    if values is None:
        yield line
        return
    if not values:
        yield Line(line.number, line.raw, line.value, shapes.NOTHING)
    for value in values:
        item = Line(line.number, json.dumps(value).encode(), value, shapes.kind_of(value))
        yield from _items(item, depth + 1)
