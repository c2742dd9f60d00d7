"""Gaps: stretches of time that no endpoint reached, or the budget left out, until a later run fills them.

A gap belongs to a client, a network's stream and a target (an account's id; empty for the whole stream). Gaps of one
target for one reason never overlap.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from extractors.state.store import State
from extractors.state.tables import gaps, upsert
from rapport.window import Window

WHOLE_STREAM = ""
BUDGET = "budget reached"
TOO_MANY = "more posts than nods_per_run"


@dataclass(frozen=True)
class Gap:
    """One row of raw.gaps."""

    client_id: str
    network: str
    stream: str
    target: str
    from_at: datetime
    to_at: datetime
    why: str
    observed_at: datetime


_COLUMNS = [gaps.c[name] for name in Gap.__dataclass_fields__]


def record(
    state: State, network: str, client_id: str, stream: str, target: str, window: Window, why: str
) -> None:
    """Notes that the window was not fetched. What it touches of the same target and reason becomes one gap."""
    with state.engine.begin() as connection:
        touching = _of(network, client_id, stream, target) & (gaps.c.why == why)
        touching &= (gaps.c.from_at <= window.end) & (gaps.c.to_at >= window.start)
        start, end = window.start, window.end
        for row in connection.execute(sa.select(gaps.c.from_at, gaps.c.to_at).where(touching)).all():
            start, end = min(start, row.from_at), max(end, row.to_at)
        connection.execute(gaps.delete().where(touching))
        _put(connection, Gap(client_id, network, stream, target, start, end, why, state.now()))


def close(
    state: State,
    network: str,
    client_id: str,
    stream: str,
    target: str,
    window: Window,
    why: str | None = None,
) -> None:
    """Notes that the window was fetched after all: gaps within it (all, or those of one reason) go, those that
    reach beyond are cut."""
    with state.engine.begin() as connection:
        touched = _of(network, client_id, stream, target) & (gaps.c.why == why if why else sa.true())
        touched &= (gaps.c.from_at < window.end) & (gaps.c.to_at > window.start)
        found = [Gap(**row._mapping) for row in connection.execute(sa.select(*_COLUMNS).where(touched)).all()]
        connection.execute(gaps.delete().where(touched))
        now = state.now()
        for gap in found:
            if gap.from_at < window.start:
                _put(connection, replace(gap, to_at=window.start, observed_at=now))
            if gap.to_at > window.end:
                _put(connection, replace(gap, from_at=window.end, observed_at=now))


def everything(state: State) -> list[Gap]:
    """All gaps there are, by client, network, stream and time."""
    order = (gaps.c.client_id, gaps.c.network, gaps.c.stream, gaps.c.target, gaps.c.from_at, gaps.c.why)
    with state.engine.connect() as connection:
        return [
            Gap(**row._mapping) for row in connection.execute(sa.select(*_COLUMNS).order_by(*order)).all()
        ]


def _of(network: str, client_id: str, stream: str, target: str) -> sa.ColumnElement[bool]:
    return (
        (gaps.c.client_id == client_id)
        & (gaps.c.network == network)
        & (gaps.c.stream == stream)
        & (gaps.c.target == target)
    )


def _put(connection: sa.Connection, gap: Gap) -> None:
    upsert(connection, gaps, [asdict(gap)])
