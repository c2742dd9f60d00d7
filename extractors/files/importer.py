"""`rapport import`: files of posts into the same landing and the same raw tables as what is fetched.

A file is identified by its content: its run id is the hash of it, so importing it twice, packed, in another encoding
or under another name, adds nothing. What can't be taken in is landed as a reject and the rest goes in. Of a file
without a single usable value nothing is landed: it is refused whole. docs/importing.md says what is taken.
"""

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extractors.errors import LandingUnreadable
from extractors.files import deletions, foreign, notices, shapes, sources, v1
from extractors.files.lines import Line, assigned_list, lines
from extractors.files.results import IMPORTED, REFUSED, Landed, Rejects, at_the_door, message, refused, sum_of
from extractors.files.sources import Found, NotReadable, Opened, Refused, Skipped, Source, opened
from extractors.landing import landing_files, pages
from extractors.raw import raw_store
from extractors.state.store import State, open_state
from extractors.x.fields import included, objects
from rapport.config import Settings
from rapport.networks import X
from rapport.window import moment_in

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
    matched_notes: int = 0
    posts: set[str] = field(default_factory=set)
    users: set[str] = field(default_factory=set)
    deleted: dict[str, str] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    one_value_pages: dict[str, tuple[str, int]] = field(default_factory=dict)
    value_count: int = 0
    last_line: int = 0
    rejects: Rejects = field(default_factory=Rejects)
    flat: list[Line] = field(default_factory=list)

    def summary(self, status: str, reason: str = "") -> dict[str, Any]:
        """What the caller hears about this file, before its objects come to the door; posts and users are distinct ids.

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
            "left_out": 0,
            "left_out_because": {},
            "pages": self.pages,
            "posts": len(self.posts),
            "users": len(self.users),
            "rejects": self.rejects.count if status == IMPORTED else 0,
        }


def import_files(
    settings: Settings, paths: list[Path], on_progress: Progress = log.info, network: str = X.name
) -> dict[str, Any]:
    """Takes files, folders and archives of a network's posts into landing, then loads them.

    Returns {files: [{file, status imported|refused, reason, read, taken, notices, empty, refused, refused_because,
    left_out, left_out_because (refused objects of values taken), pages, posts, users, rejects}], skipped: [{file,
    reason}] (met in a folder and no input by their names), pages, posts, users (distinct over all files),
    rejected_lines, refused_files, refused_objects (by the door of raw, now), unmatched_long_texts (of archives), load,
    deleted_posts (ids of posts in raw of which a notice says that they were deleted: for an erasure), deletions (how
    many such notices there were)}. Scripts should treat any of the refused being > 0 as "not everything went in" (a
    non-zero exit). Nothing is raised for the content of a file.
    """
    results: list[dict[str, Any]] = []
    skipped: list[dict[str, str]] = []
    posts: set[str] = set()
    users: set[str] = set()
    deleted: dict[str, str] = {}
    landed: list[Landed] = []
    long_texts: dict[str, int] = {}  # file of long texts: how many of them have not found their post
    with open_state(settings) as state:
        for source in _sources(paths):
            if isinstance(source, Skipped):
                skipped.append({"file": source.name, "reason": source.reason})
                on_progress(f"{source.name}: skipped: {source.reason}")
                continue
            if isinstance(source, Refused):
                result = refused(source.name, source.reason)
            else:
                incoming, result = _import_file(settings, state, source, network, on_progress)
                if incoming is not None and result["status"] == IMPORTED:
                    posts |= incoming.posts
                    users |= incoming.users
                    deleted |= incoming.deleted
                    landed.append(Landed(_run(incoming), result, incoming.one_value_pages))
                    _count_long_texts(incoming, long_texts)
            results.append(result)
            on_progress(message(result))
    for name, count in long_texts.items():
        if count:
            on_progress(f"{name}: {count} long texts belong to no post in the files beside it")
    loaded = raw_store.load(settings, on_progress)
    post_count, user_count = at_the_door(settings, landed) or (len(posts), len(users))
    for file in landed:
        on_progress(f"{file.result['file']}: {sum_of(file.result)}")
    return {
        "files": results,
        "skipped": skipped,
        "pages": sum(result["pages"] for result in results),
        "posts": post_count,
        "users": user_count,
        "rejected_lines": sum(result["rejects"] for result in results),
        "refused_files": sum(result["status"] == REFUSED for result in results),
        "refused_objects": loaded["refused_objects"],
        "unmatched_long_texts": sum(long_texts.values()),
        "deletions": len(deleted),
        "deleted_posts": deletions.of_known_posts(settings, network, deleted),
        "load": loaded,
    }


def _sources(paths: list[Path]) -> Iterator[Found]:
    """All that the paths stand for; a path that holds nothing to import comes as its refusal."""
    for path in paths:
        other_count, is_there = 0, False
        for entry in sources.found(Path(path)):
            other_count += isinstance(entry, Skipped)
            is_there = is_there or not isinstance(entry, Skipped)
            yield entry
        if not is_there:
            yield Refused(str(path), f"there is no file of posts in it ({other_count} other files)")


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
        return None, refused(source.name, str(problem))


def _helper(source: Source, base_name: str) -> list[dict[str, Any]]:
    """The items of a file beside the posts of an account archive; none if it is not there."""
    beside = source.beside(base_name)
    if not beside.exists():
        return []
    with opened(beside) as file:
        return assigned_list(file.path)


def _count_long_texts(incoming: _FileImport, long_texts: dict[str, int]) -> None:
    """Posts of an archive may stand in several files, and all their long texts in one."""
    if incoming.notes:
        name = incoming.source.beside("note-tweet.js").name
        all_of_them = sum(len(of_second) for of_second in incoming.notes.values())
        long_texts[name] = max(long_texts.get(name, all_of_them) - incoming.matched_notes, 0)


def _take_file_in(incoming: _FileImport, on_progress: Progress) -> dict[str, Any]:
    what_it_is = foreign.what_it_is(incoming.opened.path)
    if what_it_is:
        return refused(incoming.source.name, what_it_is)
    for line in lines(incoming.opened.path):
        _count(incoming, line)
        if incoming.value_count % _PROGRESS_LINES == 0:
            on_progress(
                f"{incoming.source.name}: {incoming.value_count} values, {len(incoming.posts)} posts so far"
            )
        _take_in(incoming, line)
    _land_flat(incoming)
    if incoming.opened.damage:
        missing = Line(incoming.last_line + 1, b"", None, shapes.UNKNOWN, incoming.opened.damage)
        _count(incoming, missing)
        _reject(incoming, missing)
    if incoming.value_count == 0:
        return refused(incoming.source.name, "it is empty")
    if incoming.pages == 0 and not incoming.deleted:
        return incoming.summary(REFUSED, _why_nothing(incoming))
    _land_rejects(incoming)
    return incoming.summary(IMPORTED)


def _count(incoming: _FileImport, line: Line) -> None:
    incoming.value_count += 1
    incoming.kinds[line.kind] += 1
    incoming.last_line = line.number


def _take_in(incoming: _FileImport, line: Line) -> None:
    if line.kind == shapes.V1_POST:
        try:
            post = v1.flat_post(line.value, incoming.owner, incoming.notes)
        except v1.NotAPost as problem:
            line.reason = str(problem)
            _reject(incoming, line)
            return
        incoming.matched_notes += "note_tweet" in post
        line = Line(line.number, line.raw, post, shapes.FLAT_POST)
    if line.kind in (shapes.FLAT_POST, shapes.FLAT_USER):
        if incoming.flat and (incoming.flat[0].kind != line.kind or len(incoming.flat) >= _FLAT_PAGE_SIZE):
            _land_flat(incoming)
        incoming.flat.append(line)
    elif line.kind in (shapes.PAGE_OF_POSTS, shapes.PAGE_OF_USERS, shapes.INCLUDES_ONLY):
        _land(incoming, line.kind, line.value, line.raw, [line.number])
    elif line.kind == shapes.NOTICE:
        deletion = notices.deletion(line.value)
        if deletion:
            incoming.deleted[deletion[0]] = deletion[1]
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
    numbers = [line.number for line in incoming.flat]
    _land(incoming, kind, body, json.dumps(body, ensure_ascii=True).encode(), numbers)
    incoming.flat = []


def _land(
    incoming: _FileImport, kind: str, body: dict[str, Any], raw: bytes, line_numbers: list[int]
) -> None:
    """`line_numbers`: the line that all of it stood in, or one for each object of `data`."""
    own = objects(body.get("data"))
    data_kind = {shapes.PAGE_OF_POSTS: "post", shapes.PAGE_OF_USERS: "user"}.get(kind, "other")
    incoming.posts.update(_ids(included(body, "tweets", "posts")), _ids(own) if data_kind == "post" else ())
    incoming.users.update(_ids(included(body, "users")), _ids(own) if data_kind == "user" else ())
    incoming.pages += 1
    note = body.get("__twarc") or (own[0].get("__twarc") if own else None)
    note = note if isinstance(note, dict) else {}
    meta = body.get("meta") if isinstance(body.get("meta"), dict) else {}
    fetched_at = moment_in(note.get("retrieved_at")) or incoming.opened.modified_at
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
    name = f"page-{incoming.pages:09d}"
    if len(line_numbers) == 1:
        section = "data" if own else "includes"
        incoming.one_value_pages[name] = section, len(own) or envelope["object_count"]
    _write(incoming, name, envelope, raw, body)


def _reject(incoming: _FileImport, line: Line) -> None:
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


def _land_rejects(incoming: _FileImport) -> None:
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
    incoming: _FileImport,
    name: str,
    envelope: dict[str, Any],
    body: bytes,
    value: dict[str, Any],
    part: str = "",
) -> None:
    """Lands it, if it is not there. A version that read less of the same file has left a smaller page of that name.

    `part` is added to the name of the run.
    """
    count = envelope["object_count"]
    keys = [
        landing_files.page_key(incoming.network, STREAM, f"{_run_id(incoming)}{part}{more}", name)
        for more in ("", f"-of-{count}")
    ]
    if not any(_is_landed(incoming.landing_dir, key, count) for key in keys):
        key = keys[1] if landing_files.is_readable(incoming.landing_dir, keys[0]) else keys[0]
        pages.land(incoming.state, incoming.landing_dir, key, envelope, body, value)


def _is_landed(landing_dir: Path, key: str, object_count: int) -> bool:
    """Whether the page is there, with as many objects: those that were erased since leave a mark in their place."""
    try:
        page = landing_files.read(landing_dir, key)
    except LandingUnreadable:
        return False
    landed = page.envelope.get("object_count", len(objects(page.body.get("rejects"))))
    return landed == object_count


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


def _run(incoming: _FileImport) -> str:
    """How the keys of its pages begin."""
    return landing_files.page_key(incoming.network, STREAM, _run_id(incoming), "page").removesuffix("/page")


def _why_nothing(incoming: _FileImport) -> str:
    kind, _ = incoming.kinds.most_common(1)[0]
    if kind in (shapes.UNKNOWN, shapes.V1_POST) and incoming.rejects.count:
        first = incoming.rejects.first
        return (
            f"none of its {incoming.value_count} values is usable; "
            f"line {first['line_number']}: {first['reason']}"
        )
    return f"it holds {kind} ({incoming.value_count} values)"


def _ids(values: list[dict[str, Any]]) -> Iterator[str]:
    return (str(value["id"]) for value in values if value.get("id"))


def _endpoint(url: Any) -> str | None:
    """The path of the address that twarc notes; its query holds the fields and is of no use here."""
    text = str(url).split("?", 1)[0] if url else ""
    return "/" + text.split("/", 3)[3] if text.count("/") >= 3 else None
