"""Money: what was spent, what is held back for calls under way, and whether one more call may be made.

Before a call its worst case is reserved, after it what was returned is settled; both in one transaction that
no other task of the same client can enter. So spending plus reservations never exceed the cap, however many
tasks run at once. A client's budget is for all networks together; their prices stand in rapport/networks.py.

A call may be lost: its process died, or its answer did not arrive, and the network may bill it all the same. Its
reservation stays, and is booked at its worst. `take_off` corrects that once the network has said what it billed.
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
from rapport.config_clients import Budget
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

    def __init__(
        self, client_id: str, usd: float, left: "Left", resumes_at: datetime, lost_usd: float = 0.0
    ) -> None:
        lost = f"; ${lost_usd:.3f} of this month's are booked for calls whose answers were lost"
        super().__init__(
            f"{client_id}: budget reached: a call may cost ${usd:.3f}, and of today's budget "
            f"${max(left.day_usd, 0):.3f}, of this month's ${max(left.month_usd, 0):.3f} are left"
            + (lost if lost_usd else ""),
            f"a run from {resumes_at:%Y-%m-%d} (UTC) on goes on from here; or raise [clients.budget]"
            + ("; `rapport reconcile` takes off what X did not bill" if lost_usd else ""),
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
        give_up_at = time.monotonic() + self._patience_seconds
        while True:
            is_patient = time.monotonic() < give_up_at
            with self._engine.begin() as connection:
                self._lock(connection)
                left, held = self._left(connection)
                size, unheld = (_affordable(usd, usd_each, most) for usd in (left.usd, left.usd + held))
                # Others hold the worst case and will spend far less: a moment later there is room.
                if is_patient and size < unheld:
                    size = 0
                if size >= least:
                    row = {
                        "client_id": self._client_id,
                        "entry_id": entry_id,
                        "network": self._network.name,
                        "stream": stream,
                        "usd": size * usd_each,
                        "expires_at": self._now() + RESERVED_FOR,
                    }
                    connection.execute(reservations.insert().values(row))
                    return Reservation(entry_id, stream, size)
            if not is_patient or unheld < least:
                raise BudgetReached(
                    self._client_id, least * usd_each, left, self._resumes_at(left), self._lost_usd()
                )
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
            # It took so long that it was taken for lost.
            connection.execute(ledger.delete().where(self._is(ledger, reservation)))
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

    def release(self, reservation: Reservation, *, may_be_billed: bool = False) -> None:
        """The call failed: gives all of it back, or books all of it if the network may have answered."""
        with self._engine.begin() as connection:
            self._lock(connection)
            if may_be_billed:
                _book(connection, self._is(reservations, reservation), self._now())
            else:
                self._give_back(connection, reservation)

    def left(self) -> Left:
        """What may still be spent right now."""
        with self._engine.begin() as connection:
            self._lock(connection)
            return self._left(connection)[0]

    def _lock(self, connection: sa.Connection) -> None:
        # The first statement of the transaction is a write: SQLite lets no other writer in from here on, and
        # Postgres none that writes this row. What is read after it is what everybody else has committed.
        now = self._now()
        upsert(connection, budget_locks, [{"client_id": self._client_id, "locked_at": now}])
        _book(connection, _of(self._client_id) & (reservations.c.expires_at <= now))

    def _left(self, connection: sa.Connection) -> tuple[Left, float]:
        """(what is left, what others hold of it)."""
        if self._budget is None:
            return Left(float("inf"), float("inf")), 0.0
        day = self._now().replace(hour=0, minute=0, second=0, microsecond=0)
        held = _sum_usd(connection, reservations, _of(self._client_id) & ~_IS_BOOKED)
        today, month = (
            _sum_usd(
                connection, ledger, (ledger.c.client_id == self._client_id) & (ledger.c.spent_at >= since)
            )
            for since in (day, day.replace(day=1))
        )
        left = Left(self._budget.usd_per_day - today - held, self._budget.usd_per_month - month - held)
        return left, held

    def _lost_usd(self) -> float:
        """What is booked this month for calls whose answers were lost."""
        month = self._now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        mine = (ledger.c.client_id == self._client_id) & (ledger.c.spent_at >= month)
        with self._engine.connect() as connection:
            return _sum_usd(connection, ledger, mine & IS_AT_WORST)

    def _is(self, table: sa.Table, reservation: Reservation) -> sa.ColumnElement[bool]:
        return (table.c.client_id == self._client_id) & (table.c.entry_id == reservation.entry_id)

    def _give_back(self, connection: sa.Connection, reservation: Reservation) -> None:
        connection.execute(reservations.delete().where(self._is(reservations, reservation)))

    def _resumes_at(self, left: Left) -> datetime:
        """The next UTC day, or the next month if the month's budget is what ended."""
        day = self._now().replace(hour=0, minute=0, second=0, microsecond=0)
        if left.month_usd <= left.day_usd:
            return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        return day + timedelta(days=1)


# Of a reservation that is in the ledger too, the call was lost.
_IS_BOOKED = sa.exists().where(
    (ledger.c.client_id == reservations.c.client_id) & (ledger.c.entry_id == reservations.c.entry_id)
)
# The same, of the row in the ledger.
IS_AT_WORST = sa.exists().where(
    (reservations.c.client_id == ledger.c.client_id) & (reservations.c.entry_id == ledger.c.entry_id)
)


@dataclass(frozen=True)
class Lost:
    """A call whose answer was lost, booked at `usd` on the UTC day when it was made."""

    client_id: str
    entry_id: str
    stream: str
    spent_at: datetime
    usd: float


def lost(engine: sa.Engine, network: str, now: datetime) -> list[Lost]:
    """The calls that are booked at their worst, oldest first; those not booked so far are booked now."""
    columns = [ledger.c[name] for name in Lost.__dataclass_fields__]
    query = sa.select(*columns).where((ledger.c.network == network) & IS_AT_WORST)
    with engine.connect() as connection:
        clients: list[str] = list(
            connection.execute(
                sa.select(reservations.c.client_id).distinct().order_by(reservations.c.client_id)
            ).scalars()
        )
    with engine.begin() as connection:
        # One lock after the other in the same order, as everybody takes them.
        upsert(
            connection, budget_locks, [{"client_id": client_id, "locked_at": now} for client_id in clients]
        )
        for client_id in clients:
            _book(connection, _of(client_id) & (reservations.c.expires_at <= now))
        rows = connection.execute(query.order_by(ledger.c.spent_at, ledger.c.entry_id)).all()
    return [Lost(**row._mapping) for row in rows]


def take_off(engine: sa.Engine, call: Lost, post_count: int, usd: float) -> None:
    """Books a lost call at what the network may have billed for it at most; with nothing, it leaves the ledger."""
    mine = (ledger.c.client_id == call.client_id) & (ledger.c.entry_id == call.entry_id) & IS_AT_WORST
    right = {"usd": usd, "post_count": post_count, "billed_post_count": post_count}
    with engine.begin() as connection:
        # Nothing is done if its process lives after all, and has settled it meanwhile.
        connection.execute(ledger.update().where(mine).values(right) if usd else ledger.delete().where(mine))
        gone = (reservations.c.client_id == call.client_id) & (reservations.c.entry_id == call.entry_id)
        connection.execute(reservations.delete().where(gone))


def spent_usd(
    connection: sa.Connection, client_id: str | None = None, since: datetime | None = None
) -> float:
    """What was spent, of one client and since a moment if given: by the ledger, and what is held for calls."""
    spent: list[sa.ColumnElement[bool]] = [sa.true()]
    held: list[sa.ColumnElement[bool]] = [~_IS_BOOKED]
    if client_id is not None:
        spent.append(ledger.c.client_id == client_id)
        held.append(_of(client_id))
    if since is not None:
        spent.append(ledger.c.spent_at >= since)
        held.append(reservations.c.expires_at >= since + RESERVED_FOR)
    return _sum_usd(connection, ledger, sa.and_(*spent)) + _sum_usd(connection, reservations, sa.and_(*held))


def _book(connection: sa.Connection, lost: sa.ColumnElement[bool], at: datetime | None = None) -> None:
    """Enters lost calls into the ledger, at their worst and `at` the time they were made (default: an hour before
    they expired). Their reservations stay, and say so."""
    for row in connection.execute(reservations.select().where(lost & ~_IS_BOOKED)).all():
        log.warning(
            "%s: the answer to a call for %s was lost; it is booked at its worst, $%.3f, until `rapport reconcile`",
            row.client_id,
            row.stream,
            row.usd,
        )
        counts = dict.fromkeys(("post_count", "user_count", "message_count", "billed_post_count"), 0)
        connection.execute(
            ledger.insert().values(
                client_id=row.client_id,
                spent_at=at or row.expires_at - RESERVED_FOR,
                entry_id=row.entry_id,
                network=row.network,
                stream=row.stream,
                usd=row.usd,
                **counts,
            )
        )


def _affordable(usd: float, usd_each: float, most: int) -> int:
    """How many results so much money pays for, `most` at most."""
    return int(min(most, (usd + _CENT_FRACTION) / usd_each)) if usd_each else most


def _of(client_id: str) -> sa.ColumnElement[bool]:
    return reservations.c.client_id == client_id


def _sum_usd(connection: sa.Connection, table: sa.Table, where: sa.ColumnElement[bool]) -> float:
    query = sa.select(sa.func.coalesce(sa.func.sum(table.c.usd), 0.0)).where(where)
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
