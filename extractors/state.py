"""What the extraction remembers between calls: walks, watermarks, handles, conversations, gone posts, costs.

Small, and written by parallel tasks: SQLAlchemy Core on SQLite in WAL mode, or Postgres by URL. Never the
warehouse: fetching must not wait for a build.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from rapport.config import Settings

_BUSY_TIMEOUT_MS = 60_000
_BATCH = 500


class _Utc(sa.TypeDecorator[datetime]):
    """Aware UTC times in and out; SQLite itself keeps no zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_metadata = sa.MetaData()

walks = sa.Table(
    "walks",
    _metadata,
    sa.Column("walk_key", sa.String, primary_key=True),
    sa.Column("client_id", sa.String, nullable=False),
    sa.Column("stream", sa.String, nullable=False),
    sa.Column("run_id", sa.String, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("window_start_at", _Utc),
    sa.Column("window_end_at", _Utc),
    sa.Column("status", sa.String, nullable=False),  # running, finished
    sa.Column("page_count", sa.Integer, nullable=False),
    sa.Column("object_count", sa.Integer, nullable=False),
    sa.Column("estimated_cost_usd", sa.Float, nullable=False),
    sa.Column("next_token", sa.Text),  # the cursor: the token of the page after the last one on disk
    sa.Column("newest_id", sa.String),  # of the first page; becomes the watermark when the walk has ended
    sa.Column("updated_at", _Utc, nullable=False),
)
watermarks = sa.Table(
    "watermarks",
    _metadata,
    sa.Column("client_id", sa.String, primary_key=True),
    sa.Column("stream", sa.String, primary_key=True),
    sa.Column("target", sa.String, primary_key=True),
    sa.Column("newest_id", sa.String, nullable=False),
    sa.Column("run_id", sa.String, nullable=False),
    sa.Column("updated_at", _Utc, nullable=False),
)
handles = sa.Table(
    "handles",
    _metadata,
    sa.Column("network", sa.String, primary_key=True),
    sa.Column("handle", sa.String, primary_key=True),  # lower case, without @
    sa.Column("account_id", sa.String, nullable=False),
    sa.Column("updated_at", _Utc, nullable=False),
)
conversations = sa.Table(
    "conversations",
    _metadata,
    sa.Column("client_id", sa.String, primary_key=True),
    sa.Column("conversation_id", sa.String, primary_key=True),
    sa.Column("last_activity_at", _Utc, nullable=False),
)
gone_posts = sa.Table(
    "gone_posts",
    _metadata,
    sa.Column("network", sa.String, primary_key=True),
    sa.Column("post_id", sa.String, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("noticed_at", _Utc, nullable=False),
)
spending = sa.Table(
    "spending",
    _metadata,
    sa.Column("page_key", sa.String, primary_key=True),
    sa.Column("client_id", sa.String, nullable=False),
    sa.Column("stream", sa.String, nullable=False),
    sa.Column("post_count", sa.Integer, nullable=False),
    sa.Column("user_count", sa.Integer, nullable=False),
    sa.Column("estimated_cost_usd", sa.Float, nullable=False),
    sa.Column("spent_at", _Utc, nullable=False),
)


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
    """The state store. Open it with `open_state`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def walk(self, walk_key: str) -> Walk | None:
        """The walk, if it was ever begun."""
        columns = [walks.c[name] for name in Walk.__dataclass_fields__]
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(*columns).where(walks.c.walk_key == walk_key)).first()
        return Walk(**row._mapping) if row else None

    def advance(
        self, walk: dict[str, Any], cost: dict[str, Any] | None, watermark: dict[str, Any] | None
    ) -> None:
        """One step of a walk, whole or not at all: its cursor, the page's cost, the watermark if ended.

        Call only once the page is on disk.
        """
        now = datetime.now(UTC)
        with self._engine.begin() as connection:
            self._upsert(connection, walks, [{**walk, "updated_at": now}])
            if cost is not None:
                self._upsert(connection, spending, [{**cost, "spent_at": now}])
            if watermark is not None:
                self._upsert(connection, watermarks, [{**watermark, "updated_at": now}])

    def watermark(self, client_id: str, stream: str, target: str) -> str | None:
        """newest_id of the last finished walk of the target."""
        where = (
            (watermarks.c.client_id == client_id)
            & (watermarks.c.stream == stream)
            & (watermarks.c.target == target)
        )
        with self._engine.connect() as connection:
            return connection.execute(sa.select(watermarks.c.newest_id).where(where)).scalar()

    def spend(self, cost: dict[str, Any]) -> None:
        """A cost outside any walk (resolving handles)."""
        with self._engine.begin() as connection:
            self._upsert(connection, spending, [{**cost, "spent_at": datetime.now(UTC)}])

    def spent_usd(self, client_id: str | None = None) -> float:
        """Estimated cost of all pages so far, of one client if given."""
        query = sa.select(sa.func.coalesce(sa.func.sum(spending.c.estimated_cost_usd), 0.0))
        if client_id is not None:
            query = query.where(spending.c.client_id == client_id)
        with self._engine.connect() as connection:
            return float(connection.execute(query).scalar_one())

    def account_ids(self, network: str) -> dict[str, str]:
        """Handle in lower case → account id, of all handles ever resolved."""
        query = sa.select(handles.c.handle, handles.c.account_id).where(handles.c.network == network)
        with self._engine.connect() as connection:
            return {row.handle: row.account_id for row in connection.execute(query)}

    def remember_handles(self, network: str, pairs: dict[str, str]) -> None:
        """Handle → account id; a handle that moved to another account is overwritten."""
        now = datetime.now(UTC)
        rows = [
            {"network": network, "handle": handle.lower(), "account_id": account_id, "updated_at": now}
            for handle, account_id in pairs.items()
        ]
        with self._engine.begin() as connection:
            self._upsert(connection, handles, rows)

    def remember_conversations(self, client_id: str, last_activity: dict[str, datetime]) -> None:
        """Conversation id → time of its newest post seen; an older time never replaces a newer one."""
        rows = [
            {"client_id": client_id, "conversation_id": one, "last_activity_at": at}
            for one, at in last_activity.items()
        ]
        with self._engine.begin() as connection:
            self._upsert(connection, conversations, rows, only_if_newer="last_activity_at")

    def active_conversations(self, client_id: str, since: datetime, before: datetime) -> list[str]:
        """Ids of the client's conversations whose newest known post lies in [since, before)."""
        at = conversations.c.last_activity_at
        query = sa.select(conversations.c.conversation_id).where(
            (conversations.c.client_id == client_id) & (at >= since) & (at < before)
        )
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def remember_gone(self, network: str, reasons: dict[str, str]) -> None:
        """Post id → why the network does not show it; not asked for again."""
        now = datetime.now(UTC)
        rows = [
            {"network": network, "post_id": post_id, "reason": reason, "noticed_at": now}
            for post_id, reason in reasons.items()
        ]
        with self._engine.begin() as connection:
            self._upsert(connection, gone_posts, rows)

    def gone(self, network: str, post_ids: Iterable[str]) -> set[str]:
        """Those of the ids that are known to be gone."""
        wanted, found = sorted(set(post_ids)), set[str]()
        with self._engine.connect() as connection:
            for start in range(0, len(wanted), _BATCH):
                batch = wanted[start : start + _BATCH]
                query = sa.select(gone_posts.c.post_id).where(
                    (gone_posts.c.network == network) & gone_posts.c.post_id.in_(batch)
                )
                found.update(connection.execute(query).scalars())
        return found

    def _upsert(
        self,
        connection: sa.Connection,
        table: sa.Table,
        rows: list[dict[str, Any]],
        only_if_newer: str | None = None,
    ) -> None:
        # Sorted by key: two tasks that write the same rows take Postgres' row locks in the same order.
        keys = [column.name for column in table.primary_key.columns]
        rows = sorted(rows, key=lambda row: [str(row[key]) for key in keys])
        insert = sqlite.insert if self._engine.dialect.name == "sqlite" else postgresql.insert
        for start in range(0, len(rows), _BATCH):
            statement = insert(table).values(rows[start : start + _BATCH])
            changed = {
                column.name: statement.excluded[column.name]
                for column in table.columns
                if column.name not in keys
            }
            newer = statement.excluded[only_if_newer] > table.c[only_if_newer] if only_if_newer else None
            connection.execute(
                statement.on_conflict_do_update(index_elements=keys, set_=changed, where=newer)
            )


@contextmanager
def open_state(settings: Settings) -> Iterator[State]:
    """The state store at settings.state_url, with its tables made if need be."""
    url = sa.make_url(settings.state_url)
    if url.get_backend_name() == "sqlite":
        settings.home.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
    try:
        _create_tables(engine)
        yield State(engine)
    finally:
        engine.dispose()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The time-out comes first: switching to WAL itself may have to wait for another process.
    connection.execute(f"pragma busy_timeout = {_BUSY_TIMEOUT_MS}")
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")


def _create_tables(engine: sa.Engine) -> None:
    if set(_metadata.tables) <= set(sa.inspect(engine).get_table_names()):
        return
    for attempt in (1, 2):
        try:
            with engine.begin() as connection:
                for table in _metadata.sorted_tables:
                    connection.execute(CreateTable(table, if_not_exists=True))
            return
        except (sa.exc.IntegrityError, sa.exc.ProgrammingError):
            # Postgres: two processes making the same table at once; the second attempt finds it there.
            if attempt == 2:
                raise
