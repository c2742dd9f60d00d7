"""Money: what was spent, what is held back for calls under way, and whether one more call may be made.

Before a call its worst case is reserved, after it what was returned is settled; both in one transaction that
no other task of the same client can enter. So spending plus reservations never exceed the cap, however many
tasks run at once. A client's budget is for all networks together; their prices stand in rapport/networks.py.
"""

import logging
import time
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal
from uuid import uuid4

import sqlalchemy as sa

from extractors.state.tables import BATCH, billed, budget_locks, insert, ledger, reservations, upsert
from rapport.config import Budget
from rapport.errors import RapportError
from rapport.networks import Network

log = logging.getLogger("rapport.extract")

# What is paid for; a count is a request that reads no object.
Kind = Literal["post", "user", "message", "count"]
# Longer than any call can take: three waits of 15 minutes, and a few attempts of a minute.
RESERVED_FOR = timedelta(hours=1)
# How long a call waits for others to settle before it makes do with less, or stops.
_PATIENCE_SECONDS = 60.0
_LOOK_AGAIN_SECONDS = 0.2
_CENT_FRACTION = 1e-9  # sums of floats


class BudgetReached(RapportError):
    """One more call could cost more than the client's budget leaves. Not a failure: it ends what is under way."""

    exit_code: ClassVar[int] = 3

    def __init__(self, client_id: str, usd: float, left: "Left", resumes_at: datetime) -> None:
        super().__init__(
            f"{client_id}: budget reached: a call may cost ${usd:.3f}, and of today's budget "
            f"${max(left.day_usd, 0):.3f}, of this month's ${max(left.month_usd, 0):.3f} are left",
            f"a run from {resumes_at:%Y-%m-%d} (UTC) on goes on from here; or raise [clients.budget]",
        )


@dataclass(frozen=True)
class Left:
    """What may still be spent, in US dollars, with what others hold counted as spent. Infinite: no budget."""

    day_usd: float
    month_usd: float

    @property
    def usd(self) -> float:
        """The smaller of both."""
        return min(self.day_usd, self.month_usd)


@dataclass(frozen=True)
class Reservation:
    """Money held for one call that returns at most `size` results."""

    entry_id: str
    stream: str
    size: int


class Purse:
    """One client's money, for calls of one network. `budget` None: all may be spent, and is still written down."""

    def __init__(
        self,
        engine: sa.Engine,
        network: Network,
        client_id: str,
        budget: Budget | None,
        now: Callable[[], datetime],
        patience_seconds: float = _PATIENCE_SECONDS,
    ) -> None:
        self._engine = engine
        self._network = network
        self._client_id = client_id
        self._budget = budget
        self._now = now
        self._patience_seconds = patience_seconds

    def reserve(self, stream: str, usd_each: float, least: int, most: int) -> Reservation:
        """Holds `usd_each` for each of `most` results, or of fewer if no more can be paid, but not under `least`.

        Waits for other calls of the client to settle if that would help. Raises BudgetReached.
        """
        entry_id = uuid4().hex
        if self._budget is None:
            return Reservation(entry_id, stream, most)
        give_up_at = time.monotonic() + self._patience_seconds
        while True:
            is_patient = time.monotonic() < give_up_at
            with self._engine.begin() as connection:
                self._lock(connection)
                left, held = self._left(connection)
                size = min(most, int((left.usd + _CENT_FRACTION) / usd_each)) if usd_each else most
                unheld = min(most, int((left.usd + held + _CENT_FRACTION) / usd_each)) if usd_each else most
                # Others hold the worst case and will spend far less: a moment later there is room.
                if is_patient and size < unheld:
                    size = 0
                if size >= least:
                    row = {
                        "client_id": self._client_id,
                        "entry_id": entry_id,
                        "stream": stream,
                        "usd": size * usd_each,
                        "expires_at": self._now() + RESERVED_FOR,
                    }
                    connection.execute(reservations.insert().values(row))
                    return Reservation(entry_id, stream, size)
            if not is_patient or unheld < least:
                raise BudgetReached(self._client_id, least * usd_each, left, self._resumes_at(left))
            time.sleep(_LOOK_AGAIN_SECONDS)

    def settle(self, reservation: Reservation, returned: Mapping[Kind, Set[str]]) -> float:
        """Writes down what came back and gives back the rest; returns what it cost, in US dollars.

        What the network returned before on this UTC day, to whichever client, is billed once.
        """
        now = self._now()
        new = dict.fromkeys(returned, 0)
        with self._engine.begin() as connection:
            self._lock(connection)
            self._give_back(connection, reservation)
            connection.execute(billed.delete().where(billed.c.day < now.date()))
            rows: list[dict[str, Any]] = [
                {"day": now.date(), "network": self._network.name, "kind": kind, "resource_id": resource_id}
                for kind in sorted(returned)
                for resource_id in sorted(returned[kind])
            ]
            for start in range(0, len(rows), BATCH):
                statement = insert(connection, billed).values(rows[start : start + BATCH])
                added = connection.execute(statement.on_conflict_do_nothing().returning(billed.c.kind)).all()
                for row in added:
                    new[row.kind] += 1
            cost = sum(count * self._network.price_usd.get(kind, 0.0) for kind, count in new.items())
            connection.execute(
                ledger.insert().values(
                    client_id=self._client_id,
                    spent_at=now,
                    entry_id=reservation.entry_id,
                    network=self._network.name,
                    stream=reservation.stream,
                    post_count=len(returned.get("post", ())),
                    user_count=len(returned.get("user", ())),
                    message_count=len(returned.get("message", ())),
                    billed_post_count=new.get("post", 0),
                    usd=cost,
                )
            )
        return cost

    def release(self, reservation: Reservation) -> None:
        """Gives all of it back: the call brought nothing."""
        if self._budget is None:
            return
        with self._engine.begin() as connection:
            self._lock(connection)
            self._give_back(connection, reservation)

    def left(self) -> Left:
        """What may still be spent right now."""
        with self._engine.connect() as connection:
            return self._left(connection)[0]

    def _lock(self, connection: sa.Connection) -> None:
        # The first statement of the transaction is a write: SQLite lets no other writer in from here on, and
        # Postgres none that writes this row. What is read after it is what everybody else has committed.
        upsert(connection, budget_locks, [{"client_id": self._client_id, "locked_at": self._now()}])

    def _left(self, connection: sa.Connection) -> tuple[Left, float]:
        """(what is left, what others hold of it)."""
        if self._budget is None:
            return Left(float("inf"), float("inf")), 0.0
        now = self._now()
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        held = float(
            connection.execute(
                sa.select(sa.func.coalesce(sa.func.sum(reservations.c.usd), 0.0)).where(
                    (reservations.c.client_id == self._client_id) & (reservations.c.expires_at > now)
                )
            ).scalar_one()
        )
        today, month = (spent_usd(connection, self._client_id, since) for since in (day, day.replace(day=1)))
        left = Left(self._budget.usd_per_day - today - held, self._budget.usd_per_month - month - held)
        return left, held

    def _give_back(self, connection: sa.Connection, reservation: Reservation) -> None:
        mine = (reservations.c.client_id == self._client_id) & (
            (reservations.c.entry_id == reservation.entry_id) | (reservations.c.expires_at <= self._now())
        )
        connection.execute(reservations.delete().where(mine))

    def _resumes_at(self, left: Left) -> datetime:
        """The next UTC day, or the next month if the month's budget is what ended."""
        day = self._now().replace(hour=0, minute=0, second=0, microsecond=0)
        if left.month_usd <= left.day_usd:
            return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        return day + timedelta(days=1)


def spent_usd(
    connection: sa.Connection, client_id: str | None = None, since: datetime | None = None
) -> float:
    """What the ledger says was spent, of one client and since a moment if given."""
    query = sa.select(sa.func.coalesce(sa.func.sum(ledger.c.usd), 0.0))
    if client_id is not None:
        query = query.where(ledger.c.client_id == client_id)
    if since is not None:
        query = query.where(ledger.c.spent_at >= since)
    return float(connection.execute(query).scalar_one())


def billed_posts_by_day(engine: sa.Engine, network: str, since: datetime) -> dict[str, int]:
    """UTC day (ISO) → posts that the network billed to all clients together, by the ledger."""
    found: dict[str, int] = {}
    query = sa.select(ledger.c.spent_at, ledger.c.billed_post_count).where(
        (ledger.c.network == network) & (ledger.c.spent_at >= since)
    )
    with engine.connect() as connection:
        for row in connection.execute(query).all():
            day = row.spent_at.date().isoformat()
            found[day] = found.get(day, 0) + row.billed_post_count
    return found
