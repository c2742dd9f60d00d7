"""What was not taken in, or was taken out by hand: looked at, tried again, or dropped.

A refused line, object or landing file stands in raw.rejects with its reason. What was decided about it stands in
quality.quarantine; without a row there, it waits. What waits is never part of a number.
"""

import hashlib
import logging
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from extractors.errors import LandingUnreadable
from extractors.files import repositories
from extractors.files.forms import forms_of
from extractors.files.importer import import_files
from extractors.files.lines import lines
from extractors.files.sources import NotReadable, Source, opened
from extractors.landing import landing_files, pages
from extractors.raw import healing, raw_store
from extractors.state.store import open_state
from rapport import warehouse
from rapport.config import Settings
from rapport.errors import ConfigError

log = logging.getLogger("rapport.quarantine")

TAKEN_IN = "taken in"
DROPPED = "dropped"

_TABLE = """
create schema if not exists quality;
create table if not exists quality.quarantine (
    reject_id varchar, page_key varchar, line_number bigint, decision varchar, decided_at timestamptz,
    decided_by varchar, why varchar
);
"""
_ID = """
    substr(md5(
        page_key || ':' ||
        case
            when section is null then coalesce(line_number, 0)::varchar
            else section || ':' || position || ':' || object_kind
        end
    ), 1, 10)
"""
_WAITING = f"""
select rejects.*
from (
    select
        {_ID} as reject_id, page_key, source_path, line_number, reason, content, content_sha256, rejected_at,
        network, object_kind, object_id, section, position
    from raw.rejects
) as rejects
-- a landing file that was mended, and damaged again later, waits again
anti join quality.quarantine as decided
    on rejects.reject_id = decided.reject_id and rejects.rejected_at <= decided.decided_at
order by rejected_at, page_key, line_number, section, position, object_kind
"""


@dataclass(frozen=True)
class Reject:
    """One refused line of an imported file, one object of a page, or one page that can't be read or was taken out.

    `content` is the beginning of the line or the object as it stood there: it may hold what people wrote.
    `source_path` and `line_number` say where it came from; those of an object may not be known. `object_kind`: line,
    page, or what the object is; `section` and `position` are where it stands on its page.
    """

    reject_id: str
    page_key: str
    source_path: str
    line_number: int | None
    reason: str
    content: str | None
    content_sha256: str | None
    rejected_at: datetime
    network: str
    object_kind: str
    object_id: str | None
    section: str | None
    position: int | None

    @property
    def is_object(self) -> bool:
        """Whether it is one object of a page."""
        return self.object_kind not in ("line", "page")

    @property
    def what(self) -> str:
        """What it is, in words: `post 123`."""
        return (
            f"{self.object_kind} {self.object_id or 'without an id'}" if self.is_object else self.object_kind
        )

    @property
    def kept_line(self) -> bytes | None:
        """The line, if it was kept whole."""
        line = (self.content or "").encode()
        return line if line and hashlib.sha256(line).hexdigest() == self.content_sha256 else None


@dataclass(frozen=True)
class Outcome:
    """How one retry ended; `reason` says why it is still not taken in."""

    reject: Reject
    is_taken_in: bool
    reason: str = ""


def waiting(settings: Settings, reject_ids: Iterable[str] = ()) -> list[Reject]:
    """All that nothing was decided about, the oldest first; or those of the ids. ConfigError for an unknown id."""
    wanted = list(dict.fromkeys(reject_ids))
    with warehouse.connect(settings) as connection:
        raw_store.create_tables(connection)
        connection.execute(_TABLE)
        found = [Reject(*row) for row in connection.execute(_WAITING).fetchall()]
    if not wanted:
        return found
    by_id = {reject.reject_id: reject for reject in found}
    unknown = [reject_id for reject_id in wanted if reject_id not in by_id]
    if unknown:
        raise ConfigError(
            f"nothing of the id {unknown[0]} waits in quarantine", "see `rapport quarantine list` for the ids"
        )
    return [by_id[reject_id] for reject_id in wanted]


def count_waiting(connection: duckdb.DuckDBPyConnection) -> int:
    """How many wait, by a connection that may be read-only; nothing has to be there yet."""
    if not warehouse.has_table(connection, "raw", "rejects"):
        return 0
    if not warehouse.has_table(connection, "quality", "quarantine"):
        query = "select count(*) from raw.rejects"
    else:
        query = f"select count(*) from ({_WAITING})"
    return int(connection.execute(query).fetchall()[0][0])


def retry(
    settings: Settings, rejects: list[Reject], by: str, on_progress: Callable[[str], None] = log.info
) -> list[Outcome]:
    """Takes in what can be read now, through the ordinary import and load; the rest goes on waiting.

    A line is taken from its file as it is now (mended, perhaps), else from what was kept of it; a landing file is
    read again, and for an object its whole page. What was taken out by hand goes in. Killed half-way, run it again:
    what went in is known by its content.
    """
    refused_lines = [reject for reject in rejects if reject.object_kind == "line"]
    outcomes = _retry_pages(
        settings, [reject for reject in rejects if reject not in refused_lines], on_progress
    )
    outcomes += _retry_lines(settings, refused_lines, on_progress)
    _decide(settings, [outcome.reject for outcome in outcomes if outcome.is_taken_in], TAKEN_IN, by, "")
    return outcomes


def drop(settings: Settings, rejects: list[Reject], by: str, why: str) -> None:
    """Gives them up for good: their content goes from landing and raw, who decided it and why is kept."""
    for key in {reject.page_key for reject in rejects if reject.object_kind == "line"}:
        _forget_lines(settings, key, {reject.line_number for reject in rejects if reject.page_key == key})
    _forget_objects(settings, [reject for reject in rejects if reject.is_object])
    with warehouse.connect(settings) as connection:
        for reject in rejects:
            connection.execute(
                "update raw.rejects set content = null where page_key = ? and object_kind = ? "
                "and line_number is not distinct from ? and section is not distinct from ? "
                "and position is not distinct from ?",
                [reject.page_key, reject.object_kind, reject.line_number, reject.section, reject.position],
            )
    for reject in rejects:
        if reject.object_kind == "page":
            landing_files.path_of(settings.landing_dir, reject.page_key).unlink(missing_ok=True)
    _decide(settings, rejects, DROPPED, by, why)


def _decide(settings: Settings, rejects: list[Reject], decision: str, by: str, why: str) -> None:
    now = datetime.now(
        UTC
    )  # as raw.rejects.rejected_at is: a decision counts for what was rejected before it
    with warehouse.connect(settings) as connection:
        connection.execute(_TABLE)
        for reject in rejects:
            connection.execute(
                "insert into quality.quarantine values (?, ?, ?, ?, ?, ?, ?)",
                [reject.reject_id, reject.page_key, reject.line_number, decision, now, by, why],
            )


def _retry_pages(
    settings: Settings, rejects: list[Reject], on_progress: Callable[[str], None]
) -> list[Outcome]:
    """Loads the pages again of which, or on which, something was refused."""
    there = [reject for reject in rejects if landing_files.exists(settings.landing_dir, reject.page_key)]
    if there:
        with warehouse.connect(settings) as connection:
            connection.begin()
            posts = {
                (reject.network, reject.object_id)
                for reject in there
                if reject.object_kind == "post" and reject.object_id
            }
            keys = healing.release_posts(connection, posts)
            # what raw does not know is read again
            healing.forget_pages(connection, sorted(keys | {reject.page_key for reject in there}))
            connection.commit()
        raw_store.load(settings, on_progress)
    again = {reject.reject_id: reject.reason for reject in waiting(settings)}
    return [
        Outcome(reject, reject.reject_id not in again, again.get(reject.reject_id, ""))
        if reject in there
        else Outcome(reject, False, "the landing file is no longer there")
        for reject in rejects
    ]


def _retry_lines(
    settings: Settings, rejects: list[Reject], on_progress: Callable[[str], None]
) -> list[Outcome]:
    found: dict[str, bytes] = {}
    for name in {reject.source_path for reject in rejects}:
        found |= _lines_now(name, [reject for reject in rejects if reject.source_path == name])
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="rapport-quarantine-") as folder:
        # A file for each line: one without a usable line is refused whole, and leaves nothing behind.
        files: dict[str, list[Path]] = {}
        for reject in rejects:
            if reject.reject_id in found:
                path = Path(folder) / f"{reject.reject_id}.jsonl"
                path.write_bytes(found[reject.reject_id] + b"\n")
                seen_at = _seen_at(settings, reject).timestamp()
                os.utime(path, (seen_at, seen_at))
                files.setdefault(landing_files.network_of(reject.page_key), []).append(path)
        results = {}
        for network, paths in files.items():
            for result in import_files(settings, paths, on_progress, network)["files"]:
                results[Path(result["file"]).stem] = result
    for reject in rejects:
        if reject.reject_id not in results:
            outcomes.append(Outcome(reject, False, "neither its file nor the whole line is there any more"))
        else:
            result = results[reject.reject_id]
            outcomes.append(Outcome(reject, result["status"] == "imported", result["reason"]))
    return outcomes


def _lines_now(source_path: str, rejects: list[Reject]) -> dict[str, bytes]:
    """Reject id → the line to try: of the file as it is now, or what was kept."""
    found = {reject.reject_id: kept for reject in rejects if (kept := reject.kept_line)}
    by_number = {reject.line_number: reject.reject_id for reject in rejects}
    source = _source(source_path)
    if source is not None:
        network = landing_files.network_of(rejects[0].page_key)
        try:
            with opened(source) as file:
                if repositories.is_one(file.path):
                    return found  # its blocks are no lines
                for line in lines(file.path, forms_of(network)):
                    if line.number in by_number:
                        found[by_number[line.number]] = line.raw
        except NotReadable as problem:
            log.info("%s: %s", source_path, problem)
    return found


def _source(name: str) -> Source | None:
    """The file, or the member of a zip archive, that `Source.name` stands for; None if it is gone."""
    path = Path(name)
    while not path.exists() and path != path.parent:
        path = path.parent
    if not path.is_file():
        return None
    source = Source(path, name.removeprefix(str(path)).lstrip("/"))
    return source if source.exists() else None


def _seen_at(settings: Settings, reject: Reject) -> datetime:
    """When the file that the line stood in was written: what it says was seen then, not now."""
    try:
        envelope = landing_files.read(settings.landing_dir, reject.page_key).envelope
        return datetime.fromisoformat(envelope["fetched_at"])
    except (LandingUnreadable, KeyError, ValueError):
        return reject.rejected_at


def _forget_objects(settings: Settings, rejects: list[Reject]) -> None:
    """Takes refused objects out of their landing files."""
    with open_state(settings) as state:
        for key in sorted({reject.page_key for reject in rejects}):
            if landing_files.exists(settings.landing_dir, key):
                places = [
                    (reject.object_kind, reject.section or "", reject.position or 0, reject.object_id)
                    for reject in rejects
                    if reject.page_key == key
                ]
                pages.take_out(state, settings.landing_dir, key, places)


def _forget_lines(settings: Settings, key: str, numbers: set[int | None]) -> None:
    """Takes the content of refused lines out of their landing file."""
    if not landing_files.exists(settings.landing_dir, key):
        return
    page = landing_files.read(settings.landing_dir, key)
    for refused in page.body["rejects"]:
        if refused["line_number"] in numbers:
            refused["content"] = None
    with open_state(settings) as state:
        pages.land(state, settings.landing_dir, key, page.envelope, pages.dump(page.body), page.body)
