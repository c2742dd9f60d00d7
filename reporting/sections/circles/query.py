"""Reads whom we met, and from where."""

import duckdb

from reporting.client import Client
from reporting.published import records
from reporting.sections.circles.record import NewCircle

WEEKS_SHOWN = 13  # a quarter


def read(con: duckdb.DuckDBPyConnection, client: Client) -> list[NewCircle]:
    """The last weeks, oldest first."""
    return records(
        con,
        NewCircle,
        "select {columns} from reports.rpt_new_circles where client_id = ?"
        " order by week_start_date desc limit ?",
        [client.client_id, WEEKS_SHOWN],
    )[::-1]
