"""The tables of the state store, and how rows get into them on SQLite and Postgres alike."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

BATCH = 500


class Utc(sa.TypeDecorator[datetime]):
    """Aware UTC times in and out; SQLite itself keeps no zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData()

walks = sa.Table(
    "walks",
    metadata,
    sa.Column("walk_key", sa.String, primary_key=True),  # the network among what it is made of
    sa.Column("network", sa.String, nullable=False),
    sa.Column("client_id", sa.String, nullable=False),
    sa.Column("stream", sa.String, nullable=False),
    sa.Column("run_id", sa.String, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("window_start_at", Utc),
    sa.Column("window_end_at", Utc),
    sa.Column("status", sa.String, nullable=False),  # running, finished
    sa.Column("page_count", sa.Integer, nullable=False),
    sa.Column("object_count", sa.Integer, nullable=False),
    sa.Column("estimated_cost_usd", sa.Float, nullable=False),
    sa.Column("next_token", sa.Text),  # the cursor: the token of the page after the last one on disk
    sa.Column("newest_id", sa.String),  # of the first page; becomes the watermark when the walk has ended
    sa.Column("updated_at", Utc, nullable=False),
)
watermarks = sa.Table(
    "watermarks",
    metadata,
    sa.Column("network", sa.String, primary_key=True),
    sa.Column("client_id", sa.String, primary_key=True),
    sa.Column("stream", sa.String, primary_key=True),
    sa.Column("target", sa.String, primary_key=True),
    sa.Column("newest_id", sa.String, nullable=False),
    sa.Column("run_id", sa.String, nullable=False),
    sa.Column("updated_at", Utc, nullable=False),
)
handles = sa.Table(
    # Which account a handle was resolved to. The handle itself is not kept: what the store never held needs no
    # erasing from pages and logs that a database keeps of its own.
    "handle_ids",
    metadata,
    sa.Column("network", sa.String, primary_key=True),
    sa.Column("handle_sha256", sa.String, primary_key=True),  # of it in lower case, without @
    sa.Column("account_id", sa.String, nullable=False),
    sa.Column("updated_at", Utc, nullable=False),
)
conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("network", sa.String, primary_key=True),
    sa.Column("client_id", sa.String, primary_key=True),
    sa.Column("conversation_id", sa.String, primary_key=True),
    sa.Column("last_activity_at", Utc, nullable=False),
)
gone_posts = sa.Table(
    "gone_posts",
    metadata,
    sa.Column("network", sa.String, primary_key=True),
    sa.Column("post_id", sa.String, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("noticed_at", Utc, nullable=False),
)
api_versions = sa.Table(
    # The version that each endpoint answered with last.
    "api_versions",
    metadata,
    sa.Column("network", sa.String, primary_key=True),
    sa.Column("endpoint", sa.String, primary_key=True),
    sa.Column("api_version", sa.String, nullable=False),
    sa.Column("since_at", Utc, nullable=False),
)
reach_checks = sa.Table(
    # Walks of a timeline of which it is settled what lay beyond its reach; one that was killed before is not here.
    "reach_checks",
    metadata,
    sa.Column("walk_key", sa.String, primary_key=True),
    sa.Column("checked_at", Utc, nullable=False),
)
fetching = sa.Table(
    # Who fetches a stream right now, or was killed while doing so (fetch_locks.py). It locks nothing.
    "fetching",
    metadata,
    sa.Column("network", sa.String, primary_key=True),
    sa.Column("client_id", sa.String, primary_key=True),
    sa.Column("stream", sa.String, primary_key=True),
    sa.Column("holder", sa.String, nullable=False),  # process, machine and run, in words
    sa.Column("since_at", Utc, nullable=False),
)
# --- money: extractors/state/budget.py -----------------------------------------------------------------------------
budget_locks = sa.Table(
    # One row a client, whose money is the same for all networks: whoever writes it first in a transaction is alone
    # with that money until its end.
    "budget_locks",
    metadata,
    sa.Column("client_id", sa.String, primary_key=True),
    sa.Column("locked_at", Utc, nullable=False),
)
reservations = sa.Table(
    "reservations",
    metadata,
    sa.Column("client_id", sa.String, primary_key=True),
    sa.Column("entry_id", sa.String, primary_key=True),
    sa.Column("network", sa.String, nullable=False),
    sa.Column("stream", sa.String, nullable=False),
    sa.Column("usd", sa.Float, nullable=False),
    sa.Column("expires_at", Utc, nullable=False),  # then its process is dead, and it is in the ledger as well
)
ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("client_id", sa.String, primary_key=True),
    sa.Column("spent_at", Utc, primary_key=True),
    sa.Column("entry_id", sa.String, primary_key=True),
    sa.Column("network", sa.String, nullable=False),
    sa.Column("stream", sa.String, nullable=False),
    sa.Column("post_count", sa.Integer, nullable=False),  # returned
    sa.Column("user_count", sa.Integer, nullable=False),
    sa.Column("message_count", sa.Integer, nullable=False),
    sa.Column(
        "billed_post_count", sa.Integer, nullable=False
    ),  # of these, not returned before on that UTC day
    sa.Column("usd", sa.Float, nullable=False),
)
billed = sa.Table(
    # What was returned today, to whichever client: the network bills it once a UTC day. Older days are dropped.
    "billed",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("network", sa.String, primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("resource_id", sa.String, primary_key=True),
)
# --- completeness: extractors/fetching/{deferred,polling}.py ---------------------------------------------------
gaps = sa.Table(
    "gaps",
    metadata,
    sa.Column("client_id", sa.String, primary_key=True),
    sa.Column("network", sa.String, primary_key=True),
    sa.Column("stream", sa.String, primary_key=True),
    sa.Column("target", sa.String, primary_key=True),  # an account or post id; empty: the whole stream
    sa.Column("from_at", Utc, primary_key=True),
    sa.Column("to_at", Utc, primary_key=True),
    sa.Column("why", sa.String, primary_key=True),
    sa.Column("observed_at", Utc, nullable=False),
)
deferred = sa.Table(
    # A fetch that the budget stopped: its spec, to go on from in a later run.
    "deferred",
    metadata,
    sa.Column("network", sa.String, primary_key=True),
    sa.Column("client_id", sa.String, primary_key=True),
    sa.Column("stream", sa.String, primary_key=True),
    sa.Column("run_id", sa.String, primary_key=True),
    sa.Column("window_start_at", Utc, primary_key=True),
    sa.Column("window_end_at", Utc, primary_key=True),
    sa.Column("spec", sa.JSON, nullable=False),
    sa.Column("deferred_at", Utc, nullable=False),
)
resumed = sa.Table(
    # Which earlier runs a run took up again: their later waves are planned with its own.
    "resumed",
    metadata,
    sa.Column("by_run_id", sa.String, primary_key=True),
    sa.Column("network", sa.String, primary_key=True),
    sa.Column("client_id", sa.String, primary_key=True),
    sa.Column("run_id", sa.String, primary_key=True),
    sa.Column("window_start_at", Utc, primary_key=True),
    sa.Column("window_end_at", Utc, primary_key=True),
)
polls = sa.Table(
    "polls",
    metadata,
    sa.Column("network", sa.String, primary_key=True),
    sa.Column("client_id", sa.String, primary_key=True),
    sa.Column("conversation_id", sa.String, primary_key=True),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("due_at", Utc),  # null: closed
    sa.Column("activity_at", Utc, nullable=False),
    sa.Column("covered_from_at", Utc),  # polls have brought all of [covered_from_at, covered_until_at)
    sa.Column("covered_until_at", Utc),
)
# --- forgetting: extractors/state/tombstones.py, extractors/x/rota.py ----------------------------------------------
tombstones = sa.Table(
    # What must never be written again.
    "tombstones",
    metadata,
    sa.Column("network", sa.String, primary_key=True),
    sa.Column("object_type", sa.String, primary_key=True),  # post, account
    sa.Column("object_id", sa.String, primary_key=True),
    sa.Column("erased_at", Utc, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("finished_at", Utc),
)
checks = sa.Table(
    # When the erasure's rota last asked the network whether a post or an account is still there.
    "checks",
    metadata,
    sa.Column("network", sa.String, primary_key=True),
    sa.Column("object_type", sa.String, primary_key=True),  # post, account
    sa.Column("object_id", sa.String, primary_key=True),
    sa.Column("checked_at", Utc, nullable=False),
)
# --- what was sent: operations/delivery/ledger.py ------------------------------------------------------------------
deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("client_id", sa.String, primary_key=True),
    sa.Column("what", sa.String, primary_key=True),  # board, day, workbook
    sa.Column("of", sa.String, primary_key=True),  # an edition or a day
    sa.Column(
        "recipient_sha256", sa.String, primary_key=True
    ),  # of the mail address, or of the chat's kind:name
    sa.Column("state", sa.String, nullable=False),  # sending, sent, failed
    sa.Column("updated_at", Utc, nullable=False),
)


def upsert(
    connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]], only_if_newer: str | None = None
) -> None:
    """Inserts rows, or replaces those of the same key (with `only_if_newer`: where that column grew)."""
    # Sorted by key: two tasks that write the same rows take Postgres' row locks in the same order.
    keys = [column.name for column in table.primary_key.columns]
    rows = sorted(rows, key=lambda row: [str(row[key]) for key in keys])
    for start in range(0, len(rows), BATCH):
        statement = insert(connection, table).values(rows[start : start + BATCH])
        changed = {
            column.name: statement.excluded[column.name]
            for column in table.columns
            if column.name not in keys
        }
        if not changed:
            connection.execute(statement.on_conflict_do_nothing())
            continue
        newer = statement.excluded[only_if_newer] > table.c[only_if_newer] if only_if_newer else None
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed, where=newer))


def insert(connection: sa.Connection, table: sa.Table) -> Any:
    """The dialect's own insert, which knows conflicts."""
    return (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(table)
