"""Writes the lists of a client: each is read once, and goes to its pages, its CSV and its sheet at the same time."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import duckdb
from jinja2 import Environment

from rapport.config import Settings
from reporting.client import Client, read_clients
from reporting.language import _
from reporting.lists import FOLDER, cells, meanings
from reporting.lists.columns import BY_HOURS
from reporting.lists.csv_file import csv_rows
from reporting.lists.declared import LISTS
from reporting.lists.files import Written, drafts, put, put_copy, remove_others
from reporting.lists.listed import List
from reporting.lists.pages import PAGE_ROWS, Page, PageRows
from reporting.lists.workbook import Workbook, workbook
from reporting.page import draw, script
from reporting.person_links import FOLDER as PEOPLE
from reporting.published import ReportError, open_published, read_publication
from reporting.words import moment, name, number


def folders(settings: Settings, client_id: str) -> list[Path]:
    """Where a client's lists lie: beside its editions, and in its own folder where it has one."""
    own = settings.client_dir(client_id)
    places = [settings.reports_dir / client_id, *([own / "reports"] if own.exists() else [])]
    return [place / FOLDER for place in places]


def write(settings: Settings, client_id: str, templates: Environment) -> Written:
    """Writes the client's lists to each of its folders, from its own publication where there is one.

    A file that would say the same as the one that lies there is left alone. Raises ReportError when the published file
    can't be read, or a list not written.
    """
    own = settings.client_dir(client_id) / settings.published_path.name
    first, *others = folders(settings, client_id)
    with open_published(own if own.exists() else settings.published_path) as con:
        clients = {one.client_id: one for one in read_clients(con, settings, read_publication(con))}
        if client_id not in clients:
            raise ReportError(
                f"{client_id} is no client of what is published", "name it in rapport.toml, then build again"
            )
        client = replace(clients[client_id], people_at=f"../{PEOPLE}/")
        with client.speaking(), drafts(first) as draft:
            written = _Writing(con, client, templates, draft, first).write()
    made = list(written.files)
    remove_others(first, made)
    for folder in others:
        with drafts(folder) as draft:
            for path in made:
                put_copy(path, folder / path.name, draft / path.name, written)
        remove_others(folder, [folder / path.name for path in made])
    return written


class _Writing:
    """The lists of one client on their way to one folder."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        client: Client,
        templates: Environment,
        draft: Path,
        folder: Path,
    ) -> None:
        self._con, self._client, self._templates = con, client, templates
        self._draft, self._folder = draft, folder
        self._written = Written()
        self._lists = LISTS if client.has_hours else tuple(listed.without(BY_HOURS) for listed in LISTS)
        self._comments = meanings.read(con)

    def write(self) -> Written:
        client = self._client
        counts = [(listed, cells.count(self._con, listed, client.client_id)) for listed in self._lists]
        title = name(client.client_name)
        book_name = f"{client.client_id}.xlsx"
        as_of = _("as of %(moment)s", moment=moment(client.as_of_at))
        with workbook(self._draft / book_name, title, client.as_of_at) as book:
            book.contents(title, [as_of], counts)
            for listed, row_count in counts:
                self._list(book, listed, row_count)
            book.meanings(
                [
                    (_(listed.title), _(label), meaning)
                    for listed in self._lists
                    for label, meaning in meanings.of(listed, listed.columns, self._comments)
                ]
            )
        self._put(book_name)
        # the index last: it leads to what stands
        self._page("index.html", "lists_index.html.j2", lists=counts)
        return self._written

    def _list(self, book: Workbook, listed: List, row_count: int) -> None:
        headings = cells.headings(listed)

        text, digest = script("narrow.js", "lists.js")
        said = meanings.of(listed, listed.shown, self._comments)

        def finish(page: Page) -> None:
            self._page(
                page.name, "list.html.j2",
                page=page, meanings=said, script=text, script_digest=digest,
            )  # fmt: skip

        sheet = book.sheet(listed, headings, row_count)
        narrowing = cells.narrowing(self._con, listed, self._client, PAGE_ROWS)
        with (
            csv_rows(self._draft / f"{listed.name}.csv", headings) as file,
            closing(PageRows(listed, headings, row_count, narrowing, finish)) as pages,
        ):
            for row in cells.read(self._con, listed, self._client):
                file.add(row.cells)
                sheet.add(row.cells)
                pages.add(row)
        self._put(f"{listed.name}.csv")

    def _page(self, file_name: str, template: str, **content: object) -> None:
        page = draw(self._templates, template, self._client.joint_people, client=self._client, **content)
        (self._draft / file_name).write_bytes(page)
        self._put(file_name)

    def _put(self, file_name: str) -> None:
        put(self._draft / file_name, self._folder / file_name, self._written)


def write_lists(
    settings: Settings, client_id: str, templates: Environment, on_progress: Callable[[str], None]
) -> None:
    """Writes the client's lists, and says what that came to."""
    written = write(settings, client_id, templates)
    on_progress(
        f"lists of {client_id}: {number(len(written.files))} files, {number(len(written.changed))} of them changed"
        f" -> {folders(settings, client_id)[0]}"
    )
