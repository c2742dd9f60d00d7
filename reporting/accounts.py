"""What the report knows of accounts: what people were called before, and which of them are one person's."""

from datetime import datetime, timedelta

import duckdb

HANDLE_IS_NEW = timedelta(weeks=4)  # for so long a person is still known by the handle before


def former_handles(con: duckdb.DuckDBPyConnection, as_of_at: datetime) -> dict[tuple[str, str], str]:
    """Person id and present handle -> the handle before it, of everybody whose handle has changed lately."""
    rows = con.execute(
        "select accounts.person_id, accounts.handle, arg_max(before.handle, spells.first_seen_at)"
        " from marts.account_handles as spells"
        " inner join marts.account_handles as before"
        " on spells.network = before.network and spells.account_id = before.account_id"
        " and spells.spell_number = before.spell_number + 1"
        " inner join marts.accounts as accounts"
        " on spells.network = accounts.network and spells.account_id = accounts.account_id"
        " where spells.is_current and before.handle is not null"
        " and spells.first_seen_at between ? and ? group by all",
        [as_of_at - HANDLE_IS_NEW, as_of_at],
    ).fetchall()
    return {(person_id, handle): before for person_id, handle, before in rows}


def joint_people(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Person id -> their accounts (network:id), the oldest first, of everybody whom the list of people names."""
    rows = con.execute(
        "select person_id, list(network || ':' || account_id order by length(account_id), account_id, network)"
        " from marts.accounts group by person_id"
        " having count(*) > 1 or min(network || ':' || account_id) <> person_id order by person_id"
    ).fetchall()
    return dict(rows)


def joint_handles(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """Person id and handle -> the account (network:id) that has it, of everybody whom the list of people names."""
    rows = con.execute(
        "select person_id, handle, min(network || ':' || account_id) from marts.accounts"
        " where handle is not null and network || ':' || account_id <> person_id group by all"
    ).fetchall()
    return {(person_id, handle): account for person_id, handle, account in rows}


def erased_people(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Ids of the people whose accounts were erased. What others wrote to them stands, so they may be named yet."""
    return frozenset(
        row[0] for row in con.execute("select person_id from marts.people where is_erased").fetchall()
    )
