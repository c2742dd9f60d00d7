"""Writes the overview: of one home as the index of its reports, of several as a page of its own."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from os.path import relpath
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup

from rapport.config import Config, Settings
from reporting.board import pages as boards
from reporting.client import Client, read_clients
from reporting.language import SOURCE, speaking
from reporting.lists import FOLDER as LISTS
from reporting.overview import words
from reporting.overview.query import read_owners, read_standing
from reporting.overview.record import Link, Row, Standing, worst_first
from reporting.page import draw, environment, write_page
from reporting.published import open_published, read_publication
from reporting.section import Sentence

# The other pages of a client, below its folder: shown where they are.
_PAGES = (("People", "people/index.html"), ("Lists", "lists/index.html"), ("Ties", "ties.html"))
_PAGES_OF_EDITION = (("Board page", boards.HTML),)


@dataclass(frozen=True)
class Entry:
    """What the index of a home says of a client: how it stands, its week in a sentence, its editions."""

    client: Client
    standing: Standing | None
    teaser: Sentence
    badges: list[str]
    editions: list[str]
    owners: tuple[str, ...] = ()


def write_index(
    settings: Settings, templates: Environment, entries: Sequence[Entry], joint_people: dict[str, list[str]]
) -> Path:
    """Writes the index of a home's reports. Raises ReportError when it can't be written."""
    rows = worst_first(_row_of(entry, settings.reports_dir) for entry in entries)
    place = {row.client_id: number for number, row in enumerate(rows)}
    with speaking(SOURCE):
        page = draw(
            templates, "index.html.j2", joint_people,
            rows=rows, say=words, usual_weeks=_usual_weeks([entry.client for entry in entries]),
            **_filter(rows), entries=sorted(entries, key=lambda entry: place[entry.client.client_id]),
        )  # fmt: skip
    return write_page(settings.reports_dir / "index.html", page)


def _row_of(entry: Entry, folder: Path) -> Row:
    client = entry.client
    return Row(
        client_id=client.client_id,
        client_name=client.client_name,
        standing=entry.standing,
        published_at=client.published_at,
        as_of_at=client.as_of_at,
        report=f"{client.client_id}/{client.edition}/index.html",
        links=_links(folder, client.client_id, client.edition, seen_from=folder),
        lists=_lists(folder, client.client_id, seen_from=folder),
        owners=entry.owners,
    )


@dataclass(frozen=True)
class Home:
    """What the published file of one home says of its clients."""

    folder: Path
    rows: list[Row]
    usual_weeks: str


def read_home(home: Path, seen_from: Path | None = None) -> Home:
    """The clients of the file that a home has published; nothing else of the home is read.

    `seen_from` is the folder of the page that will link to their reports; without it there are no links. Raises
    ReportError where nothing is published, or not by this version.
    """
    folder = home.expanduser().resolve()
    settings = Settings(folder, folder / "rapport.toml", Config(), "", "", None)
    with open_published(settings.published_path) as con:
        publication = read_publication(con)
        clients = read_clients(con, settings, publication)
        rows = [
            replace(
                _row_of_home(client, read_standing(con, client.client_id), settings, seen_from),
                owners=read_owners(con, client.client_id, client.client_name),
            )
            for client in clients
        ]
    return Home(folder, rows, _usual_weeks(clients))


def _row_of_home(
    client: Client, standing: Standing | None, settings: Settings, seen_from: Path | None
) -> Row:
    row = Row(
        client.client_id,
        client.client_name,
        standing,
        client.published_at,
        client.as_of_at,
        home=settings.home.name,
    )
    report = settings.reports_dir / client.client_id / client.edition / "index.html"
    if seen_from is None or not report.is_file():
        return row
    links = _links(settings.reports_dir, client.client_id, client.edition, seen_from)
    lists = _lists(settings.reports_dir, client.client_id, seen_from)
    return replace(row, report=_href(report, seen_from), links=links, lists=lists)


def write_agency(homes: Sequence[Home], path: Path) -> Path:
    """Writes one page over several homes. It names nobody but us, because no erasure would find it.

    Raises ReportError when it can't be written.
    """
    rows = worst_first(row for home in homes for row in home.rows)
    weeks = {home.usual_weeks for home in homes if home.usual_weeks}
    usual_weeks = weeks.pop() if len(weeks) == 1 else ""
    with speaking(SOURCE):
        page = draw(
            environment(),
            "overview.html.j2",
            {},
            rows=rows,
            say=words,
            usual_weeks=usual_weeks,
            **_filter(rows),
        )
    return write_page(path, page, is_shared=False)


def _filter(rows: list[Row]) -> dict[str, object]:
    """What the filter by owner needs: whom there is to choose, and the script, which the page allows by its hash.

    Without the script the table is all there.
    """
    script = (Path(__file__).parent / "filter.js").read_text(encoding="utf-8")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    return {"owners": words.owners(rows), "script": Markup(script), "script_hash": f"sha256-{digest}"}  # noqa: S704 - ours


def _links(folder: Path, client_id: str, edition: str, seen_from: Path) -> tuple[Link, ...]:
    """The client's other pages that are there."""
    own = folder / client_id
    places = [(label, own / name) for label, name in _PAGES]
    places += [(label, own / edition / name) for label, name in _PAGES_OF_EDITION]
    return tuple(Link(label, _href(path, seen_from)) for label, path in places if path.is_file())


def _lists(folder: Path, client_id: str, seen_from: Path) -> str | None:
    """The folder of the client's lists, where they are."""
    lists = folder / client_id / LISTS
    return _href(lists, seen_from) if lists.is_dir() else None


def _href(path: Path, seen_from: Path) -> str:
    return quote(Path(relpath(path, seen_from)).as_posix())


def _usual_weeks(clients: Sequence[Client]) -> str:
    """ "8 weeks"; "" where nothing is published that says it."""
    return str(clients[0].definitions["usual_weeks"]) if clients else ""
