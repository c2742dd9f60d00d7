"""When a conversation is looked at again: soon after something was said in it, then ever less often.

After activity 15 minutes, an hour, 6 hours, a day, then every day, until it has been silent for as many days as
rapport.toml says (`polling.close_after_days`). Anything new in it begins at the start again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from extractors.fetching.streams import OVERLAP
from extractors.state.store import State
from extractors.state.tables import conversations, polls, upsert

DELAYS = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
_DAILY = len(DELAYS) - 1


@dataclass(frozen=True)
class Due:
    """A conversation to poll, for everything from `since` on; `activity_at` is its newest post known so far."""

    conversation_id: str
    since: datetime
    activity_at: datetime


def take_note(state: State, network: str, client_id: str) -> None:
    """Brings the schedule in line with what is known of conversations: new ones, and new activity in old ones."""
    join = conversations.outerjoin(
        polls,
        (conversations.c.network == polls.c.network)
        & (conversations.c.client_id == polls.c.client_id)
        & (conversations.c.conversation_id == polls.c.conversation_id),
    )
    is_ours = (conversations.c.network == network) & (conversations.c.client_id == client_id)
    is_newer = polls.c.conversation_id.is_(None) | (polls.c.activity_at < conversations.c.last_activity_at)
    query = sa.select(
        conversations.c.conversation_id,
        conversations.c.last_activity_at,
        polls.c.covered_from_at,
        polls.c.covered_until_at,
    )
    with state.engine.begin() as connection:
        rows = [
            {
                "network": network,
                "client_id": client_id,
                "conversation_id": row.conversation_id,
                "step": 0,
                "due_at": row.last_activity_at + DELAYS[0],
                "activity_at": row.last_activity_at,
                "covered_from_at": row.covered_from_at,
                "covered_until_at": row.covered_until_at,
            }
            for row in connection.execute(query.select_from(join).where(is_ours & is_newer)).all()
        ]
        upsert(connection, polls, rows)


def due(
    state: State, network: str, client_id: str, now: datetime, close_after: timedelta, reach: datetime
) -> list[Due]:
    """Conversations whose time has come, those with the longest stretch to fetch first.

    `reach` is how far back replies can be asked for. Conversations silent for `close_after` are closed and left out.
    """
    take_note(state, network, client_id)
    mine = _of(network, client_id)
    with state.engine.begin() as connection:
        connection.execute(
            polls.update().where(mine & (polls.c.activity_at < now - close_after)).values(due_at=None)
        )
        rows = connection.execute(polls.select().where(mine & (polls.c.due_at <= now))).all()
    found = [
        Due(
            row.conversation_id,
            max((row.covered_until_at or row.activity_at) - OVERLAP, reach),
            row.activity_at,
        )
        for row in rows
    ]
    return sorted(found, key=lambda poll: (poll.since, len(poll.conversation_id), poll.conversation_id))


def still_due(state: State, network: str, client_id: str, ids: Iterable[str], now: datetime) -> set[str]:
    """Those of the conversations that nobody has polled since they were found to be due."""
    wanted = set(ids)
    query = sa.select(polls.c.conversation_id).where(_of(network, client_id) & (polls.c.due_at <= now))
    with state.engine.connect() as connection:
        return wanted & set(connection.execute(query).scalars())


def polled(
    state: State, network: str, client_id: str, done: Iterable[Due], until: datetime, now: datetime
) -> None:
    """Notes that each was fetched from its `since` to `until`, and when it is due again."""
    before = {poll.conversation_id: poll for poll in done}
    take_note(state, network, client_id)
    with state.engine.begin() as connection:
        rows = connection.execute(
            polls.select().where(_of(network, client_id) & polls.c.conversation_id.in_(list(before)))
        ).all()
        after = []
        for row in rows:
            begun = before[row.conversation_id].since
            is_quiet = row.activity_at <= before[row.conversation_id].activity_at
            step = min(row.step + 1, _DAILY) if is_quiet else 0
            follows_on = row.covered_until_at is not None and begun <= row.covered_until_at
            after.append(
                {
                    **row._mapping,
                    "step": step,
                    "due_at": now + DELAYS[step],
                    "covered_from_at": row.covered_from_at if follows_on else begun,
                    "covered_until_at": until,
                }
            )
        upsert(connection, polls, after)


def covered(
    state: State, network: str, client_id: str, ids: Iterable[str]
) -> dict[str, tuple[datetime, datetime]]:
    """Conversation id → the stretch of time that polls have brought whole."""
    wanted = set(ids)
    query = polls.select().where(_of(network, client_id) & polls.c.covered_until_at.is_not(None))
    with state.engine.connect() as connection:
        return {
            row.conversation_id: (row.covered_from_at, row.covered_until_at)
            for row in connection.execute(query).all()
            if row.conversation_id in wanted
        }


def closed_count(state: State, network: str, client_id: str) -> int:
    """How many conversations are no longer polled."""
    query = sa.select(sa.func.count()).where(_of(network, client_id) & polls.c.due_at.is_(None))
    with state.engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def _of(network: str, client_id: str) -> sa.ColumnElement[bool]:
    return (polls.c.network == network) & (polls.c.client_id == client_id)
