"""What the extraction remembers between calls: walks, watermarks, accounts, conversations, gone posts.

Ids, times, counts and hashes: no text, no name and no handle, so that an erasure finds nothing to take out.

Small, and written by parallel tasks: SQLAlchemy Core on SQLite in WAL mode, or Postgres by URL. Never the
warehouse: fetching must not wait for a build. The same store is written by `extractors.state.budget` (money) and
`extractors.state.gaps`, and by `extractors.fetching` for deferred fetches and the pace of polling.
"""

import hashlib
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
import tenacity

from extractors.state import budget, migration
from extractors.state.tables import (
    BATCH,
    api_versions,
    conversations,
    gone_posts,
    handles,
    reach_checks,
    tombstones,
    upsert,
    walks,
    watermarks,
)
from rapport.config import Settings
from rapport.errors import Damaged, RapportError, explained
from rapport.on_disk import make_home

_BUSY_TIMEOUT_MS = 60_000


@dataclass(frozen=True)
class Walk:
    """How far one walk through the pages of one target has come."""

    walk_key: str
    status: str
    page_count: int
    object_count: int
    estimated_cost_usd: float
    next_token: str | None
    newest_id: str | None

    @property
    def is_finished(self) -> bool:
        return self.status == "finished"


class State:
    """The state store, and the clock that it writes down times by. Open it with `open_state`."""

    def __init__(self, engine: sa.Engine, now: Callable[[], datetime]) -> None:
        self.engine = engine
        self.now = now

    def walk(self, walk_key: str) -> Walk | None:
        """The walk, if it was ever begun."""
        columns = [walks.c[name] for name in Walk.__dataclass_fields__]
        with self.engine.connect() as connection:
            row = connection.execute(sa.select(*columns).where(walks.c.walk_key == walk_key)).first()
        return Walk(**row._mapping) if row else None

    def advance(self, walk: dict[str, Any], watermark: dict[str, Any] | None) -> None:
        """One step of a walk, whole or not at all: its cursor, and the watermark if it has ended.

        Call only once the page is on disk.
        """
        now = self.now()
        with self.engine.begin() as connection:
            upsert(connection, walks, [{**walk, "updated_at": now}])
            if watermark is not None:
                upsert(connection, watermarks, [{**watermark, "updated_at": now}])

    def watermark(self, network: str, client_id: str, stream: str, target: str) -> str | None:
        """newest_id of the last finished walk of the target."""
        where = (
            (watermarks.c.network == network)
            & (watermarks.c.client_id == client_id)
            & (watermarks.c.stream == stream)
            & (watermarks.c.target == target)
        )
        with self.engine.connect() as connection:
            return connection.execute(sa.select(watermarks.c.newest_id).where(where)).scalar()

    def spent_usd(self, client_id: str | None = None) -> float:
        """What was spent so far, by one client if given."""
        with self.engine.connect() as connection:
            return budget.spent_usd(connection, client_id)

    def account_ids(self, network: str, wanted: Iterable[str]) -> dict[str, str]:
        """Handle in lower case → account id, of those of the wanted handles that were ever resolved."""
        hashes = {_hashed(handle): handle.lower() for handle in wanted}
        query = sa.select(handles.c.handle_sha256, handles.c.account_id).where(
            (handles.c.network == network) & handles.c.handle_sha256.in_(list(hashes))
        )
        with self.engine.connect() as connection:
            return {hashes[row.handle_sha256]: row.account_id for row in connection.execute(query)}

    def remember_handles(self, network: str, pairs: dict[str, str]) -> None:
        """Handle → account id; a handle that moved to another account is overwritten."""
        now = self.now()
        rows = [
            {
                "network": network,
                "handle_sha256": _hashed(handle),
                "account_id": account_id,
                "updated_at": now,
            }
            for handle, account_id in pairs.items()
        ]
        with self.engine.begin() as connection:
            upsert(connection, handles, rows)

    def remember_conversations(
        self, network: str, client_id: str, last_activity: dict[str, datetime]
    ) -> None:
        """Conversation id → time of its newest post seen; an older time never replaces a newer one."""
        rows = [
            {
                "network": network,
                "client_id": client_id,
                "conversation_id": conversation_id,
                "last_activity_at": at,
            }
            for conversation_id, at in last_activity.items()
        ]
        with self.engine.begin() as connection:
            upsert(connection, conversations, rows, only_if_newer="last_activity_at")

    def active_conversations(
        self, network: str, client_id: str, since: datetime, before: datetime
    ) -> list[str]:
        """Ids of the client's conversations whose newest known post lies in [since, before), the newest first."""
        at = conversations.c.last_activity_at
        query = sa.select(conversations.c.conversation_id).where(
            (conversations.c.network == network)
            & (conversations.c.client_id == client_id)
            & (at >= since)
            & (at < before)
        )
        query = query.order_by(at.desc(), conversations.c.conversation_id)
        with self.engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def remember_gone(self, network: str, reasons: dict[str, str]) -> None:
        """Post id → why the network does not show it; not asked for again."""
        now = self.now()
        rows = [
            {"network": network, "post_id": post_id, "reason": reason, "noticed_at": now}
            for post_id, reason in reasons.items()
        ]
        with self.engine.begin() as connection:
            upsert(connection, gone_posts, rows)

    def is_reach_checked(self, walk_key: str) -> bool:
        """Whether it is settled what lay beyond the reach of this walk."""
        query = sa.select(reach_checks.c.walk_key).where(reach_checks.c.walk_key == walk_key)
        with self.engine.connect() as connection:
            return connection.execute(query).first() is not None

    def note_reach_checked(self, walk_key: str) -> None:
        """It is settled."""
        with self.engine.begin() as connection:
            upsert(connection, reach_checks, [{"walk_key": walk_key, "checked_at": self.now()}])

    def note_api_version(self, network: str, endpoint: str, version: str) -> str | None:
        """Keeps the version an endpoint answers with. The one before, if it has just changed; else None."""
        where = (api_versions.c.network == network) & (api_versions.c.endpoint == endpoint)
        with self.engine.begin() as connection:
            before = connection.execute(sa.select(api_versions.c.api_version).where(where)).scalar()
            if before == version:
                return None
            row = {"network": network, "endpoint": endpoint, "api_version": version}
            upsert(connection, api_versions, [{**row, "since_at": self.now()}])
        return before

    def gone(self, network: str, post_ids: Iterable[str]) -> set[str]:
        """Those of the ids that are known to be gone, or were erased here."""
        wanted, found = sorted(set(post_ids)), set[str]()
        with self.engine.connect() as connection:
            for start in range(0, len(wanted), BATCH):
                batch = wanted[start : start + BATCH]
                query = sa.select(gone_posts.c.post_id).where(
                    (gone_posts.c.network == network) & gone_posts.c.post_id.in_(batch)
                )
                found.update(connection.execute(query).scalars())
                erased = sa.select(tombstones.c.object_id).where(
                    (tombstones.c.network == network)
                    & (tombstones.c.object_type == "post")
                    & tombstones.c.object_id.in_(batch)
                )
                found.update(connection.execute(erased).scalars())
        return found


def is_made(settings: Settings) -> bool:
    """Whether there is anything to open. A database of a server is there; opening a file that is not would make it."""
    url = sa.make_url(settings.state_url)
    return url.get_backend_name() != "sqlite" or (settings.home / (url.database or "")).exists()


@contextmanager
def open_state(settings: Settings) -> Iterator[State]:
    """The state store at settings.state_url, with its tables made or brought up to date if need be."""
    url = sa.make_url(settings.state_url)
    if url.get_backend_name() == "sqlite":
        make_home(settings)
    engine = _engine(url, threading.get_ident())
    try:
        migration.prepare(engine)
        yield State(engine, settings.now)
    except sa.exc.DatabaseError as problem:
        found = _explained(url, problem)
        if found is None:
            raise
        raise found from problem
    finally:
        engine.dispose()


def _explained(url: sa.URL, problem: sa.exc.DatabaseError) -> RapportError | None:
    """The error for people that one of the store's database stands for; None if it is a fault of Rapport."""
    number = getattr(problem.orig, "sqlite_errorcode", 0) & 0xFF  # the rest is a closer description
    if number in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return Damaged(
            f"the state store {url.database} is damaged: it was cut short, or something else has written into it",
            "`rapport restore <backup>` brings the home back as it was. Without a backup: set the file aside, and what "
            "begins with its name. What was spent, the cursors and the gaps are lost with it; pages, tables and what "
            "is to stay erased are not (docs/runbook.md, a disk is lost)",
            detail=problem.orig or problem,
        )
    if is_full := explained(problem):
        return is_full
    if not isinstance(problem, sa.exc.OperationalError):
        return None
    return RapportError(
        f"the state store {url.render_as_string(hide_password=True)} can't be used",
        "check RAPPORT_STATE_URL and its server; if it is a file, that this user may write it and its disk has room",
        detail=problem.orig or problem,
    )


@lru_cache(maxsize=16)
def _engine(url: sa.URL, _thread: int) -> sa.Engine:
    """One for each store and thread: an engine remembers the SQL of its statements, whose making costs the most."""
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _hashed(handle: str) -> str:
    return hashlib.sha256(handle.lower().encode()).hexdigest()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The time-out comes first: switching to WAL itself may have to wait for another process.
    connection.execute(f"pragma busy_timeout = {_BUSY_TIMEOUT_MS}")
    _switch_to_wal(connection)
    connection.execute("pragma synchronous = full")


def _is_locked(problem: BaseException) -> bool:
    return (
        isinstance(problem, sqlite3.OperationalError)
        and problem.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    )


# Of two that switch a new store at once, SQLite refuses one without waiting: each would wait for the other.
@tenacity.retry(
    retry=tenacity.retry_if_exception(_is_locked),
    stop=tenacity.stop_after_delay(_BUSY_TIMEOUT_MS / 1000),
    wait=tenacity.wait_random(0, 0.05),
    reraise=True,
)
def _switch_to_wal(connection: Any) -> None:
    connection.execute("pragma journal_mode = wal")
