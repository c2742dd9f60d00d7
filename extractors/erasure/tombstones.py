"""Tombstones: ids of what was erased, so that no fetch, import or replay writes it to disk again.

Kept in the state store and, as a copy, in raw.tombstones. Whoever lands a page does it by `land`.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import duckdb
import sqlalchemy as sa

from extractors.landing import landing_files
from extractors.landing.redaction import Redacted, redact, without_places
from extractors.state.store import State
from extractors.state.tables import insert, tombstones
from rapport.forgotten import Forgotten

NETWORK = "x"
# How reasons begin where nobody asked for the erasure but the network shows the thing no more.
BY_NETWORK = "the network: "
_PLACES = (b'"geo"', b'"coordinates"', b'"place"', b'"places"')
_DIGITS = re.compile(rb"[0-9]+")
_BATCH = 500
_RAW_COLUMNS = ("network", "object_type", "object_id", "erased_at", "reason")


@dataclass(frozen=True)
class _Known:
    """What was known when there were so many tombstones, the newest of that time."""

    count: int
    newest_at: datetime | None
    forgotten: Forgotten


_known: WeakKeyDictionary[State, _Known] = WeakKeyDictionary()


def forgotten(state: State) -> Forgotten:
    """All that was ever erased, without handles. Asked before and after every page, hence remembered."""
    with state.engine.connect() as connection:
        size = sa.select(sa.func.count(), sa.func.max(tombstones.c.erased_at)).select_from(tombstones)
        count, newest_at = connection.execute(size).one()._tuple()
        known = _known.get(state)
        if known is not None and (known.count, known.newest_at) == (count, newest_at):
            return known.forgotten
        query = sa.select(tombstones.c.object_type, tombstones.c.object_id)
        rows = connection.execute(query).all()
    found = Forgotten(
        frozenset(row.object_id for row in rows if row.object_type == "post"),
        frozenset(row.object_id for row in rows if row.object_type == "account"),
    )
    _known[state] = _Known(len(rows), newest_at, found)
    return found


def pending(state: State) -> Forgotten:
    """What was asked to be erased and is not yet, without handles."""
    columns = (tombstones.c.object_type, tombstones.c.object_id)
    query = sa.select(*columns).where(tombstones.c.finished_at.is_(None))
    with state.engine.connect() as connection:
        rows = connection.execute(query).all()
    return Forgotten(
        frozenset(row.object_id for row in rows if row.object_type == "post"),
        frozenset(row.object_id for row in rows if row.object_type == "account"),
    )


def put(state: State, what: Forgotten, reason: str, is_finished: bool = False) -> None:
    """A tombstone for each id that has none; all of them, or none if killed."""
    now = state.now()
    with state.engine.begin() as connection:
        for object_type, ids in (("post", what.post_ids), ("account", what.account_ids)):
            known = _known_of(connection, object_type, ids)
            rows = [
                {
                    "network": NETWORK,
                    "object_type": object_type,
                    "object_id": one,
                    "erased_at": now,
                    "reason": reason,
                    "finished_at": now if is_finished else None,
                }
                for one in sorted(ids - known)
            ]
            if rows:
                # Two erasures of the same post at once: the first one's tombstone stands.
                connection.execute(insert(connection, tombstones).on_conflict_do_nothing(), rows)


def reopen(state: State, what: Forgotten) -> None:
    """Marks tombstones as not finished, so that what bears them is looked for once more."""
    _set(state, what, finished_at=None)


def finish(state: State, what: Forgotten) -> None:
    """Marks tombstones as finished."""
    _set(state, what, finished_at=state.now())


def by_network(state: State) -> dict[str, datetime]:
    """Account id → when it was erased, of those erased because the network said so: they may come back there."""
    query = sa.select(tombstones.c.object_id, tombstones.c.erased_at).where(
        (tombstones.c.object_type == "account") & tombstones.c.reason.startswith(BY_NETWORK, autoescape=True)
    )
    with state.engine.connect() as connection:
        return {row.object_id: row.erased_at for row in connection.execute(query)}


def lift(state: State, connection: duckdb.DuckDBPyConnection, account_ids: Iterable[str]) -> None:
    """Removes tombstones of accounts, from raw first: killed in between, they all stand again."""
    for batch in _batches(account_ids):
        connection.execute(
            "delete from raw.tombstones where object_type = 'account' "
            "and object_id in (select unnest($ids::varchar[]))",
            {"ids": batch},
        )
        with state.engine.begin() as ours:
            ours.execute(
                sa.delete(tombstones).where(
                    (tombstones.c.object_type == "account") & tombstones.c.object_id.in_(batch)
                )
            )


def land(
    state: State, landing_dir: Path, key: str, envelope: dict[str, Any], body: bytes, value: dict[str, Any]
) -> None:
    """Lands one page (`value` is `body` parsed) without anything that was erased, and without places.

    Tombstones are looked up before the write and after it: whoever erases at this moment has either put the
    tombstone before the second look, or finds the page on disk.
    """
    if any(name in body for name in _PLACES):
        bare = without_places(value)
        value, body = bare, dump(bare) if bare != value else body
    before = forgotten(state)
    if before and _may_concern(body, value, before):
        clean = redact(envelope, value, before)
        _put_new(state, before, clean.forgotten)
        envelope = clean.envelope
        body = dump(clean.body) if clean.is_changed else body
    landing_files.write(landing_dir, key, envelope, body)
    if forgotten(state) != before:
        clean_landed(state, landing_dir, key, forgotten(state))


def clean_landed(state: State, landing_dir: Path, key: str, what: Forgotten) -> Redacted | None:
    """Rewrites one landed page without what is to be forgotten; None if it held nothing of it."""
    page = landing_files.read(landing_dir, key)
    clean = redact(page.envelope, page.body, what)
    if not clean.is_changed:
        return None
    _put_new(state, what, clean.forgotten)
    landing_files.write(landing_dir, key, clean.envelope, dump(clean.body))
    return clean


def dump(body: dict[str, Any]) -> bytes:
    """The bytes of a body that was changed."""
    return json.dumps(body, ensure_ascii=True).encode()


def numbers_in(content: bytes) -> set[str]:
    """Every run of digits in it: ids among them."""
    return {found.decode() for found in _DIGITS.findall(content)}


def sync(state: State, connection: duckdb.DuckDBPyConnection, landing_dir: Path) -> None:
    """Makes raw.tombstones and the state store agree; what either has lost comes back from the other.

    If the state store had lost any, landing may hold again what they stand for, and is cleaned first.
    """
    columns = [tombstones.c[name] for name in _RAW_COLUMNS]
    names = ", ".join(_RAW_COLUMNS)
    with state.engine.begin() as ours:
        known = {tuple(row[:3]) for row in ours.execute(sa.select(*columns))}
        in_raw = connection.execute(f"select {names} from raw.tombstones").fetchall()
        lost = [row for row in in_raw if row[:3] not in known]
        if lost:
            rows = [dict(zip(_RAW_COLUMNS, row, strict=True)) | {"finished_at": row[3]} for row in lost]
            ours.execute(insert(ours, tombstones).on_conflict_do_nothing(), rows)
    if lost:
        for key in landing_files.keys(landing_dir):
            clean_landed(state, landing_dir, key, forgotten(state))
    with state.engine.connect() as ours:
        rows_now = [tuple(row) for row in ours.execute(sa.select(*columns))]
    if set(rows_now) != set(in_raw):
        connection.execute("delete from raw.tombstones")
        if rows_now:
            connection.executemany(f"insert into raw.tombstones ({names}) values (?, ?, ?, ?, ?)", rows_now)


def _may_concern(body: bytes, value: dict[str, Any], what: Forgotten) -> bool:
    """Whether the page names any id that was erased (a quick look), or holds lines that were refused."""
    if "rejects" in value:
        return True
    return bool(numbers_in(body) & (what.post_ids | what.account_ids))


def _put_new(state: State, known: Forgotten, found: Forgotten) -> None:
    """Tombstones for what a page has shown to go with what is forgotten."""
    new = Forgotten(found.post_ids - known.post_ids, found.account_ids - known.account_ids)
    if new:
        put(state, new, "goes with what was erased before", is_finished=True)


def _known_of(connection: sa.Connection, object_type: str, ids: Iterable[str]) -> set[str]:
    """Those of the ids that have a tombstone."""
    found: set[str] = set()
    for batch in _batches(ids):
        query = sa.select(tombstones.c.object_id).where(
            (tombstones.c.object_type == object_type) & tombstones.c.object_id.in_(batch)
        )
        found.update(connection.execute(query).scalars())
    return found


def _set(state: State, what: Forgotten, **values: Any) -> None:
    with state.engine.begin() as connection:
        for object_type, ids in (("post", what.post_ids), ("account", what.account_ids)):
            for batch in _batches(ids):
                connection.execute(
                    sa.update(tombstones)
                    .where((tombstones.c.object_type == object_type) & tombstones.c.object_id.in_(batch))
                    .values(**values)
                )


def _batches(ids: Iterable[str]) -> list[list[str]]:
    ordered = sorted(ids)
    return [ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH)]
