"""Compares what the ledger says was read with what X says was read, day by day.

X counts posts only (/2/usage/tweets), for the whole app and in UTC days; it gives no counts of users and messages.

Calls whose answers were lost stand in the ledger at their worst. Of a day that has ended, X's count says how many more
posts it billed than we know of. That is what those calls have cost at most, and the rest is taken off.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from extractors.errors import ExtractionError
from extractors.state import budget
from extractors.state.store import State, open_state
from extractors.x import streams
from extractors.x.client import Client
from rapport.config import Settings

log = logging.getLogger("rapport.extract")

DAYS = 7
# Differences this small are no news: a call that was answered and never seen, a day's border, X's own rounding
# ("normally billed once"). Above both, somebody else uses the app, or the ledger is wrong.
DRIFT_SHARE = 0.05
DRIFT_POSTS = 100
# X's counts lag behind by an hour or so. The budgets look back over a month.
_FINAL_AFTER = timedelta(hours=3)
_MOST_DAYS = 31


class Drifted(ExtractionError):
    """The ledger and the network's own count are too far apart."""


@dataclass(frozen=True)
class Day:
    """One UTC day: posts billed by the ledger, and by X."""

    date: str
    ledger_posts: int
    network_posts: int

    @property
    def drift(self) -> int:
        """X's count minus ours."""
        return self.network_posts - self.ledger_posts

    @property
    def is_lagging(self) -> bool:
        """Whether X counts so much less than we have read that its count can't be whole."""
        return self.is_drifting and self.drift < 0

    @property
    def is_drifting(self) -> bool:
        """Whether the two are too far apart."""
        largest = max(self.ledger_posts, self.network_posts)
        return abs(self.drift) > max(DRIFT_POSTS, DRIFT_SHARE * largest)


def reconcile(
    settings: Settings,
    days: int = DAYS,
    on_progress: Callable[[str], None] = log.info,
    *,
    is_writing_off: bool = False,
) -> list[Day]:
    """The last days, oldest first, today included (it is still going on). One request, which costs nothing.

    Books lost calls at what X may have billed for them. With `is_writing_off`, those of which X gives no counts are
    taken off the ledger altogether: somebody has looked into X's own accounts.
    """
    now = settings.now()
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    with open_state(settings) as state, Client(settings) as client:
        lost = budget.lost(state.engine, streams.NETWORK, now)
        back = min(max([days, *((today - call.spent_at).days + 2 for call in lost)]), max(days, _MOST_DAYS))
        network_posts = _ask(client, back)
        since = today - timedelta(days=back - 1)
        known = budget.billed_posts_by_day(state.engine, streams.NETWORK, since)
        beyond = {
            date: count - known.get(date, 0)
            for date, count in network_posts.items()
            if datetime.fromisoformat(date).replace(tzinfo=UTC) + timedelta(days=1) + _FINAL_AFTER <= now
            and not Day(date, known.get(date, 0), count).is_lagging
        }
        for call in lost:
            _correct(state, call, beyond, on_progress, is_writing_off)
        ledger_posts = budget.billed_posts_by_day(state.engine, streams.NETWORK, since)
    dates = [(today - timedelta(days=back)).date().isoformat() for back in reversed(range(days))]
    found = [Day(date, ledger_posts.get(date, 0), network_posts.get(date, 0)) for date in dates]
    for day in found:
        on_progress(f"{day.date}: ledger {day.ledger_posts} posts, X {day.network_posts}")
    return found


def _correct(
    state: State,
    call: budget.Lost,
    beyond: dict[str, int],
    on_progress: Callable[[str], None],
    is_writing_off: bool,
) -> None:
    """Books one lost call at what X may have billed for it. `beyond`: UTC day → posts that X billed, and we don't
    know of; what this call may have been is taken out of it."""
    what = f"{call.client_id} {call.stream}, {call.spent_at:%Y-%m-%d %H:%M} UTC: ${call.usd:.3f}"
    stream = streams.BY_NAME.get(
        call.stream, streams.LOOKUPS if call.stream == streams.LOOKUPS.name else None
    )
    # Around midnight nobody knows on which day X has answered.
    dates = sorted({at.date().isoformat() for at in (call.spent_at, call.spent_at + budget.RESERVED_FOR)})
    if stream is None or stream.kind != "post":
        if is_writing_off:
            budget.take_off(state.engine, call, 0, 0.0)
            on_progress(f"{what} written off")
        else:
            on_progress(
                f"{what} stay booked: X gives no counts of what this call reads. If X's console shows that it was not "
                "billed: rapport reconcile --write-off"
            )
    elif not all(date in beyond for date in dates):
        on_progress(f"{what} stay booked until X's counts of {' and '.join(dates)} are final")
    else:
        # A result costs something only if a post came with it that X did not bill before on that day.
        count = min(round(call.usd / stream.worst_usd), max(0, sum(max(0, beyond[date]) for date in dates)))
        left = count
        for date in dates:
            taken = min(left, max(0, beyond[date]))
            beyond[date], left = beyond[date] - taken, left - taken
        usd = min(call.usd, count * stream.worst_usd)
        budget.take_off(state.engine, call, count, usd)
        on_progress(
            f"{what} were booked for a lost call, now ${usd:.3f}: X billed {count} posts more than we know of"
        )


def check(days: list[Day]) -> None:
    """Raises Drifted if a day's counts are too far apart."""
    drifting = [day for day in days if day.is_drifting]
    if drifting:
        differences = "; ".join(
            f"{day.date}: ledger {day.ledger_posts:,}, X {day.network_posts:,} ({day.drift:+,})"
            for day in drifting
        )
        raise Drifted(
            f"what X counts differs from the ledger by more than {DRIFT_SHARE:.0%} and {DRIFT_POSTS} posts: "
            f"{differences}",
            "more at X: does another program use the same app, or was the state store lost? "
            "More here: X bills a post once a day; report it. Budgets count what the ledger says",
        )


def counted_by_x(settings: Settings, days: int) -> dict[str, int]:
    """UTC day (ISO) → posts that X has counted, of the last days. One request, which costs nothing."""
    with Client(settings) as client:
        return _ask(client, days)


def _ask(client: Client, days: int) -> dict[str, int]:
    parameters = {"days": days, "usage.fields": "daily_project_usage,project_usage,project_cap"}
    return _by_day(client.ask(streams.USAGE_ENDPOINT, None, parameters).value)


def _by_day(body: dict[str, Any]) -> dict[str, int]:
    data = body.get("data") or {}
    daily = (data.get("daily_project_usage") or {}).get("usage") or []
    return {
        str(entry["date"])[:10]: int(entry["usage"])
        for entry in daily
        if "date" in entry and "usage" in entry
    }
