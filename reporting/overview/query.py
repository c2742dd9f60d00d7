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


def read_owners(con: duckdb.DuckDBPyConnection, client_id: str, client_name: str) -> tuple[str, ...]:
    """Who of us keeps the client's ties, whoever keeps most of them first.

    The client's own accounts are one organisation, on however many networks: they go by the client's name.
    """
    rows = con.execute(
        "select case when ours.role = 'tracked' and people.owner_basis = 'by answers' and starts_with(owner_name, '@')"
        " then $name else owner_name end as owner"
        " from reports.rpt_people as people"
        " left join marts.client_accounts as ours on people.client_id = ours.client_id"
        " and people.owner_network = ours.network and people.owner_account_id = ours.account_id"
        " where people.client_id = $client and owner_name is not null"
        " group by owner order by count(*) desc, owner",
        {"client": client_id, "name": client_name},
    ).fetchall()
    return tuple(name for (name,) in rows)
