"""The copy of the tombstones that schema raw has: either outlives the loss of the other."""

from collections.abc import Collection
from pathlib import Path

import duckdb
import sqlalchemy as sa

from extractors.landing import landing_files
from extractors.landing.pages import clean_page
from extractors.state.store import State
from extractors.state.tables import insert
from extractors.state.tables import tombstones as tombstones_table
from extractors.state.tombstones import erased, remove_accounts

_COLUMNS = ("network", "object_type", "object_id", "erased_at", "reason")


def sync(state: State, connection: duckdb.DuckDBPyConnection, landing_dir: Path) -> None:
    """Makes raw.tombstones and the state store agree; what either has lost comes back from the other.

    If the state store had lost any, landing may hold again what they stand for, and is cleaned first.
    """
    columns = [tombstones_table.c[name] for name in _COLUMNS]
    names = ", ".join(_COLUMNS)
    with state.engine.begin() as store:
        known = {tuple(row[:3]) for row in store.execute(sa.select(*columns))}
        in_raw = connection.execute(f"select {names} from raw.tombstones").fetchall()
        lost = [row for row in in_raw if row[:3] not in known]
        if lost:
            rows = [dict(zip(_COLUMNS, row, strict=True)) | {"finished_at": row[3]} for row in lost]
            store.execute(insert(store, tombstones_table).on_conflict_do_nothing(), rows)
    if lost:
        for key in landing_files.keys(landing_dir):
            clean_page(state, landing_dir, key, erased(state))
    with state.engine.connect() as store:
        in_store = [tuple(row) for row in store.execute(sa.select(*columns))]
    if set(in_store) != set(in_raw):
        connection.execute("delete from raw.tombstones")
        if in_store:
            connection.executemany(f"insert into raw.tombstones ({names}) values (?, ?, ?, ?, ?)", in_store)


def lift(
    state: State, connection: duckdb.DuckDBPyConnection, network: str, account_ids: Collection[str]
) -> None:
    """Removes tombstones of a network's accounts, from raw first: killed in between, they all stand again."""
    connection.execute(
        "delete from raw.tombstones where network = $network and object_type = 'account' "
        "and object_id in (select unnest($ids::varchar[]))",
        {"network": network, "ids": sorted(account_ids)},
    )
    remove_accounts(state, network, account_ids)
