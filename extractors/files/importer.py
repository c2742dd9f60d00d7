"""`rapport import`: files of posts into the same landing and the same raw tables as what is fetched.

A file is identified by its content: its run id is the hash of it, so importing it twice, packed, in another encoding
or under another name, adds nothing. What can't be taken in is landed as a reject and the rest goes in. Of a file
without a single usable value nothing is landed: it is refused whole. docs/importing.md says what is taken.
"""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from extractors.files import deletions, foreign, shapes, sources, v1
from extractors.files.incoming import FileImport, land_flat, land_rejects, reject, run_id, take_in
from extractors.files.lines import Line, assigned_list, lines
from extractors.files.results import IMPORTED, REFUSED, add_refused_objects, message, refused
from extractors.files.sources import Found, NotReadable, Refused, Skipped, Source, opened
from extractors.raw import raw_store
from extractors.state.store import State, open_state
from rapport.config import Settings
from rapport.networks import X

log = logging.getLogger("rapport.import")

_PROGRESS_LINES = 10_000

Progress = Callable[[str], None]


def import_files(
    settings: Settings, paths: list[Path], on_progress: Progress = log.info, network: str = X.name
) -> dict[str, Any]:
    """Takes files, folders and archives of a network's posts into landing, then loads them.

    Returns {files: [{file, status imported|refused, reason, read, taken, notices, empty, refused, refused_because,
    pages, posts, users, rejects, refused_objects}], skipped: [{file, reason}] (met in a folder and no input by their
    names), pages, posts, users (distinct over all files), rejected_lines, refused_files, refused_objects (in this
    load), unmatched_long_texts (of archives), load, deleted_posts (ids of posts in raw of which a notice says that they
    were deleted: for an erasure), deletions (how many such notices there were)}. Scripts should treat any of the
    refused being > 0 as "not everything went in" (a non-zero exit). Nothing is raised for the content of a file.
    """
    results: list[dict[str, Any]] = []
    skipped: list[dict[str, str]] = []
    posts: set[str] = set()
    users: set[str] = set()
    deleted: dict[str, str] = {}
    by_run: dict[str, list[dict[str, Any]]] = {}
    flat_keys: set[str] = set()
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
                    flat_keys |= incoming.flat_keys
                    by_run.setdefault(run_id(incoming), []).append(result)
                    _count_long_texts(incoming, long_texts)
            results.append(result)
            on_progress(message(result))
    for name, count in long_texts.items():
        if count:
            on_progress(f"{name}: {count} long texts belong to no post in the files beside it")
    loaded = raw_store.load(settings, on_progress)
    add_refused_objects(settings, by_run, flat_keys)
    for result in results:
        if result["refused_objects"]:
            on_progress(
                f"{message(result)}; {result['refused_objects']} objects were refused when they were loaded"
            )
    return {
        "files": results,
        "skipped": skipped,
        "pages": sum(result["pages"] for result in results),
        "posts": len(posts),
        "users": len(users),
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
) -> tuple[FileImport | None, dict[str, Any]]:
    try:
        with opened(source) as file:
            incoming = FileImport(source, file, settings.landing_dir, state, network)
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


def _count_long_texts(incoming: FileImport, long_texts: dict[str, int]) -> None:
    """Posts of an archive may stand in several files, and all their long texts in one."""
    if incoming.notes:
        name = incoming.source.beside("note-tweet.js").name
        all_of_them = sum(len(of_second) for of_second in incoming.notes.values())
        long_texts[name] = max(long_texts.get(name, all_of_them) - incoming.matched_notes, 0)


def _take_file_in(incoming: FileImport, on_progress: Progress) -> dict[str, Any]:
    what_it_is = foreign.what_it_is(incoming.opened.path)
    if what_it_is:
        return refused(incoming.source.name, what_it_is)
    for line in lines(incoming.opened.path):
        _count(incoming, line)
        if incoming.value_count % _PROGRESS_LINES == 0:
            on_progress(
                f"{incoming.source.name}: {incoming.value_count} values, {len(incoming.posts)} posts so far"
            )
        take_in(incoming, line)
    land_flat(incoming)
    if incoming.opened.damage:
        missing = Line(incoming.last_line + 1, b"", None, shapes.UNKNOWN, incoming.opened.damage)
        _count(incoming, missing)
        reject(incoming, missing)
    if incoming.value_count == 0:
        return refused(incoming.source.name, "it is empty")
    if incoming.pages == 0 and not incoming.deleted:
        return incoming.summary(REFUSED, _why_nothing(incoming))
    land_rejects(incoming)
    return incoming.summary(IMPORTED)


def _count(incoming: FileImport, line: Line) -> None:
    incoming.value_count += 1
    incoming.kinds[line.kind] += 1
    incoming.last_line = line.number


def _why_nothing(incoming: FileImport) -> str:
    kind, _ = incoming.kinds.most_common(1)[0]
    if kind in (shapes.UNKNOWN, shapes.V1_POST) and incoming.rejects.count:
        first = incoming.rejects.first
        return (
            f"none of its {incoming.value_count} values is usable; "
            f"line {first['line_number']}: {first['reason']}"
        )
    return f"it holds {kind} ({incoming.value_count} values)"
