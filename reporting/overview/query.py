"""Reads how clients stand."""

from collections import Counter

import duckdb

from reporting.overview.record import Standing
from reporting.published import records
from reporting.words import at, name


def read_standing(con: duckdb.DuckDBPyConnection, client_id: str) -> Standing | None:
    """How a client stands; None while nothing is known of it."""
    found = records(
        con, Standing, "select {columns} from reports.rpt_clients where client_id = ?", [client_id]
    )
    return found[0] if found else None


def read_owners(con: duckdb.DuckDBPyConnection, client_id: str, client_name: str) -> tuple[str, ...]:
    """Who of us keeps the client's ties, whoever keeps most of them first.

    The client's own accounts are one organisation, on however many networks: they go by the client's name. Somebody of
    the team who is known by an account goes by the name that it shows, and all accounts of one person are one.
    """
    rows = con.execute(
        "select case when owner_name is distinct from owner_account_id and not starts_with(owner_name, '@')"
        "   then lower(owner_name)"
        "   when ours.role = 'tracked' and owner_basis = 'by answers' then ''"
        "   else coalesce(accounts.person_id, owner_name) end as owner,"
        " owner_name, coalesce(accounts.display_name, ''), coalesce(accounts.handle, ''), count(*) as tie_count"
        " from reports.rpt_people as people"
        " left join marts.client_accounts as ours on people.client_id = ours.client_id"
        "   and people.owner_network = ours.network and people.owner_account_id = ours.account_id"
        " left join marts.accounts as accounts"
        "   on people.owner_network = accounts.network and people.owner_account_id = accounts.account_id"
        " where people.client_id = ? and owner_name is not null"
        " group by all order by tie_count desc, owner_name",
        [client_id],
    ).fetchall()
    labels: dict[str, str] = {}
    counts = Counter[str]()
    for owner, owner_name, display_name, handle, tie_count in rows:
        is_by_account = owner_name.startswith("@") and display_name and handle
        label = f"{name(display_name)}, {at(handle)}" if is_by_account else owner_name
        labels.setdefault(owner, label if owner else client_name)
        counts[owner] += tie_count
    return tuple(labels[owner] for owner in sorted(labels, key=lambda one: (-counts[one], labels[one])))
