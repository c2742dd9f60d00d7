"""Reads who is worth seeking out."""

import duckdb

from reporting.client import Client
from reporting.lists.declared import BY_NAME
from reporting.published import count_rows, records
from reporting.sections.seek_out.record import Candidate, SeekOut

PEOPLE_SHOWN = 8  # the rest are in the table


def read(con: duckdb.DuckDBPyConnection, client: Client) -> SeekOut:
    """The closest of the people two steps away."""
    return SeekOut(
        records(
            con,
            Candidate,
            f"select {{columns}} from reports.rpt_worth_seeking_out where client_id = ?"
            f" order by {BY_NAME['seek_out'].order} limit ?",
            [client.client_id, PEOPLE_SHOWN],
        ),
        count_rows(con, "rpt_worth_seeking_out", "client_id = ?", [client.client_id]),
        count_rows(
            con, "rpt_worth_seeking_out", "client_id = ? and len(shared_topics) > 0", [client.client_id]
        ),
    )
