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


def read_owners(con: duckdb.DuckDBPyConnection, client_id: str) -> tuple[str, ...]:
    """Who of us keeps the client's ties, whoever keeps most of them first."""
    rows = con.execute(
        "select owner_name from reports.rpt_people where client_id = ? and owner_name is not null"
        " group by owner_name order by count(*) desc, owner_name",
        [client_id],
    ).fetchall()
    return tuple(name for (name,) in rows)
