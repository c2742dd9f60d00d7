"""What a home made by Rapport at 2ef626d holds: before the keys of its tables bore the network."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from rapport.config import Settings

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)

# As SQLAlchemy wrote them then; {time} is the dialect's type of a time.
STATE_TABLES = """
create table api_versions (
    network varchar not null, endpoint varchar not null, api_version varchar not null, since_at {time} not null,
    primary key (network, endpoint)
);
create table billed (
    day date not null, kind varchar not null, resource_id varchar not null, primary key (day, kind, resource_id)
);
create table budget_locks (client_id varchar not null, locked_at {time} not null, primary key (client_id));
create table checks (
    network varchar not null, object_type varchar not null, object_id varchar not null, checked_at {time} not null,
    primary key (network, object_type, object_id)
);
create table conversations (
    client_id varchar not null, conversation_id varchar not null, last_activity_at {time} not null,
    primary key (client_id, conversation_id)
);
create table deferred (
    client_id varchar not null, stream varchar not null, run_id varchar not null, window_start_at {time} not null,
    window_end_at {time} not null, spec json not null, deferred_at {time} not null,
    primary key (client_id, stream, run_id, window_start_at, window_end_at)
);
create table gaps (
    client_id varchar not null, network varchar not null, stream varchar not null, target varchar not null,
    from_at {time} not null, to_at {time} not null, why varchar not null, observed_at {time} not null,
    primary key (client_id, network, stream, target, from_at, to_at, why)
);
create table gone_posts (
    network varchar not null, post_id varchar not null, reason text not null, noticed_at {time} not null,
    primary key (network, post_id)
);
create table handle_ids (
    network varchar not null, handle_sha256 varchar not null, account_id varchar not null, updated_at {time} not null,
    primary key (network, handle_sha256)
);
create table ledger (
    client_id varchar not null, spent_at {time} not null, entry_id varchar not null, stream varchar not null,
    post_count integer not null, user_count integer not null, message_count integer not null,
    billed_post_count integer not null, usd float not null, primary key (client_id, spent_at, entry_id)
);
create table polls (
    client_id varchar not null, conversation_id varchar not null, step integer not null, due_at {time},
    activity_at {time} not null, covered_from_at {time}, covered_until_at {time},
    primary key (client_id, conversation_id)
);
create table reach_checks (walk_key varchar not null, checked_at {time} not null, primary key (walk_key));
create table reservations (
    client_id varchar not null, entry_id varchar not null, stream varchar not null, usd float not null,
    expires_at {time} not null, primary key (client_id, entry_id)
);
create table resumed (
    by_run_id varchar not null, client_id varchar not null, run_id varchar not null, window_start_at {time} not null,
    window_end_at {time} not null, primary key (by_run_id, client_id, run_id, window_start_at, window_end_at)
);
create table tombstones (
    network varchar not null, object_type varchar not null, object_id varchar not null, erased_at {time} not null,
    reason text not null, finished_at {time}, primary key (network, object_type, object_id)
);
create table walks (
    walk_key varchar not null, client_id varchar not null, stream varchar not null, run_id varchar not null,
    target text not null, window_start_at {time}, window_end_at {time}, status varchar not null,
    page_count integer not null, object_count integer not null, estimated_cost_usd float not null, next_token text,
    newest_id varchar, updated_at {time} not null, primary key (walk_key)
);
create table watermarks (
    client_id varchar not null, stream varchar not null, target varchar not null, newest_id varchar not null,
    run_id varchar not null, updated_at {time} not null, primary key (client_id, stream, target)
);
"""

_WALK = "x|lab|own_posts|r1|2026-10-31T00:00:00+00:00/2026-11-01T00:00:00+00:00|abc|/2/users/:id/tweets"
_DAY = {"window_start_at": AT - timedelta(days=1), "window_end_at": AT}
# Tables that there were not.
YOUNGER = ("deliveries", "fetching")
STATE_ROWS: dict[str, list[dict[str, Any]]] = {
    "api_versions": [{"network": "x", "endpoint": "/2/tweets", "api_version": "2.166", "since_at": AT}],
    "billed": [{"day": AT.date(), "kind": kind, "resource_id": digit} for kind in ("post", "user") for digit in "12"],
    "budget_locks": [{"client_id": "lab", "locked_at": AT}],
    "checks": [{"network": "x", "object_type": "post", "object_id": "1", "checked_at": AT}],
    "conversations": [
        {"client_id": client, "conversation_id": "1", "last_activity_at": AT} for client in ("lab", "shop")
    ],
    "deferred": [
        {"client_id": "lab", "stream": "quotes", "run_id": "r1", **_DAY, "deferred_at": AT,
         "spec": {"client_id": "lab", "stream": "quotes", "targets": ["1"]}}
    ],
    "gaps": [
        {"client_id": "lab", "network": "x", "stream": "quotes", "target": "", "from_at": AT - timedelta(days=1),
         "to_at": AT, "why": "budget reached", "observed_at": AT}
    ],
    "gone_posts": [{"network": "x", "post_id": "5", "reason": "Not Found Error", "noticed_at": AT}],
    "handle_ids": [{"network": "x", "handle_sha256": "ab" * 32, "account_id": "77", "updated_at": AT}],
    "ledger": [
        {"client_id": "lab", "spent_at": AT + timedelta(seconds=number), "entry_id": f"e{number}",
         "stream": "own_posts", "post_count": 100, "user_count": 3, "message_count": 0, "billed_post_count": 90,
         "usd": 0.48}
        for number in range(1200)
    ],
    "polls": [
        {"client_id": "lab", "conversation_id": "1", "step": 3, "due_at": None, "activity_at": AT,
         "covered_from_at": AT - timedelta(days=2), "covered_until_at": AT}
    ],
    "reach_checks": [{"walk_key": _WALK, "checked_at": AT}],
    "reservations": [
        {"client_id": "lab", "entry_id": "e1", "stream": "own_posts", "usd": 0.5, "expires_at": AT}
    ],
    "resumed": [{"by_run_id": "r2", "client_id": "lab", "run_id": "r1", **_DAY}],
    "tombstones": [
        {"network": "x", "object_type": kind, "object_id": "1", "erased_at": AT, "reason": "on request",
         "finished_at": finished_at}
        for kind, finished_at in (("post", AT), ("account", None))
    ],
    "walks": [
        {"walk_key": _WALK, "client_id": "lab", "stream": "own_posts", "run_id": "r1", "target": "77", **_DAY,
         "status": "running", "page_count": 2, "object_count": 150, "estimated_cost_usd": 0.9, "next_token": "t",
         "newest_id": "9", "updated_at": AT}
    ],
    "watermarks": [
        {"client_id": "lab", "stream": "own_posts", "target": "77", "newest_id": "9", "run_id": "r0",
         "updated_at": AT}
    ],
}  # fmt: skip


def make_state(settings: Settings) -> None:
    """Makes the state store as it was then, with something in every table."""
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(settings.state_url)
    is_sqlite = engine.dialect.name == "sqlite"
    ddl = STATE_TABLES.format(time="datetime" if is_sqlite else "timestamp with time zone")
    with engine.begin() as connection:
        for table in STATE_ROWS:  # tests share a server
            connection.exec_driver_sql(f"drop table if exists {table}")
        for statement in ddl.split(";")[:-1]:
            connection.exec_driver_sql(statement)
        for table, rows in STATE_ROWS.items():
            marks = ", ".join(f":{name}" for name in rows[0])
            written = [{name: _written(value, is_sqlite) for name, value in row.items()} for row in rows]
            connection.execute(
                sa.text(f"insert into {table} ({', '.join(rows[0])}) values ({marks})"), written
            )
    engine.dispose()


def _written(value: Any, is_sqlite: bool) -> Any:
    """A value as SQLAlchemy put it into the database."""
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S.%f}" + ("" if is_sqlite else "+00:00")
    return str(value) if hasattr(value, "isoformat") else value
