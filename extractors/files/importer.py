"""`rapport import`: files of posts into the same landing and the same raw tables as what is fetched.

A file is identified by its content: its run id is the hash of it, so importing it twice, packed, in another encoding
or under another name, adds nothing. What can't be taken in is landed as a reject and the rest goes in. Of a file
without a single usable value nothing is landed: it is refused whole. docs/importing.md says what is taken.
"""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from extractors import recognition
from extractors.files import (
    answers,
    deletions,
    foreign,
    posts,
    recognising,
    repositories,
    shapes,
    sources,
    v1,
)
from extractors.files.forms import forms_of
from extractors.files.incoming import Incoming
from extractors.files.lines import Line, assigned_list, lines
from extractors.files.results import IMPORTED, REFUSED, Landed, at_the_door, message, refused, sum_of
from extractors.files.sources import Found, NotReadable, Refused, Skipped, Source, opened
from extractors.raw import raw_store
from extractors.state.store import State, open_state
from rapport.config import Settings
from rapport.networks import label_of

log = logging.getLogger("rapport.import")

_PROGRESS_LINES = 10_000

Progress = Callable[[str], None]


def import_files(
    settings: Settings, paths: list[Path], on_progress: Progress = log.info, network: str = ""
) -> dict[str, Any]:
    """Takes files, folders and archives of a network's posts into landing, then loads them.

    `network`: whose they are; of each file, its content says so if this is empty.

    Returns {files: [{file, network, status imported|refused, reason, read, taken, passed_over, passed_over_because,
    private_posts (of which nothing was kept), notices, empty, refused, refused_because, left_out, left_out_because
    (refused objects of values taken), pages, posts, users, rejects}], skipped: [{file, reason}] (met in a folder and no
    input by their names), pages, posts, users (distinct over all files), rejected_lines, refused_files, refused_objects
    (by the door of raw, now), unmatched_long_texts (of archives), load, deleted_posts (network → ids of posts in raw of
    which a notice says that they were deleted: for an erasure), deletions (how many such notices there were)}. Scripts
    should treat any of the refused being > 0 as "not everything went in" (a non-zero exit). Nothing is raised for the
    content of a file.
    """
    results: list[dict[str, Any]] = []
    skipped: list[dict[str, str]] = []
    post_ids: set[str] = set()
    account_ids: set[str] = set()
    deleted: dict[str, dict[str, str]] = {}
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
                    post_ids |= incoming.posts
                    account_ids |= incoming.users
                    deleted.setdefault(incoming.network, {}).update(incoming.deleted)
                    landed.append(Landed(incoming.run, result, incoming.one_value_pages))
                    _count_long_texts(incoming, long_texts)
            results.append(result)
            on_progress(message(result))
    for name, count in long_texts.items():
        if count:
            on_progress(f"{name}: {count} long texts belong to no post in the files beside it")
    loaded = raw_store.load(settings, on_progress)
    post_count, user_count = at_the_door(settings, landed) or (len(post_ids), len(account_ids))
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
        "deletions": sum(map(len, deleted.values())),
        "deleted_posts": {
            network: deletions.of_known_posts(settings, network, of_network)
            for network, of_network in deleted.items()
            if of_network
        },
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
) -> tuple[Incoming | None, dict[str, Any]]:
    try:
        with opened(source) as file:
            found = recognising.network_of(file.path, network)
            incoming = Incoming(source, file, settings.landing_dir, state, found)
            if sources.is_archive_posts(source):
                incoming.owner = v1.account_owner(_helper(source, "account.js"))
                incoming.notes = v1.notes_by_second(_helper(source, "note-tweet.js"))
            recogniser = recognition.recogniser_of(found)
            if recogniser and recogniser.OWNER_FILE and source.base_name != recogniser.OWNER_FILE:
                owners = map(recogniser.answer, _helper(source, recogniser.OWNER_FILE))
                incoming.owner = next((owner.value for owner in owners if owner and owner.listed), None)
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


def _count_long_texts(incoming: Incoming, long_texts: dict[str, int]) -> None:
    """Posts of an archive may stand in several files, and all their long texts in one."""
    if incoming.notes:
        name = incoming.source.beside("note-tweet.js").name
        all_of_them = sum(len(of_second) for of_second in incoming.notes.values())
        long_texts[name] = max(long_texts.get(name, all_of_them) - incoming.matched_notes, 0)


def _take_file_in(incoming: Incoming, on_progress: Progress) -> dict[str, Any]:
    path = incoming.opened.path
    if repositories.is_one(path):
        if incoming.network != repositories.NETWORK:
            label = label_of(repositories.NETWORK)
            return refused(incoming.source.name, f"it is a repository of {label}: import it as {label}'s")
        reader: Any = answers
        repositories.take_in(incoming)
    else:
        what_it_is = foreign.what_it_is(path)
        if what_it_is:
            return refused(incoming.source.name, what_it_is)
        reader = answers if recognition.recogniser_of(incoming.network) else posts
        for line in lines(path, forms_of(incoming.network)):
            incoming.count(line)
            if incoming.value_count % _PROGRESS_LINES == 0:
                on_progress(
                    f"{incoming.source.name}: {incoming.value_count} values, {len(incoming.posts)} posts so far"
                )
            reader.take_in(incoming, line)
    reader.finish(incoming)
    if incoming.opened.damage:
        incoming.count(Line(incoming.last_line + 1, b"", None, shapes.UNKNOWN))
        incoming.reject(incoming.last_line, b"", incoming.opened.damage)
    if incoming.value_count == 0:
        return refused(incoming.source.name, "it is empty")
    if incoming.pages == 0 and not incoming.deleted:
        return incoming.summary(REFUSED, reader.why_nothing(incoming))
    incoming.land_rejects()
    return incoming.summary(IMPORTED)
