"""Reads what the client wanted."""

import duckdb

from reporting.client import Client
from reporting.lists.declared import BY_NAME
from reporting.published import records
from reporting.sections.goals.record import Goal


def read(con: duckdb.DuckDBPyConnection, client: Client) -> list[Goal]:
    """In the order of rapport.toml."""
    return records(
        con,
        Goal,
        f"select {{columns}} from reports.rpt_goals where client_id = ? order by {BY_NAME['goals'].order}",
        [client.client_id],
    )
