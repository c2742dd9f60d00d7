"""`rapport import`: files of posts into the same landing and the same raw tables as what is fetched.

A file is identified by its content: its run id is the hash of it, so importing it twice, packed, or under another
name, adds nothing. What can't be taken in is landed as a reject and the rest goes in; a file without a single
usable line is refused whole, with the reason. docs/importing.md says what is taken.
"""

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from extractors.files import shapes, sources, v1
from extractors.files.lines import Line, assigned_list, lines
from extractors.files.sources import NotReadable, Opened, Skipped, Source, opened
from extractors.landing import landing_files, pages
from extractors.raw import raw_store
from extractors.state.store import State, open_state
from extractors.x.fields import included, objects
from rapport.config import Settings
from rapport.networks import X

log = logging.getLogger("rapport.import")

STREAM = "import"
_FLAT_PAGE_SIZE = 500
_PROGRESS_LINES = 10_000
# Of a refused line this much is kept beside its hash: enough to recognise it, whatever its size.
_KEPT_CHARACTERS = 4000

Progress = Callable[[str], None]


@dataclass
class _FileImport:
    """One file on its way in. An account archive says in files beside it whose it is, and its long texts."""

    source: Source
    opened: Opened
    landing_dir: Path
    state: State
    network: str
    owner: dict[str, Any] | None = None
    notes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    posts: set[str] = field(default_factory=set)
    users: set[str] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    line_count: int = 0
    rejects: list[dict[str, Any]] = field(default_factory=list)
    flat: list[Line] = field(default_factory=list)

    def summary(self, status: str, reason: str = "") -> dict[str, Any]:
        """What the caller hears about this file; posts and users are distinct ids."""
        return {
            "file": self.source.name,
            "status": status,
            "reason": reason,
            "pages": self.pages,
            "posts": len(self.posts),
            "users": len(self.users),
            "rejects": len(self.rejects),
        }


def import_files(
    settings: Settings, paths: list[Path], on_progress: Progress = log.info, network: str = X.name
) -> dict[str, Any]:
    """Takes files, folders and zip archives of a network's posts into landing, then loads them.

    Returns {files: [{file, status imported|refused, reason, pages, posts, users, rejects}], skipped: [{file,
    reason}] (met in a folder and no input by their names), pages, posts, users (distinct over all files),
    rejected_lines, refused_files, load}. Scripts should treat rejected_lines > 0 or refused_files > 0 as "not
    everything went in" (a non-zero exit). Nothing is raised for the content of a file.
    """
    results: list[dict[str, Any]] = []
    skipped: list[dict[str, str]] = []
    posts: set[str] = set()
    users: set[str] = set()
    with open_state(settings) as state:
        for source in _sources(paths):
            if isinstance(source, Skipped):
                skipped.append({"file": source.name, "reason": source.reason})
                on_progress(f"{source.name}: skipped: {source.reason}")
                continue
            if isinstance(source, dict):
                result = source
            else:
                incoming, result = _import_file(settings, state, source, network, on_progress)
                if incoming is not None and result["status"] == "imported":
                    posts |= incoming.posts
                    users |= incoming.users
            results.append(result)
            on_progress(_message(result))
    return {
        "files": results,
        "skipped": skipped,
        "pages": sum(result["pages"] for result in results),
        "posts": len(posts),
        "users": len(users),
        "rejected_lines": sum(result["rejects"] for result in results if result["status"] == "imported"),
        "refused_files": sum(result["status"] == "refused" for result in results),
        "load": raw_store.load(settings, on_progress),
    }


def _sources(paths: list[Path]) -> Iterator[Source | Skipped | dict[str, Any]]:
    """All that the paths stand for; a path that can't be read comes as its refusal."""
    for path in paths:
        try:
            found = list(sources.found(Path(path)))
        except NotReadable as problem:
            yield _refused(str(path), str(problem))
            continue
        if not any(isinstance(entry, Source) for entry in found):
            yield _refused(str(path), f"there is no file of posts in it ({len(found)} other files)")
        yield from found


def _message(result: dict[str, Any]) -> str:
    """What is said about one file while the import runs."""
    if result["status"] != "imported":
        return f"{result['file']}: refused: {result['reason']}"
    return (
        f"{result['file']}: {result['posts']} posts, {result['users']} users on {result['pages']} pages, "
        f"{result['rejects']} lines refused"
    )


def _import_file(
    settings: Settings, state: State, source: Source, network: str, on_progress: Progress
) -> tuple[_FileImport | None, dict[str, Any]]:
    try:
        with opened(source) as file:
            incoming = _FileImport(source, file, settings.landing_dir, state, network)
            if sources.is_archive_posts(source):
                incoming.owner = v1.account_owner(_helper(source, "account.js"))
                incoming.notes = v1.notes_by_second(_helper(source, "note-tweet.js"))
            return incoming, _take_file_in(incoming, on_progress)
    except NotReadable as problem:
        return None, _refused(source.name, str(problem))


def _helper(source: Source, base_name: str) -> list[dict[str, Any]]:
    """The items of a file beside the posts of an account archive; none if it is not there."""
    beside = source.beside(base_name)
    if not beside.exists():
        return []
    with opened(beside) as file:
        return assigned_list(file.path)


def _take_file_in(incoming: _FileImport, on_progress: Progress) -> dict[str, Any]:
    for line in lines(incoming.opened.path):
        incoming.line_count += 1
        incoming.kinds[line.kind] += 1
        if incoming.line_count % _PROGRESS_LINES == 0:
            on_progress(
                f"{incoming.source.name}: {incoming.line_count} lines, {len(incoming.posts)} posts so far"
            )
        _take_in(incoming, line)
    _land_flat(incoming)
    if incoming.opened.damage:
        _reject(incoming, Line(incoming.line_count + 1, b"", None, shapes.UNKNOWN, incoming.opened.damage))
    if incoming.line_count == 0:
        return _refused(incoming.source.name, "it is empty")
    if incoming.pages == 0:
        return _refused(incoming.source.name, _why_nothing(incoming))
    _land_rejects(incoming)
    return incoming.summary("imported")


def _take_in(incoming: _FileImport, line: Line) -> None:
    if line.kind == shapes.V1_POST:
        try:
            post = v1.flat_post(line.value, incoming.owner, incoming.notes)
        except v1.NotAPost as problem:
            line.reason = str(problem)
            _reject(incoming, line)
            return
        line = Line(line.number, line.raw, post, shapes.FLAT_POST)
    if line.kind in (shapes.FLAT_POST, shapes.FLAT_USER):
        if incoming.flat and (incoming.flat[0].kind != line.kind or len(incoming.flat) >= _FLAT_PAGE_SIZE):
            _land_flat(incoming)
        incoming.flat.append(line)
    elif line.kind in (shapes.PAGE_OF_POSTS, shapes.PAGE_OF_USERS, shapes.INCLUDES_ONLY):
        _land(incoming, line.kind, line.value, line.raw)
    elif line.kind != shapes.NOTHING:  # an empty answer is no fault
        _reject(incoming, line)


def _land_flat(incoming: _FileImport) -> None:
    if not incoming.flat:
        return
    values = [line.value for line in incoming.flat]
    if incoming.flat[0].kind == shapes.FLAT_POST:
        kind, body = shapes.PAGE_OF_POSTS, shapes.unflatten(values)
    else:
        kind, body = shapes.PAGE_OF_USERS, {"data": values}
    _land(incoming, kind, body, json.dumps(body, ensure_ascii=True).encode())
    incoming.flat = []


def _land(incoming: _FileImport, kind: str, body: dict[str, Any], raw: bytes) -> None:
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
    }
    _write(incoming, f"page-{incoming.pages:09d}", envelope, raw, body)


def _reject(incoming: _FileImport, line: Line) -> None:
    incoming.rejects.append(
        {
            "source_path": incoming.source.name,
            "line_number": line.number,
            "reason": line.reason or f"it holds {line.kind}",
            "content_sha256": hashlib.sha256(line.raw).hexdigest(),
            "content": line.raw[:_KEPT_CHARACTERS].decode("utf-8", "replace"),
        }
    )


def _land_rejects(incoming: _FileImport) -> None:
    """The refused lines travel by landing too, so that raw can be made anew from landing alone."""
    if incoming.rejects:
        value = {"rejects": incoming.rejects}
        body = json.dumps(value, ensure_ascii=True).encode()
        envelope = {
            **_origin(incoming, 0),
            "data_kind": "other",
            "fetched_at": incoming.opened.modified_at.isoformat(),
        }
        _write(incoming, "rejects", envelope, body, value)


def _write(
    incoming: _FileImport, name: str, envelope: dict[str, Any], body: bytes, value: dict[str, Any]
) -> None:
    key = landing_files.page_key(incoming.network, STREAM, _run_id(incoming), name)
    # What is there came from the same bytes.
    if not landing_files.exists(incoming.landing_dir, key):
        pages.land(incoming.state, incoming.landing_dir, key, envelope, body, value)


def _origin(incoming: _FileImport, number: int) -> dict[str, Any]:
    return {
        "network": incoming.network,
        "client_id": "",
        "stream": STREAM,
        "run_id": _run_id(incoming),
        "target": incoming.source.base_name,
        "page_number": number,
        "source": "file",
        "parameters": {"file": incoming.source.base_name},
    }


def _run_id(incoming: _FileImport) -> str:
    return f"file-{incoming.opened.digest[:24]}"


def _why_nothing(incoming: _FileImport) -> str:
    kind, _ = incoming.kinds.most_common(1)[0]
    if kind in (shapes.UNKNOWN, shapes.V1_POST) and incoming.rejects:
        first = incoming.rejects[0]
        return f"none of its {incoming.line_count} lines is usable; line {first['line_number']}: {first['reason']}"
    return f"it holds {kind} ({incoming.line_count} lines)"


def _refused(name: str, reason: str) -> dict[str, Any]:
    counts = dict.fromkeys(("pages", "posts", "users", "rejects"), 0)
    return {"file": name, "status": "refused", "reason": reason, **counts}


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
