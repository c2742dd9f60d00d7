"""Reads how clients stand."""

import duckdb

from reporting.overview.record import Standing
from reporting.published import records


def read_standing(con: duckdb.DuckDBPyConnection, client_id: str) -> Standing | None:
    """How a client stands; None while nothing is known of it."""
    found = records(
        con, Standing, "select {columns} from reports.rpt_clients where client_id = ?", [client_id]
    )
    return found[0] if found else None
