"""Reads what the client wanted."""

import duckdb

from reporting.client import Client
from reporting.published import records
from reporting.sections.goals.record import Goal


def read(con: duckdb.DuckDBPyConnection, client: Client) -> list[Goal]:
    """In the order of rapport.toml."""
    return records(
        con,
        Goal,
        "select {columns} from reports.rpt_goals where client_id = ? order by goal_number",
        [client.client_id],
    )
