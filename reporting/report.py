"""Writes the reports: one self-contained page per client and week, and an index over the clients.

    published/reports/index.html                      all clients at a glance, worst first, and their editions
    published/reports/operator.html                   costs, tables and commands, for whoever runs Rapport
    published/reports/<client>/index.html             leads to the newest edition
    published/reports/<client>/<edition>/index.html   the report; edition = ISO week, like 2026-W47
    published/reports/<client>/<edition>/board.html   the board page, and board.pdf
    published/reports/<client>/<quarter>/index.html   the quarter, like 2026-Q4
    published/reports/<client>/ties.html, ties.gexf   a picture of the newest ties, and a file for Gephi
    published/clients/<client>/reports/               the same again, in the folder that is handed over

A report is made of the client's own publication, where there is one: it can say nothing that rests on another client.
Writing an edition again replaces it (late posts count); other editions stay as they were.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from rapport.config import Settings
from reporting import navigation, operator
from reporting.accounts import joint_people
from reporting.alone import alone
from reporting.board import pages as boards
from reporting.board import pdf
from reporting.board import query as board_query
from reporting.board.faults import Fault
from reporting.board.query import WorthReading
from reporting.client import CLIENT_FOLDER, Client, own_file, read_clients
from reporting.language import SOURCE, speaking
from reporting.lists.cells import count
from reporting.lists.declared import BY_NAME
from reporting.lists.narrowing import address
from reporting.lists.writing import write_lists
from reporting.overview.page import Entry, write_index
from reporting.overview.query import read_owners, read_standing
from reporting.overview.record import Standing
from reporting.page import draw, environment, write_page
from reporting.people.pages import write_people
from reporting.people.query import read_people
from reporting.people.record import Person
from reporting.person_links import FOLDER
from reporting.published import ReportError, open_published, read_publication
from reporting.quarter.pages import draw_quarter, read_due
from reporting.quarter.record import QuarterView
from reporting.section import Part, Sentence, read_part
from reporting.sections import SECTIONS
from reporting.ties.page import write_ties
from reporting.ties.query import read_ties
from reporting.ties.record import Ties

log = logging.getLogger("rapport.reporting")


@dataclass(frozen=True)
class Report:
    """All that one client's report is made of."""

    client: Client
    parts: list[Part]
    # person id -> accounts, of those whom the list of people names
    joint_people: dict[str, list[str]] = field(default_factory=dict)
    standing: Standing | None = None  # in the overview of all clients; None while nothing is known
    people: list[Person] = field(default_factory=list)  # those who have a page of their own
    owners: tuple[str, ...] = ()  # who of us keeps its ties
    ties: Ties = field(default_factory=lambda: Ties([], []))
    # pages that are due; the last is that of the week
    quarters: list[QuarterView] = field(default_factory=list)
    reading: WorthReading = field(default_factory=WorthReading)
    list_counts: dict[str, int] = field(default_factory=dict)  # name of a list -> how many rows it has

    @property
    def shown(self) -> list[Part]:
        """The parts that the page has: of a client of whom nothing is known yet no part says that nobody waits."""
        return [part for part in self.parts if self.client.week or part.section.is_always_there]

    @property
    def sentences(self) -> list[Sentence]:
        """The week in two to five sentences: talk, ties, answers, who waits, how complete it all is."""
        found = [sentence for part in self.parts for sentence in part.sentences]
        return sorted(found, key=lambda sentence: sentence.place)

    @property
    def teaser(self) -> Sentence:
        """The first two sentences as one, for the overview."""
        first = self.sentences[:2]
        return Sentence(0, " ".join(sentence.marked for sentence in first))

    @property
    def leading(self) -> Client:
        """The client, for pages in the folder of an edition: names lead to the pages of people beside that."""
        return replace(self.client, people_at=f"../{FOLDER}/")

    @property
    def board(self) -> boards.Content:
        """What its board page is made of."""
        view = self.quarters[-1] if self.quarters else None
        return boards.Content(self.leading, self.parts, self.sentences, view, self.reading, self.joint_people)

    @property
    def badges(self) -> list[str]:
        return [part.badge for part in self.parts if part.badge]


def read_reports(settings: Settings) -> tuple[list[Report], dict[str, list[str]]]:
    """What every client's report is made of, by client id, and the accounts of everybody in the list of people.

    Raises ReportError when the published file is missing, held or not understood.
    """
    with open_published(settings.published_path) as con:
        publication = read_publication(con)
        reports = [
            _own_report(settings, client.client_id) or _report(con, settings, client, settings.editions_dir)
            for client in read_clients(con, settings, publication)
        ]
        return reports, joint_people(con)


def _own_report(settings: Settings, client_id: str) -> Report | None:
    """The report made of the client's own publication; None where it has none."""
    path = own_file(settings, client_id)
    if path is None:
        return None
    with open_published(path) as con:
        clients = read_clients(con, settings, read_publication(con))
        editions = settings.client_dir(client_id) / "editions"
        return next(
            _report(con, settings, client, editions) for client in clients if client.client_id == client_id
        )


def _report(con: duckdb.DuckDBPyConnection, settings: Settings, client: Client, editions: Path) -> Report:
    folder = settings.reports_dir / client.client_id
    return Report(
        client,
        [read_part(con, section, client) for section in SECTIONS],
        joint_people(con),
        read_standing(con, client.client_id),
        read_people(con, client),
        read_owners(con, client.client_id, client.client_name),
        read_ties(con, client),
        read_due(con, client, folder, sorted(editions.glob("*-W*"))),
        board_query.read(con, client),
        {name: count(con, listed, client.client_id) for name, listed in BY_NAME.items()},
    )


def write_reports(settings: Settings, on_progress: Callable[[str], None] = log.info) -> list[Path]:
    """Writes every client's report of the newest week, and the index. Returns those, index last.

    Waits for another process that writes them. Raises ReportError when the published file cannot be read or a page
    cannot be written.
    """
    with alone(settings):
        return _write_reports(settings, on_progress)


def _write_reports(settings: Settings, on_progress: Callable[[str], None]) -> list[Path]:
    reports, everybody = read_reports(settings)
    for report in reports:
        if not CLIENT_FOLDER.match(report.client.client_id):
            raise ReportError(
                f"the client id {report.client.client_id!r} cannot name a folder",
                "use lower-case letters, digits, - and _ for client ids in rapport.toml, then build again",
            )
    templates = environment()
    templates.globals |= {"all_lists": BY_NAME, "list_address": address}
    written: list[Path] = []
    faults: list[tuple[str, Fault]] = []
    if why := pdf.missing():
        on_progress(f"board pages are written as HTML alone, without a PDF: {why}")
    for number, report in enumerate(reports, start=1):
        client = report.client
        folder, people = settings.reports_dir / client.client_id, report.joint_people
        path = folder / client.edition / "index.html"
        own = settings.client_dir(client.client_id)
        places = [folder, *([own / "reports"] if own.exists() else [])]
        # before the report, which leads to them
        write_lists(settings, client.client_id, templates, on_progress)
        with client.speaking():
            found = write_people(templates, client, report.people, places, on_progress)
            write_ties(templates, replace(client, people_at=f"{FOLDER}/"), report.ties, places)
            page = draw(
                templates, "report.html.j2", people,
                report=report, client=report.leading, list_counts=report.list_counts,
            )  # fmt: skip
            quarters = {
                str(view.quarter): draw_quarter(templates, report.leading, view, people)
                for view in report.quarters
            }
            board, wrong = boards.draw_board(templates, settings, report.board)
        put = boards.put([place / client.edition for place in places], board)
        faults += [(client.client_id, fault) for fault in (*wrong, *put.faults)]
        for place in places:
            write_page(place / client.edition / "index.html", page)
            for name, quarter in quarters.items():
                write_page(place / name / "index.html", quarter)
            with client.speaking():
                navigation.connect(templates, place, [client.edition, *quarters])
            newest = max(_editions(place))
            with client.speaking():
                leads_there = draw(templates, "newest.html.j2", people, client=client, edition=newest)
            write_page(place / "index.html", leads_there)
        written.append(path)
        on_progress(f"report {number} of {len(reports)}: {client.client_name}, {client.edition} -> {path}")
        on_progress(
            f"pages of people of {client.client_name}: {found.person_count:,},"
            f" {found.drawn_count:,} drawn, {found.removed_count:,} removed"
        )
        on_progress(
            f"board page of {client.client_name}"
            + (" drawn as PDF" if put.is_drawn else " as it was, or without a PDF")
            + f"; quarter {', '.join(quarters) or 'none yet'}"
        )
    if not reports:
        on_progress("no client is tracked: there is no report to write, only an index that says so")
    with speaking(SOURCE):
        entries = [
            Entry(
                replace(report.client, people_at=f"{report.client.client_id}/{FOLDER}/"),
                report.standing, report.teaser, report.badges,
                _editions(settings.reports_dir / report.client.client_id), report.owners,
            )
            for report in reports
        ]  # fmt: skip
    operator.write(settings, templates, everybody)
    written.append(write_index(settings, templates, entries, everybody))
    if faults:
        # once all else is written: one client's logo keeps nobody's report back
        raise ReportError(
            "board pages were made without what is wrong: "
            + "; ".join(f"{fault.message} ({client_id})" for client_id, fault in faults),
            "; ".join(dict.fromkeys(fault.remedy for _, fault in faults)),
            detail="; ".join(fault.detail for _, fault in faults if fault.detail),
        )
    return written


def _editions(folder: Path) -> list[str]:
    """Editions that exist in a client's folder, newest first."""
    return navigation.named(folder, navigation.EDITION)[::-1]
