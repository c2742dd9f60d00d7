"""Reads who is waiting for us."""

import duckdb

from reporting.client import Client
from reporting.lists.declared import BY_NAME
from reporting.published import count_rows, records
from reporting.sections.waiting.record import Waiting, WaitingPost

POSTS_SHOWN = 25  # the rest are in the table


def read(con: duckdb.DuckDBPyConnection, client: Client) -> Waiting:
    """Whoever is first in line, stands first."""
    return Waiting(
        records(
            con,
            WaitingPost,
            f"select {{columns}} from reports.rpt_waiting where client_id = ?"
            f" order by {BY_NAME['waiting'].order} limit ?",
            [client.client_id, POSTS_SHOWN],
        ),
        count_rows(con, "rpt_waiting", "client_id = ?", [client.client_id]),
    )
