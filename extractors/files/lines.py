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
from extractors.files.forms import OF_RAW, Forms
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
# What stands before the list that an object is read for, and behind it.
_LONGEST_FRAME = 16 * 1024
_ANYTHING = re.compile("")
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


def lines(path: Path, forms: Forms = OF_RAW) -> Iterator[Line]:
    """The values of a plain file; a list stands for its items, and so does an envelope of posts."""
    with path.open("rb") as file:
        text = Text(file)
        while character := text.next_character(_BETWEEN):
            if character not in "[{":
                assignment = text.match(_ASSIGNMENT, _LONGEST_ASSIGNMENT)
                if assignment is None:
                    yield from _items(_single_line(text, forms), forms)
                    continue
                text.move(assignment.end())
                character = text.held[text.at]
            if character == "[":
                yield from _list(text, forms)
            elif _is_at_list(text, forms):
                yield from _list(text, forms)
                _pass_frame(text)
            else:
                yield from _items(_value(text, forms, is_item=False), forms)


def _is_at_list(text: Text, forms: Forms) -> bool:
    """Whether the object that begins here is read for one of its lists; then reading goes on at that list.

    So the list may be longer than what can be held, and it may be cut.
    """
    if not forms.list_member:
        return False
    before = re.compile(
        rf'\{{.{{0,{_LONGEST_FRAME}}}?"{forms.list_member}"\s{{0,99}}:\s{{0,99}}(?=\[)', re.DOTALL
    )
    found = text.match(before, 2 * _LONGEST_FRAME)
    if found is None:
        return False
    try:
        json.loads(f"{found[0]}[]}}")
    except ValueError:
        return False  # it stands deeper, or in a text
    text.move(found.end())
    return True


def _pass_frame(text: Text) -> None:
    """Goes on behind the object: the members that follow its list say nothing of the items."""
    text.match(_ANYTHING, _LONGEST_FRAME)
    rest = text.held[text.at : text.at + _LONGEST_FRAME]
    for brace in re.finditer(r"\}", rest):
        try:
            json.loads("{" + rest[: brace.end()].strip().removeprefix(","))
        except ValueError:
            continue
        text.move(text.at + brace.end())
        return


def assigned_list(path: Path) -> list[dict[str, Any]]:
    """The whole items of a small archive file such as account.js."""
    return [line.value for line in lines(path) if isinstance(line.value, dict)]


def _list(text: Text, forms: Forms) -> Iterator[Line]:
    """The items of the list that begins here, one by one: a list may be longer than what can be held."""
    start, count = text.line, 0
    text.move(text.at + 1)
    # tweepy's Response is a tuple, which JSON writes as a list of four: only its end tells it from a list of items.
    held: list[Line] | None = []
    reason = ""
    while (character := text.next_character(_BETWEEN)) and character != "]":
        line = _value(text, forms, is_item=True)
        count, reason = count + 1, line.reason
        if held is not None:
            held.append(line)
            if len(held) > _TUPLE_LENGTH or line.reason:
                yield from _all_items(held, forms)
                held = None
        else:
            yield from _items(line, forms)
    if held:
        response = forms.response_of([line.value for line in held])
        if response is None:
            yield from _all_items(held, forms)
        else:
            yield Line(start, json.dumps(response).encode(), response, forms.kind_of(response))
    if character:
        text.move(text.at + 1)
        if not count:
            yield Line(start, b"[]", [], shapes.NOTHING)
    elif not reason:  # an item that was cut has said so
        yield Line(text.line, b"", None, shapes.UNKNOWN, "the list is cut short: it has no end")


def _value(text: Text, forms: Forms, *, is_item: bool) -> Line:
    """The value that begins here; of a broken one, all up to where the next one begins."""
    number = text.line
    value, end, reason = text.value()
    if reason:
        end = _end_of_broken_item(text, forms) if is_item else _end_of_broken_value(text)
    content = text.held[text.at : text.at + end]
    text.move(text.at + end)
    return _line(number, content, value, reason, forms)


def _line(number: int, content: str, value: Any, reason: str, forms: Forms) -> Line:
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
    return Line(number, raw, value, forms.kind_of(value))


def _single_line(text: Text, forms: Forms) -> Line:
    """What begins neither a list nor an object: the whole line is one value, or none."""
    number = text.line
    end = text.find(_LINE_END, 0, 1) or text.ahead
    content = text.held[text.at : text.at + end].strip()
    text.move(text.at + end)
    try:
        value, reason = json.loads(content), ""
    except (ValueError, RecursionError):
        value, reason = None, "it is not JSON"
    return _line(number, content, value, reason, forms)


def _end_of_broken_value(text: Text) -> int:
    """The next line that begins a list or an object, and is not indented more than this one: no part of this one."""
    indent = min(text.indent, _LONGEST_INDENT)
    begins = re.compile(rf"\n[ \t]{{0,{indent}}}(?=[\[{{])")
    return text.find(begins, 1, _LONGEST_INDENT + 2) or text.ahead


def _end_of_broken_item(text: Text, forms: Forms) -> int:
    """The next object that can be used."""
    end = 0
    while (after := text.find(_BRACE, end + 1, 1)) is not None:
        end = after - 1
        value, _, reason = text.value(end)
        if not reason and forms.kind_of(value) in forms.item_kinds:
            return end
    return text.ahead


def _all_items(found: list[Line], forms: Forms) -> Iterator[Line]:
    for line in found:
        yield from _items(line, forms)


def _items(line: Line, forms: Forms, depth: int = 0) -> Iterator[Line]:
    """A list and an envelope of the API v1.1 stand for their items, all under their line's number."""
    values = None if line.reason or depth >= _DEEPEST else forms.items_of(line.value)
    if values is None:
        yield line
        return
    if not values:
        yield Line(line.number, line.raw, line.value, shapes.NOTHING)
    for value in values:
        item = Line(line.number, json.dumps(value).encode(), value, forms.kind_of(value))
        yield from _items(item, forms, depth + 1)
