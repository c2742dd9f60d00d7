"""Writes the reports: one self-contained page per client and week, and an index over the clients.

    published/reports/index.html                      all clients, all editions
    published/reports/<client>/index.html             leads to the newest edition
    published/reports/<client>/<edition>/index.html   the report; edition = ISO week, like 2026-W47

A page is whole or not there: it is written beside its place and moved in. Writing an edition again
replaces it (late posts count); other editions stay as they were.
"""

import logging
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from rapport.config import Settings
from reporting import words, words_people, words_questions, words_record
from reporting.charts import charts, readers
from reporting.erasure import with_accounts
from reporting.read import RECENT_WEEKS, ReportError, read_clients, read_joint_people
from reporting.read_questions import CONTENT_WEEKS
from reporting.records import ClientData, Move, Post, Relationship
from reporting.threads import thread

log = logging.getLogger("rapport.reporting")

_EDITION = re.compile(r"^\d{4}-W\d{2}$")
# Client ids of rapport.toml have this form; a published file from elsewhere must not choose our paths.
_CLIENT_FOLDER = re.compile(r"^[a-z0-9][a-z0-9_-]{0,39}$")


def write_reports(settings: Settings, on_progress: Callable[[str], None] = log.info) -> list[Path]:
    """Writes every client's report of the newest week, and the index. Returns the pages, index last.

    Raises ReportError when the published file cannot be read or a page cannot be written.
    """
    clients = read_clients(settings)
    for client in clients:
        if not _CLIENT_FOLDER.match(client.client_id):
            raise ReportError(
                f"the client id {client.client_id!r} cannot name a folder",
                "use lower-case letters, digits, - and _ for client ids in rapport.toml, then build again",
            )
    pages = _Pages(_environment(), read_joint_people(settings))
    written: list[Path] = []
    for number, client in enumerate(clients, start=1):
        folder = settings.reports_dir / client.client_id
        report = _write(folder / client.edition / "index.html", pages, "report.html.j2", **_content(client))
        written.append(report)
        newest = max([*_editions(folder), client.edition])
        _write(folder / "index.html", pages, "newest.html.j2", client=client, edition=newest)
        on_progress(f"report {number} of {len(clients)}: {client.client_name}, {client.edition} -> {report}")
    if not clients:
        on_progress("no client is tracked: there is no report to write, only an index that says so")
    entries = [
        _Entry(client, words.week_in_words(client), _editions(settings.reports_dir / client.client_id))
        for client in clients
    ]
    written.append(_write(settings.reports_dir / "index.html", pages, "index.html.j2", entries=entries))
    return written


@dataclass(frozen=True)
class _Pages:
    """What every page is made with."""

    templates: Environment
    joint_people: dict[str, list[str]]  # person id → account ids, of those with several


@dataclass(frozen=True)
class _Entry:
    """A client on the index page."""

    client: ClientData
    sentences: list[str]
    editions: list[str]


@dataclass(frozen=True)
class _StageGroup:
    """The people at one stage: the strongest of them, and how many there are in all."""

    stage: str
    people: list[Relationship]
    total_count: int

    @property
    def left_out_count(self) -> int:
        return max(self.total_count - len(self.people), 0)


def _content(client: ClientData) -> dict[str, Any]:
    """What the report's template is given."""
    week = client.week
    start = week.week_start_date if week else None
    return {
        "client": client,
        "week": week,
        "week_span": words.span(start) if start else None,
        "sentences": words.week_in_words(client),
        "moves": _by_movement([move for move in client.moves if move.week_start_date == start]),
        "later_moves": _by_movement([move for move in client.moves if move.week_start_date != start]),
        "moved_count": sum(move.week_start_date == start for move in client.moves),
        "replies": words.replies_stream(client.streams),
        "stages": [
            _StageGroup(stage, [one for one in client.relationships if one.stage == stage], total)
            for stage in words.STAGES
            if (total := client.stage_counts.get(stage, 0))
        ],
        "threads": {root: thread(posts) for root, posts in client.threads.items()},
        "charts": {chart.key: chart for chart in charts(client.weeks)},
        "readers_chart": readers(client.questions.readership),
        "recent_weeks": RECENT_WEEKS,
        "content_weeks": CONTENT_WEEKS,
    }


def _held(post_id: str, held: dict[str, Post]) -> Post | None:
    """The post of that id, if it is still held (it may have been erased since)."""
    return held.get(post_id)


def _by_movement(moves: list[Move]) -> list[tuple[str, list[Move]]]:
    """Moves grouped as people ask for them: who came closer first, who was lost last."""
    order = ("deepened", "revived", "new", "cooled", "lapsed")
    groups = [(kind, [move for move in moves if move.movement == kind]) for kind in order]
    return [(kind, group) for kind, group in groups if group]


def _editions(folder: Path) -> list[str]:
    """Editions that exist in a client's folder, newest first."""
    if not folder.is_dir():
        return []
    found = [
        one.name for one in folder.iterdir() if _EDITION.match(one.name) and (one / "index.html").is_file()
    ]
    return sorted(found, reverse=True)


def _environment() -> Environment:
    """Templates with everything escaped, whatever their file is called, and no silent gaps."""
    environment = Environment(
        loader=PackageLoader("reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["words"] = words
    environment.globals["behind"] = words_questions
    environment.globals["people"] = words_people
    environment.globals["since"] = words_record
    environment.filters["plain"] = words.plain
    environment.filters["held_in"] = _held
    return environment


def _write(path: Path, pages: _Pages, template: str, **content: Any) -> Path:
    html = with_accounts(pages.templates.get_template(template).render(**content), pages.joint_people)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = tempfile.NamedTemporaryFile(  # noqa: SIM115 - closed below, before it is moved
            "w", encoding="utf-8", errors="replace", dir=path.parent, prefix=".", suffix=".tmp", delete=False
        )
        beside = Path(file.name)
        try:
            with file:
                file.write(html)
            beside.chmod(0o644)  # a temporary file's 0600 would hide the page from those it is for
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as problem:
        raise ReportError(
            f"{path} cannot be written: {problem.strerror or problem}",
            "make the folder writable, or free space on the disk, and report again",
        ) from problem
    return path
