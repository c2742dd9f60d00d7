"""One file on its way in: what becomes of each of its values, and the pages and refused lines that are landed of it."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from extractors.errors import LandingUnreadable
from extractors.files import notices, shapes, v1
from extractors.files.lines import Line
from extractors.files.results import IMPORTED, REFUSED, Rejects
from extractors.files.sources import Opened, Source
from extractors.landing import landing_files, pages
from extractors.state.store import State
from extractors.x.fields import included, objects

STREAM = "import"
_FLAT_PAGE_SIZE = 500
# Of a refused line this much is kept beside its hash: enough to recognise it, whatever its size.
_KEPT_CHARACTERS = 4000


@dataclass
class FileImport:
    """One file on its way in. An account archive says in files beside it whose it is, and its long texts."""

    source: Source
    opened: Opened
    landing_dir: Path
    state: State
    network: str
    owner: dict[str, Any] | None = None
    notes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    matched_notes: int = 0
    posts: set[str] = field(default_factory=set)
    users: set[str] = field(default_factory=set)
    deleted: dict[str, str] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    flat_keys: set[str] = field(default_factory=set)
    value_count: int = 0
    last_line: int = 0
    rejects: Rejects = field(default_factory=Rejects)
    flat: list[Line] = field(default_factory=list)

    def summary(self, status: str, reason: str = "") -> dict[str, Any]:
        """What the caller hears about this file; posts and users are distinct ids.

        read = taken + notices + empty + refused: every value that stands in the file is one of these.
        """
        notice_count, empty_count = self.kinds[shapes.NOTICE], self.kinds[shapes.NOTHING]
        rest = self.value_count - notice_count - empty_count
        refused_count = rest if status == REFUSED else self.rejects.count
        return {
            "file": self.source.name,
            "status": status,
            "reason": reason,
            "read": self.value_count,
            "taken": rest - refused_count,
            "notices": notice_count,
            "empty": empty_count,
            "refused": refused_count,
            "refused_because": dict(self.rejects.reasons.most_common()),
            "pages": self.pages,
            "posts": len(self.posts),
            "users": len(self.users),
            "rejects": self.rejects.count if status == IMPORTED else 0,
            "refused_objects": 0,
        }


def take_in(incoming: FileImport, line: Line) -> None:
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
            land_flat(incoming)
        incoming.flat.append(line)
    elif line.kind in (shapes.PAGE_OF_POSTS, shapes.PAGE_OF_USERS, shapes.INCLUDES_ONLY):
        _land(incoming, line.kind, line.value, line.raw, [line.number])
    elif line.kind == shapes.NOTICE:
        deletion = notices.deletion(line.value)
        if deletion:
            incoming.deleted[deletion[0]] = deletion[1]
    elif line.kind != shapes.NOTHING:  # an empty answer is no fault
        reject(incoming, line)


def land_flat(incoming: FileImport) -> None:
    if not incoming.flat:
        return
    values = [line.value for line in incoming.flat]
    if incoming.flat[0].kind == shapes.FLAT_POST:
        kind, body = shapes.PAGE_OF_POSTS, shapes.unflatten(values)
    else:
        kind, body = shapes.PAGE_OF_USERS, {"data": values}
    numbers = [line.number for line in incoming.flat]
    key = _land(incoming, kind, body, json.dumps(body, ensure_ascii=True).encode(), numbers)
    incoming.flat_keys.add(key)
    incoming.flat = []


def _land(incoming: FileImport, kind: str, body: dict[str, Any], raw: bytes, line_numbers: list[int]) -> str:
    """Lands a page, and returns its key. `line_numbers`: the line that all of it stood in, or one for each object of
    `data`."""
    own = objects(body.get("data"))
    data_kind = {shapes.PAGE_OF_POSTS: "post", shapes.PAGE_OF_USERS: "user"}.get(kind, "other")
    incoming.posts.update(_ids(included(body, "tweets", "posts")), _ids(own) if data_kind == "post" else ())
    incoming.users.update(_ids(included(body, "users")), _ids(own) if data_kind == "user" else ())
    incoming.pages += 1
    note = body.get("__twarc") or (own[0].get("__twarc") if own else None)
    note = note if isinstance(note, dict) else {}
    meta = body.get("meta") if isinstance(body.get("meta"), dict) else {}
    fetched_at = _moment(note.get("retrieved_at")) or incoming.opened.modified_at
    envelope = {
        **_origin(incoming, incoming.pages),
        "data_kind": data_kind,
        "endpoint": _endpoint(note.get("url")),
        "fetched_at": fetched_at.isoformat(),
        "next_token": (meta or {}).get("next_token"),
        "result_count": len(own),
        "object_count": len(own) + len(included(body, "tweets", "posts", "users")),
        # what the door refuses is named by these (extractors/raw/refusals.py)
        "source_path": incoming.source.name,
        "line_numbers": line_numbers,
    }
    return _write(incoming, f"page-{incoming.pages:09d}", envelope, raw, body)


def reject(incoming: FileImport, line: Line) -> None:
    reason = line.reason
    if not reason:
        reason = shapes.why_unknown(line.value) if line.kind == shapes.UNKNOWN else f"it holds {line.kind}"
    incoming.rejects.add(
        {
            "source_path": incoming.source.name,
            "line_number": line.number,
            "reason": reason,
            "content_sha256": hashlib.sha256(line.raw).hexdigest(),
            "content": line.raw[:_KEPT_CHARACTERS].decode("utf-8", "replace"),
        }
    )


def land_rejects(incoming: FileImport) -> None:
    """The refused lines travel by landing too, so that raw can be made anew from landing alone."""
    for number, rejects in enumerate(incoming.rejects.pages(), start=1):
        value = {"rejects": rejects}
        body = json.dumps(value, ensure_ascii=True).encode()
        envelope = {
            **_origin(incoming, 0),
            "data_kind": "other",
            "fetched_at": incoming.opened.modified_at.isoformat(),
            "object_count": len(rejects),
        }
        _write(incoming, landing_files.REJECTS, envelope, body, value, f"-{number}" if number > 1 else "")


def _write(
    incoming: FileImport,
    name: str,
    envelope: dict[str, Any],
    body: bytes,
    value: dict[str, Any],
    part: str = "",
) -> str:
    """Lands it, if it is not there, and returns its key. A version that read less left a smaller page of that name.

    `part` is added to the name of the run.
    """
    count = envelope["object_count"]
    keys = [
        landing_files.page_key(incoming.network, STREAM, f"{run_id(incoming)}{part}{more}", name)
        for more in ("", f"-of-{count}")
    ]
    for key in keys:
        if _is_landed(incoming.landing_dir, key, count):
            return key
    key = keys[1] if landing_files.is_readable(incoming.landing_dir, keys[0]) else keys[0]
    pages.land(incoming.state, incoming.landing_dir, key, envelope, body, value)
    return key


def _is_landed(landing_dir: Path, key: str, object_count: int) -> bool:
    """Whether the page is there, with as many objects: those that were erased since leave a mark in their place."""
    try:
        page = landing_files.read(landing_dir, key)
    except LandingUnreadable:
        return False
    landed = page.envelope.get("object_count", len(objects(page.body.get("rejects"))))
    return landed == object_count


def _origin(incoming: FileImport, number: int) -> dict[str, Any]:
    return {
        "network": incoming.network,
        "client_id": "",
        "stream": STREAM,
        "run_id": run_id(incoming),
        "target": incoming.source.base_name,
        "page_number": number,
        "source": "file",
        "parameters": {"file": incoming.source.base_name},
    }


def run_id(incoming: FileImport) -> str:
    return f"file-{incoming.opened.digest[:24]}"


def _ids(values: list[dict[str, Any]]) -> Iterator[str]:
    return (str(value["id"]) for value in values if value.get("id"))


def _endpoint(url: Any) -> str | None:
    """The path of the address that twarc notes; its query holds the fields and is of no use here."""
    text = str(url).split("?", 1)[0] if url else ""
    return "/" + text.split("/", 3)[3] if text.count("/") >= 3 else None


def _moment(text: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
