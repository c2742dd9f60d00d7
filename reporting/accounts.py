"""What the report knows of accounts: what people were called before, and which of them are one person's."""

from datetime import datetime, timedelta

import duckdb

HANDLE_IS_NEW = timedelta(weeks=4)  # for so long a person is still known by the handle before


def former_handles(con: duckdb.DuckDBPyConnection, as_of_at: datetime) -> dict[str, str]:
    """Person id -> the handle before the present one, of everybody whose handle has changed lately."""
    rows = con.execute(
        "select person_id, arg_max(before.handle, spells.first_seen_at)"
        " from marts.account_handles as spells"
        " inner join marts.account_handles as before"
        " on spells.network = before.network and spells.account_id = before.account_id"
        " and spells.spell_number = before.spell_number + 1"
        " inner join marts.accounts as accounts"
        " on spells.network = accounts.network and spells.account_id = accounts.account_id"
        " where spells.is_current and before.handle is not null"
        " and spells.first_seen_at between ? and ? group by person_id",
        [as_of_at - HANDLE_IS_NEW, as_of_at],
    ).fetchall()
    return dict(rows)


def joint_people(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Person id -> their accounts (network:id), the oldest first, of everybody whom the list of people names."""
    rows = con.execute(
        "select person_id, list(network || ':' || account_id order by length(account_id), account_id, network)"
        " from marts.accounts group by person_id"
        " having count(*) > 1 or min(network || ':' || account_id) <> person_id order by person_id"
    ).fetchall()
    return dict(rows)
