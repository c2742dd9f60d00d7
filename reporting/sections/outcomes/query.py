"""Reads what came of it."""

import duckdb

from reporting.client import Client
from reporting.lists.declared import BY_NAME
from reporting.published import count_rows, records
from reporting.sections.outcomes.record import Outcome, Outcomes

OUTCOMES_SHOWN = 20


def read(con: duckdb.DuckDBPyConnection, client: Client) -> Outcomes:
    """The newest first."""
    return Outcomes(
        records(
            con,
            Outcome,
            "select {columns} from reports.rpt_outcomes where client_id = ?"
            f" order by {BY_NAME['outcomes'].order} limit ?",
            [client.client_id, OUTCOMES_SHOWN],
        ),
        count_rows(con, "rpt_outcomes", "client_id = ?", [client.client_id]),
    )
