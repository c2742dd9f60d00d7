"""Tombstones: ids of what was erased, so that no fetch, import or replay writes it to disk again.

Kept in the state store and, as a copy, in raw.tombstones. One is finished once what it stands for is gone everywhere;
the next erasure, of whatever, looks for what bears an unfinished one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from extractors.state.store import State
from extractors.state.tables import BATCH, insert, tombstones
from rapport.forgotten import Forgotten

# How reasons begin where nobody asked for the erasure but the network no longer shows the post or account.
BY_NETWORK = "the network: "


@dataclass(frozen=True)
class _Known:
    """What was known when there were so many tombstones, the newest of that time."""

    count: int
    newest_at: datetime | None
    forgotten: Forgotten


@dataclass(frozen=True)
class Tombstone:
    """When and why something was erased; `finished_at` is None as long as some of it may be left."""

    erased_at: datetime
    reason: str
    finished_at: datetime | None


_known: WeakKeyDictionary[State, _Known] = WeakKeyDictionary()


def erased(state: State) -> Forgotten:
    """All that was ever erased, without handles. Asked before and after every page, hence remembered."""
    with state.engine.connect() as connection:
        size = sa.select(sa.func.count(), sa.func.max(tombstones.c.erased_at)).select_from(tombstones)
        count, newest_at = connection.execute(size).one()._tuple()
        known = _known.get(state)
        if known is not None and (known.count, known.newest_at) == (count, newest_at):
            return known.forgotten
        rows = _rows(connection)
    found = _forgotten(rows)
    _known[state] = _Known(len(rows), newest_at, found)
    return found


def pending(state: State) -> Forgotten:
    """What was asked to be erased and is not yet, without handles."""
    with state.engine.connect() as connection:
        return _forgotten(_rows(connection, tombstones.c.finished_at.is_(None)))


def put(state: State, forgotten: Forgotten, reason: str, is_finished: bool = False) -> None:
    """A tombstone for each id that has none; those that have one are open again, unless `is_finished`.

    All of them, or none if killed.
    """
    now = state.now()
    with state.engine.begin() as connection:
        if not is_finished:
            _set(connection, forgotten, finished_at=None)
        for network, object_type, ids in _ids(forgotten):
            known = _known_of(connection, network, object_type, ids)
            rows = [
                {
                    "network": network,
                    "object_type": object_type,
                    "object_id": object_id,
                    "erased_at": now,
                    "reason": reason,
                    "finished_at": now if is_finished else None,
                }
                for object_id in sorted(ids - known)
            ]
            if rows:
                # Two erasures of the same post at once: the first one's tombstone stands.
                connection.execute(insert(connection, tombstones).on_conflict_do_nothing(), rows)


def finish(state: State, forgotten: Forgotten) -> None:
    """Marks tombstones as finished."""
    with state.engine.begin() as connection:
        _set(connection, forgotten, finished_at=state.now())


def by_network(state: State, network: str) -> dict[str, datetime]:
    """Account id → when it was erased, of those erased because the network said so: they may come back there."""
    query = sa.select(tombstones.c.object_id, tombstones.c.erased_at).where(
        (tombstones.c.network == network)
        & (tombstones.c.object_type == "account")
        & tombstones.c.reason.startswith(BY_NETWORK, autoescape=True)
    )
    with state.engine.connect() as connection:
        return {row.object_id: row.erased_at for row in connection.execute(query)}


def of_accounts(state: State, network: str) -> dict[str, Tombstone]:
    """Account id → its tombstone, of a network's accounts that were erased."""
    table = tombstones.c
    query = sa.select(table.object_id, table.erased_at, table.reason, table.finished_at).where(
        (table.network == network) & (table.object_type == "account")
    )
    with state.engine.connect() as connection:
        return {row.object_id: Tombstone(*row[1:]) for row in connection.execute(query)}


def remove_accounts(state: State, network: str, account_ids: Iterable[str]) -> None:
    """Removes tombstones of a network's accounts; those of their posts stay."""
    with state.engine.begin() as connection:
        for batch in _batches(account_ids):
            connection.execute(sa.delete(tombstones).where(_are(network, "account", batch)))


def _rows(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[tuple[str, str, str]]:
    """(network, object type, id) of tombstones."""
    table = tombstones.c
    query = sa.select(table.network, table.object_type, table.object_id).where(*conditions)
    return [row._tuple() for row in connection.execute(query)]


def _forgotten(rows: list[tuple[str, str, str]]) -> Forgotten:
    return Forgotten(
        frozenset((network, object_id) for network, object_type, object_id in rows if object_type == "post"),
        frozenset(
            (network, object_id) for network, object_type, object_id in rows if object_type == "account"
        ),
    )


def _ids(forgotten: Forgotten) -> Iterator[tuple[str, str, frozenset[str]]]:
    """(network, object type, ids)"""
    for network in forgotten.networks:
        yield network, "post", forgotten.on(network).post_ids
        yield network, "account", forgotten.on(network).account_ids


def _known_of(connection: sa.Connection, network: str, object_type: str, ids: Iterable[str]) -> set[str]:
    """Those of the ids that have a tombstone."""
    found: set[str] = set()
    for batch in _batches(ids):
        query = sa.select(tombstones.c.object_id).where(_are(network, object_type, batch))
        found.update(connection.execute(query).scalars())
    return found


def _set(connection: sa.Connection, forgotten: Forgotten, **values: Any) -> None:
    for network, object_type, ids in _ids(forgotten):
        for batch in _batches(ids):
            connection.execute(
                sa.update(tombstones).where(_are(network, object_type, batch)).values(**values)
            )


def _are(network: str, object_type: str, ids: list[str]) -> sa.ColumnElement[bool]:
    table = tombstones.c
    return (table.network == network) & (table.object_type == object_type) & table.object_id.in_(ids)


def _batches(ids: Iterable[str]) -> list[list[str]]:
    ordered = sorted(ids)
    return [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]
