"""Answers that the AppView's own tests keep as snapshots (vitest), as it would have sent them.

Ids stand there as user(1), record(2) and cids(3), counted anew in each snapshot; what a record is, is told by what
stands beside it. Times are all the same; here they are that of one day.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_SNAPSHOT = re.compile(r"^exports\[`.*?`\] = `\n(.*?)\n`;", re.DOTALL | re.MULTILINE)
_ESCAPED = re.compile(r"\\([`$\\])")
_LAST_COMMA = re.compile(r",(\s*[}\]])")
_NAMED = re.compile(r"(user|record)\((\d+)\)")
# Members that hold the address of a record of another kind than a post, where nothing beside it says so.
_KINDS = {
    "following": "app.bsky.graph.follow", "followedBy": "app.bsky.graph.follow", "like": "app.bsky.feed.like",
    "repost": "app.bsky.feed.repost", "blocking": "app.bsky.graph.block", "list": "app.bsky.graph.list",
    "via": "app.bsky.feed.repost", "reason": "app.bsky.feed.repost",
}  # fmt: skip
_POST = "app.bsky.feed.post"
_THEN, AT = "1970-01-01T00:00:00.000Z", "2026-10-01T09:00:00.000Z"


def answers(path: Path, number: int) -> Iterator[Any]:
    """The values of one file of snapshots. `number` keeps ids of several files apart."""
    for place, body in enumerate(_SNAPSHOT.findall(path.read_text(encoding="utf-8"))):
        body = body.replace(_THEN, AT)
        text = _LAST_COMMA.sub(r"\1", _ESCAPED.sub(r"\1", body))
        value = json.loads(text)
        kinds = dict(_kinds(value, ""))
        yield json.loads(
            _NAMED.sub(lambda found, at=(number, place), kinds=kinds: _id(found, at, kinds), text)
        )


def _kinds(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Which collection each record(n) is of, where something says so."""
    if isinstance(value, list):
        for item in value:
            yield from _kinds(item, name)
    elif isinstance(value, dict):
        uri, record = value.get("uri"), value.get("record") or value.get("value")
        said = record.get("$type") if isinstance(record, dict) else None
        if isinstance(uri, str) and (said or name in _KINDS):
            yield uri, said or _KINDS[name]
        for member, inner in value.items():
            if isinstance(inner, str) and member in _KINDS:
                yield inner, _KINDS[member]
            yield from _kinds(inner, member)


def _id(found: re.Match[str], at: tuple[int, int], kinds: dict[str, str]) -> str:
    kind, number = found.groups()
    file, place = at
    if kind == "user":
        return f"did:plc:f{file}s{place}u{number}"
    return f"at://did:plc:f{file}s{place}r{number}/{kinds.get(found[0], _POST)}/3kf{file}s{place}r{number}"
