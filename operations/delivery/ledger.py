"""Which message was sent to whom, so that each arrives once. It lies in the state store, and holds no name, no address
and no text: an erasure finds nothing to take out.

A message is written down before it is sent, and once more when it was. If the program is killed in between, nobody can
know whether it arrived: then it is not sent again by itself.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from extractors.state.tables import deliveries, upsert

SENDING, SENT, FAILED = "sending", "sent", "failed"


@dataclass(frozen=True)
class Key:
    """One message to one recipient. `of` is an edition, or the day of a list in UTC: 2026-W47, 2026-11-30."""

    client_id: str
    what: str
    of: str
    recipient: str  # a mail address, or kind:name of a chat

    @property
    def digest(self) -> str:
        """Of all of it: the same message to the same recipient, and nothing else, has it."""
        return digest(f"{self.client_id}/{self.what}/{self.of}/{self.recipient.lower()}")

    @property
    def row(self) -> dict[str, str]:
        recipient = digest(self.recipient.lower())
        return {"client_id": self.client_id, "what": self.what, "of": self.of, "recipient_sha256": recipient}


class Ledger:
    """What was sent. Only one process at a time may use it to send: `deliver` holds a lock."""

    def __init__(self, engine: sa.Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def state(self, key: Key) -> str | None:
        """`sent`, `failed`, `sending` (it is not known whether it arrived), or None for never tried."""
        query = sa.select(deliveries.c.state).where(*_is(key))
        with self._engine.connect() as connection:
            return connection.execute(query).scalar()

    def noted_at(self, key: Key) -> datetime | None:
        """When it came to that state; None for never tried."""
        query = sa.select(deliveries.c.updated_at).where(*_is(key))
        with self._engine.connect() as connection:
            return connection.execute(query).scalar()

    def since(self, moment: datetime) -> Sequence[sa.Row[Any]]:
        """All that was noted since then, the oldest first; whom it was for only as a hash."""
        query = (
            sa.select(deliveries).where(deliveries.c.updated_at >= moment).order_by(deliveries.c.updated_at)
        )
        with self._engine.connect() as connection:
            return connection.execute(query).all()

    def begin(self, key: Key) -> None:
        """It is about to be sent. Call it right before."""
        self._note(key, SENDING)

    def end(self, key: Key, state: str) -> None:
        """It was sent, or has failed."""
        self._note(key, state)

    def _note(self, key: Key, state: str) -> None:
        with self._engine.begin() as connection:
            upsert(connection, deliveries, [{**key.row, "state": state, "updated_at": self._now()}])


def _is(key: Key) -> list[sa.ColumnElement[bool]]:
    return [deliveries.c[name] == value for name, value in key.row.items()]


def digest(text: str) -> str:
    """What stands in the ledger for a text."""
    return hashlib.sha256(text.encode()).hexdigest()
