"""The cells of a list's rows: what stands in each, whichever file it goes to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from rapport.networks import NETWORKS, label_of, qualified
from reporting.client import Client
from reporting.language import _, speech
from reporting.lists.columns import COLUMNS, NETWORK_OF, Column, Kind
from reporting.lists.listed import List
from reporting.lists.narrowing import Narrowing, filters_of, read_narrowing, selected
from reporting.lists.vocabulary import said
from reporting.posts import is_message, is_message_key
from reporting.streams import gap_reasons_words, stream_words
from reporting.words import plain

Value = str | int | float | date | datetime | bool | None

_ROWS_AT_ONCE = 2_000
_OF_PEOPLE = ("person_id", "account_id")


@dataclass(slots=True)
class Cell:
    """One cell. `link`: an address of a network, `page`: that of a person's page. `post_id`, `person_id`: network:id of
    what it shows, for erasures.

    Times are those of the client's zone, without it. A share is from 0 to 1; `counts` is of how many it is, where that
    is known: a part and its whole.
    """

    kind: Kind
    value: Value
    link: str = ""
    page: str = ""
    post_id: str = ""
    person_id: str = ""
    counts: tuple[int, int] | None = None


@dataclass(slots=True)
class Row:
    """One row. `values`: of each filter of the list, where the row has one."""

    cells: list[Cell]
    values: dict[str, str]


def headings(listed: List) -> list[str]:
    """What the columns are called, in the language that is spoken; of times with the zone."""
    zone = speech().zone.key
    return [
        f"{_(COLUMNS[column].label)} ({zone})"
        if COLUMNS[column].kind is Kind.TIME
        else _(COLUMNS[column].label)
        for column in listed.columns
    ]


def count(con: duckdb.DuckDBPyConnection, listed: List, client_id: str) -> int:
    """How many rows the list has."""
    row = con.execute(f"select count(*) {_rows(listed)}", [client_id]).fetchone()
    return int(row[0]) if row else 0


def read(con: duckdb.DuckDBPyConnection, listed: List, client: Client) -> Iterator[Row]:
    """The list row by row, each with a cell for each of its columns; as much memory as a few thousand rows take."""
    wanted = _published(listed)
    filters = list(filters_of(listed))
    found = con.cursor().execute(
        f"select {', '.join([*wanted, *selected(listed, client)])} {_rows(listed)} order by {listed.order}",
        [client.client_id],
    )
    columns = [(column, COLUMNS[column]) for column in listed.columns]
    while rows := found.fetchmany(_ROWS_AT_ONCE):
        for values in rows:
            row = _without_erased(dict(zip(wanted, values, strict=False)), client)
            narrowed = zip(filters, values[len(wanted) :], strict=True)
            yield Row(
                [_cell(column_name, column, row, client) for column_name, column in columns],
                {name: value for name, value in narrowed if value is not None},
            )


def narrowing(
    con: duckdb.DuckDBPyConnection, listed: List, client: Client, page_rows: int
) -> Narrowing | None:
    """By what the list can be narrowed, where its pages have so many rows; None where by nothing."""
    return read_narrowing(con, listed, client, _rows(listed), page_rows)


def _rows(listed: List) -> str:
    return f"from reports.{listed.table} as listed where client_id = ? and ({listed.where})"


def _published(listed: List) -> list[str]:
    """The published columns that the list's are made of, and those that say whose they are."""
    wanted: dict[str, None] = {}
    for column_name in listed.columns:
        column = COLUMNS[column_name]
        of = [name for name in (column.post, column.person) if name]
        networks = [
            NETWORK_OF.get(key, "network")
            for key in (*of, column_name)
            if key.endswith(("post_id", "account_id"))
        ]
        wanted |= dict.fromkeys([*(column.uses or (column_name,)), *column.counts, *of, *networks])
    return list(wanted)


def _without_erased(row: dict[str, Any], client: Client) -> dict[str, Any]:
    """The row without ids of posts that were erased: nothing may lead to them, and on Mastodon they name their author.
    Rows stay sorted by them.
    """
    for name, value in row.items():
        if name.endswith("post_ids"):
            row[name] = [key for key in value or () if key not in client.erased_posts]
        elif name.endswith("post_id") and value and _post_key(name, row) in client.erased_posts:
            row[name] = None
    return row


def _cell(column_name: str, column: Column, row: dict[str, Any], client: Client) -> Cell:
    cell = Cell(column.kind, None)
    if column.post:
        cell.post_id = _post_key(column.post, row)
    if column.person and not _is_erased(column.person, row, client):
        cell.person_id = _person_key(column.person, row)
    if column.kind is Kind.ID and column_name.endswith(_OF_PEOPLE) and _is_erased(column_name, row, client):
        return cell  # on Mastodon the id names them
    part, whole = (row[name] for name in column.counts) if column.counts else (None, None)
    cell.counts = (part, whole) if part is not None and whole else None
    values = [row[used] for used in column.uses or (column_name,)]
    cell.value = _MADE[column.kind](cell, values, client) if column.kind in _MADE else values[0]
    return cell


def _is_erased(column_name: str, row: dict[str, Any], client: Client) -> bool:
    """Whether the id is of a person, or of an account of a person, of whom an account was erased."""
    return client.person_of(_person_key(column_name, row)) in client.erased


def _post_key(column_name: str, row: dict[str, Any]) -> str:
    post_id, network = row[column_name], row[NETWORK_OF.get(column_name, "network")]
    return qualified(network, post_id) if network and post_id else ""


def _person_key(column_name: str, row: dict[str, Any]) -> str:
    found = row[column_name] or ""
    if not column_name.endswith("account_id"):
        return found
    return qualified(row["network"], found) if row["network"] and found else ""


def _person(cell: Cell, values: list[Any], client: Client) -> Value:
    display_name, handle, person_id = (value or "" for value in values)
    if not (display_name or handle or person_id):
        return None
    cell.link = (person_id and client.profile_url(person_id, handle)) or ""
    # of somebody who was erased neither is known, and the page is gone
    cell.page = (client.person_url(person_id) if display_name or handle else None) or ""
    return client.called(person_id, display_name, handle)


def _link(cell: Cell, values: list[Any], client: Client) -> Value:
    network, post_id = values
    cell.link = (network and post_id and client.post_url(network, post_id)) or ""
    return cell.link or None


def _text(cell: Cell, values: list[Any], client: Client) -> Value:
    return plain(values[0] or "") or None


def _texts(cell: Cell, values: list[Any], client: Client) -> Value:
    return ", ".join(" ".join(plain(text).split()) for text in values[0] or ()) or None


def _word(cell: Cell, values: list[Any], client: Client) -> Value:
    return said(values[0]) if values[0] else None


def _network(cell: Cell, values: list[Any], client: Client) -> Value:
    return label_of(values[0]) if values[0] else None


def _networks(cell: Cell, values: list[Any], client: Client) -> Value:
    return ", ".join(map(label_of, values[0] or ())) or None


def _id(cell: Cell, values: list[Any], client: Client) -> Value:
    """Of private talk nothing is shown, not even its id."""
    return values[0] if values[0] and not is_message(values[0]) else None


def _ids(cell: Cell, values: list[Any], client: Client) -> Value:
    return " ".join(key for key in values[0] or () if not is_message_key(key)) or None


def _time(cell: Cell, values: list[Any], client: Client) -> Value:
    at = values[0]
    return at.astimezone(speech().zone).replace(microsecond=0, tzinfo=None) if at else None


def _stream(cell: Cell, values: list[Any], client: Client) -> Value:
    network, stream = values
    return stream_words(NETWORKS[network].stream_label(stream)) if network in NETWORKS and stream else stream


def _reasons(cell: Cell, values: list[Any], client: Client) -> Value:
    return gap_reasons_words(values[0]) if values[0] else None


def _column(cell: Cell, values: list[Any], client: Client) -> Value:
    found = COLUMNS.get(values[0] or "")
    return _(found.label) if found else None


def _measure(cell: Cell, values: list[Any], client: Client) -> Value:
    """A share where what it is a value of is one."""
    value, measured = values
    is_whole = value is not None and value == int(value)
    is_share = (measured or "").endswith("_share")
    cell.kind = Kind.SHARE if is_share else Kind.NUMBER if is_whole else Kind.DECIMAL
    return int(value) if cell.kind is Kind.NUMBER else value


_MADE = {
    Kind.PERSON: _person,
    Kind.LINK: _link,
    Kind.TEXT: _text,
    Kind.WORDS: _texts,
    Kind.WORD: _word,
    Kind.NETWORK: _network,
    Kind.NETWORKS: _networks,
    Kind.ID: _id,
    Kind.IDS: _ids,
    Kind.TIME: _time,
    Kind.STREAM: _stream,
    Kind.REASONS: _reasons,
    Kind.COLUMN: _column,
    Kind.MEASURE: _measure,
}
