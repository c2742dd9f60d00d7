"""Reads what the page for whoever runs Rapport shows: of the whole published file, not of a client's."""

import duckdb

from rapport.config import Settings
from reporting.client import read_clients
from reporting.operator.record import Operator, PublishedTable, Spending
from reporting.published import count_rows, open_published, read_publication
from reporting.sections.checks.query import read_checks
from reporting.sections.coverage.query import read as read_streams


def read(settings: Settings) -> Operator:
    """All of it. Raises ReportError when the published file is missing, held or not understood."""
    with open_published(settings.published_path) as con:
        publication = read_publication(con)
        clients = read_clients(con, settings, publication)
        return Operator(
            publication,
            read_checks(con),
            [Spending(client.client_id, client.client_name, read_streams(con, client)) for client in clients],
            _tables(con),
        )


def _tables(con: duckdb.DuckDBPyConnection) -> list[PublishedTable]:
    rows = con.execute(
        "select table_name, coalesce(comment, '') from duckdb_tables()"
        " where schema_name = 'reports' and not internal order by table_name"
    ).fetchall()
    return [
        PublishedTable(f"reports.{name}", comment, count_rows(con, name, "true", []))
        for name, comment in rows
    ]
