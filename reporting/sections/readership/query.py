"""Reads who keeps coming back to our posts."""

import duckdb

from reporting.client import Client
from reporting.published import records
from reporting.sections.readership.record import ReaderWeek

WEEKS_SHOWN = 26


def read(con: duckdb.DuckDBPyConnection, client: Client) -> list[ReaderWeek]:
    """The last weeks, oldest first."""
    return records(
        con,
        ReaderWeek,
        "select {columns} from reports.rpt_readership where client_id = ?"
        " order by week_start_date desc limit ?",
        [client.client_id, WEEKS_SHOWN],
    )[::-1]
