"""Values in the words that schema raw has itself: answers, flat posts, what archives and older APIs hold."""

import json
from collections.abc import Iterator
from typing import Any

from extractors.files import notices, shapes, v1
from extractors.files.forms import of_another
from extractors.files.incoming import Incoming, seen_at
from extractors.files.lines import Line
from extractors.landing.redaction import bare
from extractors.x.fields import included, objects
from rapport.window import moment_in

_FLAT_PAGE_SIZE = 500


def take_in(incoming: Incoming, line: Line) -> None:
    """Lands a value of the file, or keeps it to be landed with those that follow, or keeps it as refused."""
    if line.kind == shapes.V1_POST:
        try:
            post = v1.flat_post(line.value, incoming.owner, incoming.notes)
        except v1.NotAPost as problem:
            line.reason = str(problem)
            reject(incoming, line)
            return
        incoming.matched_notes += "note_tweet" in post
        line = Line(line.number, line.raw, post, shapes.FLAT_POST)
    if line.kind in (shapes.FLAT_POST, shapes.FLAT_USER):
        if incoming.flat and (incoming.flat[0].kind != line.kind or len(incoming.flat) >= _FLAT_PAGE_SIZE):
            finish(incoming)
        incoming.flat.append(line)
    elif line.kind in (shapes.PAGE_OF_POSTS, shapes.PAGE_OF_USERS, shapes.INCLUDES_ONLY):
        _land(incoming, line.kind, line.value, line.raw, [line.number])
    elif line.kind == shapes.NOTICE:
        deletion = notices.deletion(line.value)
        if deletion:
            incoming.deleted[deletion[0]] = deletion[1]
    elif line.kind != shapes.NOTHING:  # an empty answer is no fault
        reject(incoming, line)


def finish(incoming: Incoming) -> None:
    """Lands what was kept."""
    if not incoming.flat:
        return
    values = [line.value for line in incoming.flat]
    if incoming.flat[0].kind == shapes.FLAT_POST:
        kind, body = shapes.PAGE_OF_POSTS, shapes.unflatten(values)
    else:
        kind, body = shapes.PAGE_OF_USERS, {"data": values}
    numbers = [line.number for line in incoming.flat]
    _land(incoming, kind, body, json.dumps(body, ensure_ascii=True).encode(), numbers)
    incoming.flat = []


def reject(incoming: Incoming, line: Line) -> None:
    """Keeps a value as refused."""
    reason = line.reason
    if not reason and line.kind == shapes.UNKNOWN:
        reason = of_another(line.value, incoming.network) or shapes.why_unknown(line.value)
    elif not reason:
        reason = f"it holds {line.kind}"
    incoming.reject(line.number, line.raw, reason)


def why_nothing(incoming: Incoming) -> str:
    """What is said of a file of which nothing can be taken in."""
    kind, _ = incoming.kinds.most_common(1)[0]
    if kind in (shapes.UNKNOWN, shapes.V1_POST) and incoming.rejects.count:
        first = incoming.rejects.first
        return (
            f"none of its {incoming.value_count} values is usable; "
            f"line {first['line_number']}: {first['reason']}"
        )
    return f"it holds {kind} ({incoming.value_count} values)"


def _land(incoming: Incoming, kind: str, body: dict[str, Any], raw: bytes, line_numbers: list[int]) -> None:
    """`line_numbers`: the line that all of it stood in, or one for each object of `data`."""
    own = objects(body.get("data"))
    data_kind = {shapes.PAGE_OF_POSTS: "post", shapes.PAGE_OF_USERS: "user"}.get(kind, "other")
    incoming.posts.update(_ids(included(body, "tweets", "posts")), _ids(own) if data_kind == "post" else ())
    incoming.users.update(_ids(included(body, "users")), _ids(own) if data_kind == "user" else ())
    note = body.get("__twarc") or (own[0].get("__twarc") if own else None)
    note = note if isinstance(note, dict) else {}
    meta = body.get("meta") if isinstance(body.get("meta"), dict) else {}
    object_count = len(own) + len(included(body, "tweets", "posts", "users"))
    details = {
        "data_kind": data_kind,
        "endpoint": _endpoint(note.get("url")),
        "fetched_at": seen_at(moment_in(note.get("retrieved_at")), incoming),
        "next_token": (meta or {}).get("next_token"),
        "result_count": len(own),
        "object_count": object_count,
    }
    one_value = ("data" if own else "includes", len(own) or object_count) if len(line_numbers) == 1 else None
    incoming.land(details, raw, body, line_numbers, one_value)


def _ids(values: list[dict[str, Any]]) -> Iterator[str]:
    return (str(value["id"]) for value in values if value.get("id"))


def _endpoint(url: Any) -> str | None:
    """The path of the address that twarc notes, without whom it asked for."""
    text = bare(str(url)) if url else ""
    return "/" + text.split("/", 3)[3] if text.count("/") >= 3 else None
