"""Reads the nurture list."""

import duckdb

from reporting.client import Client
from reporting.published import count_rows, records
from reporting.sections.nurture.record import Nurture, SilentTie

TIES_SHOWN = 12  # what a person can do something about in a week; the rest are in the table


def read(con: duckdb.DuckDBPyConnection, client: Client) -> Nurture:
    """Stakeholders first, then the connected, then the most unusual silence."""
    return Nurture(
        records(
            con,
            SilentTie,
            "select {columns} from reports.rpt_nurture where client_id = ? order by nurture_rank limit ?",
            [client.client_id, TIES_SHOWN],
        ),
        count_rows(con, "rpt_nurture", "client_id = ?", [client.client_id]),
    )
