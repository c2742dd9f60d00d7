"""`rapport import`: files of API v2 responses into the same landing and the same raw tables.

A file is told by its content: its run id is the hash of it, so importing it twice, or under another name,
adds nothing. A line that can't be taken in is landed as a reject and the rest goes in; a file without a
single usable line is refused whole, with the reason.
"""

import gzip
import hashlib
import json
import logging
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import Any

from extractors import landing, raw_store
from extractors.files import shapes
from extractors.x.fields import included, objects
from rapport.config import Settings

log = logging.getLogger("rapport.import")

STREAM = "import"
NETWORK = "x"
_FLAT_PAGE_SIZE = 500
_PROGRESS_LINES = 10_000
# Of a refused line this much is kept beside its hash: enough to recognise it, whatever its size.
_KEPT_CHARACTERS = 4000

Progress = Callable[[str], None]


@dataclass
class _Line:
    """A line that was read: what it is, or why it is none."""

    number: int
    raw: bytes
    value: Any
    kind: str
    reason: str = ""


@dataclass
class _FileImport:
    """One file on its way in."""

    path: Path
    digest: str
    modified_at: datetime
    landing_dir: Path
    posts: set[str] = field(default_factory=set)
    users: set[str] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    line_count: int = 0
    rejects: list[dict[str, Any]] = field(default_factory=list)
    flat: list[_Line] = field(default_factory=list)

    def summary(self, status: str, reason: str = "") -> dict[str, Any]:
        """What the caller hears about this file; posts and users are distinct ids."""
        return {
            "file": str(self.path),
            "status": status,
            "reason": reason,
            "pages": self.pages,
            "posts": len(self.posts),
            "users": len(self.users),
            "rejects": len(self.rejects),
        }


def import_files(settings: Settings, paths: list[Path], on_progress: Progress = log.info) -> dict[str, Any]:
    """Takes JSONL files (also .gz) of API v2 responses or flat posts into landing, then loads them.

    Returns {files: [{file, status imported|refused, reason, pages, posts, users, rejects}], pages, posts,
    users (distinct over all files), rejected_lines, refused_files, load}. Scripts should treat
    rejected_lines > 0 or refused_files > 0 as "not everything went in" (a non-zero exit). Nothing is raised
    for the content of a file.
    """
    results: list[dict[str, Any]] = []
    posts: set[str] = set()
    users: set[str] = set()
    for path in paths:
        one, result = _import_file(settings, Path(path), on_progress)
        if one is not None and result["status"] == "imported":
            posts |= one.posts
            users |= one.users
        results.append(result)
        if result["status"] == "imported":
            on_progress(
                f"{path}: {result['posts']} posts, {result['users']} users on {result['pages']} pages, "
                f"{result['rejects']} lines refused"
            )
        else:
            on_progress(f"{path}: refused: {result['reason']}")
    return {
        "files": results,
        "pages": sum(result["pages"] for result in results),
        "posts": len(posts),
        "users": len(users),
        "rejected_lines": sum(result["rejects"] for result in results if result["status"] == "imported"),
        "refused_files": sum(result["status"] == "refused" for result in results),
        "load": raw_store.load(settings, on_progress),
    }


def _import_file(
    settings: Settings, path: Path, on_progress: Progress
) -> tuple[_FileImport | None, dict[str, Any]]:
    try:
        digest = _digest(path)
        modified_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, EOFError, zlib.error) as problem:
        return None, _refused(path, f"it can't be read: {problem}")
    one = _FileImport(path, digest, modified_at, settings.landing_dir)
    for line in _lines(path):
        one.line_count += 1
        one.kinds[line.kind] += 1
        if line.number % _PROGRESS_LINES == 0:
            on_progress(f"{path}: line {line.number}, {len(one.posts)} posts so far")
        _take_in(one, line)
    _land_flat(one)
    if one.line_count == 0:
        return one, _refused(path, "it is empty")
    if one.pages == 0:
        return one, _refused(path, _why_nothing(one))
    _land_rejects(one)
    return one, one.summary("imported")


def _take_in(one: _FileImport, line: _Line) -> None:
    if line.kind in (shapes.FLAT_POST, shapes.FLAT_USER):
        if one.flat and (one.flat[0].kind != line.kind or len(one.flat) >= _FLAT_PAGE_SIZE):
            _land_flat(one)
        one.flat.append(line)
    elif line.kind in (shapes.PAGE_OF_POSTS, shapes.PAGE_OF_USERS, shapes.INCLUDES_ONLY):
        _land(one, line.number, line.kind, line.value, line.raw)
    elif line.kind != shapes.NOTHING:  # an empty answer is no fault
        _reject(one, line)


def _land_flat(one: _FileImport) -> None:
    if not one.flat:
        return
    values = [line.value for line in one.flat]
    if one.flat[0].kind == shapes.FLAT_POST:
        kind, body = shapes.PAGE_OF_POSTS, shapes.unflatten(values)
    else:
        kind, body = shapes.PAGE_OF_USERS, {"data": values}
    _land(one, one.flat[0].number, kind, body, json.dumps(body, ensure_ascii=True).encode())
    one.flat = []


def _land(one: _FileImport, number: int, kind: str, body: dict[str, Any], raw: bytes) -> None:
    own = objects(body.get("data"))
    data_kind = {shapes.PAGE_OF_POSTS: "post", shapes.PAGE_OF_USERS: "user"}.get(kind, "other")
    one.posts.update(_ids(included(body, "tweets", "posts")), _ids(own) if data_kind == "post" else ())
    one.users.update(_ids(included(body, "users")), _ids(own) if data_kind == "user" else ())
    one.pages += 1
    note = body.get("__twarc") or (own[0].get("__twarc") if own else None)
    note = note if isinstance(note, dict) else {}
    meta = body.get("meta") if isinstance(body.get("meta"), dict) else {}
    fetched_at = _moment(note.get("retrieved_at")) or one.modified_at
    envelope = {
        **_origin(one, number),
        "data_kind": data_kind,
        "endpoint": _endpoint(note.get("url")),
        "fetched_at": fetched_at.isoformat(),
        "next_token": (meta or {}).get("next_token"),
        "result_count": len(own),
        "object_count": len(own) + len(included(body, "tweets", "posts", "users")),
    }
    _write(one, f"line-{number:09d}", envelope, raw)


def _reject(one: _FileImport, line: _Line) -> None:
    one.rejects.append(
        {
            "source_path": str(one.path),
            "line_number": line.number,
            "reason": line.reason or f"it holds {line.kind}",
            "content_sha256": hashlib.sha256(line.raw).hexdigest(),
            "content": line.raw[:_KEPT_CHARACTERS].decode("utf-8", "replace"),
        }
    )


def _land_rejects(one: _FileImport) -> None:
    """The refused lines travel by landing too, so that raw can be made anew from landing alone."""
    if one.rejects:
        body = json.dumps({"rejects": one.rejects}, ensure_ascii=True).encode()
        envelope = {**_origin(one, 0), "data_kind": "other", "fetched_at": one.modified_at.isoformat()}
        _write(one, "rejects", envelope, body)


def _write(one: _FileImport, name: str, envelope: dict[str, Any], body: bytes) -> None:
    key = landing.page_key(NETWORK, STREAM, _run_id(one), name)
    # What is there came from the same bytes.
    if not landing.exists(one.landing_dir, key):
        landing.write(one.landing_dir, key, envelope, body)


def _origin(one: _FileImport, number: int) -> dict[str, Any]:
    return {
        "network": NETWORK,
        "client_id": "",
        "stream": STREAM,
        "run_id": _run_id(one),
        "target": one.path.name,
        "page_number": number,
        "source": "file",
        "parameters": {"file": one.path.name},
    }


def _run_id(one: _FileImport) -> str:
    return f"file-{one.digest[:24]}"


def _lines(path: Path) -> Iterator[_Line]:
    """The lines that are not blank. A file that is one JSON document over many lines comes as its items."""
    with _open(path) as file:
        number = 0
        for number, raw in enumerate(file, start=1):
            raw = raw.removeprefix(b"\xef\xbb\xbf").strip()
            if not raw:
                continue
            line = _parsed(number, raw)
            if number == 1 and line.reason:
                whole = _whole_document(path)
                if whole is not None:
                    yield from whole
                    return
            yield from _items(line)


def _whole_document(path: Path) -> list[_Line] | None:
    with _open(path) as file:
        try:
            value = json.loads(file.read(), parse_constant=_refuse_constant)
        except ValueError:
            return None
    return list(_items(_Line(1, json.dumps(value).encode(), value, shapes.kind_of(value))))


def _items(line: _Line) -> Iterator[_Line]:
    """A line that is a JSON list stands for its items, all under the line's number; others for themselves."""
    if not isinstance(line.value, list) or line.reason:
        yield line
        return
    flat = [one for one in line.value if shapes.kind_of(one) in (shapes.FLAT_POST, shapes.FLAT_USER)]
    if len(flat) != len(line.value) or not flat:
        yield line
        return
    for one in flat:
        yield _Line(line.number, json.dumps(one).encode(), one, shapes.kind_of(one))


def _parsed(number: int, raw: bytes) -> _Line:
    try:
        value = json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as problem:
        return _Line(number, raw, None, shapes.UNKNOWN, f"it is not whole JSON: {problem}")
    return _Line(number, raw, value, shapes.kind_of(value))


def _why_nothing(one: _FileImport) -> str:
    kind, _ = one.kinds.most_common(1)[0]
    if kind == shapes.UNKNOWN and one.rejects:
        first = one.rejects[0]
        return f"none of its {one.line_count} lines is usable; line {first['line_number']}: {first['reason']}"
    return f"it holds {kind} ({one.line_count} lines)"


def _refused(path: Path, reason: str) -> dict[str, Any]:
    counts = dict.fromkeys(("pages", "posts", "users", "rejects"), 0)
    return {"file": str(path), "status": "refused", "reason": reason, **counts}


def _open(path: Path) -> gzip.GzipFile | BufferedReader:
    with path.open("rb") as file:
        is_packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if is_packed else path.open("rb")


def _digest(path: Path) -> str:
    """Of the content unpacked: the same file with and without .gz is the same import."""
    with _open(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _ids(values: list[dict[str, Any]]) -> Iterator[str]:
    return (str(one["id"]) for one in values if one.get("id"))


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


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
