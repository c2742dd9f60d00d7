"""Compares what the ledger says was read with what X says was read, day by day.

X counts posts only (/2/usage/tweets), for the whole app and in UTC days; it gives no counts of users and messages.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from extractors.errors import ExtractionError
from extractors.state import budget
from extractors.state.store import open_state
from extractors.x import streams
from extractors.x.client import Client
from rapport.config import Settings

log = logging.getLogger("rapport.extract")

DAYS = 7
# Differences this small are no news: a call that was answered and never seen, a day's border, X's own rounding
# ("normally billed once"). Above both, somebody else uses the app, or the ledger is wrong.
DRIFT_SHARE = 0.05
DRIFT_POSTS = 100


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
    def is_drifting(self) -> bool:
        """Whether the two are too far apart."""
        largest = max(self.ledger_posts, self.network_posts)
        return abs(self.drift) > max(DRIFT_POSTS, DRIFT_SHARE * largest)


def reconcile(
    settings: Settings, days: int = DAYS, on_progress: Callable[[str], None] = log.info
) -> list[Day]:
    """The last days, oldest first, today included (it is still going on). One request, which costs nothing."""
    today = settings.now().replace(hour=0, minute=0, second=0, microsecond=0)
    with open_state(settings) as state, Client(settings) as client:
        parameters = {"days": days, "usage.fields": "daily_project_usage,project_usage,project_cap"}
        network_posts = _by_day(client.ask(streams.USAGE_ENDPOINT, None, parameters).value)
        ledger_posts = budget.billed_posts_by_day(
            state.engine, streams.NETWORK, today - timedelta(days=days - 1)
        )
    dates = [(today - timedelta(days=back)).date().isoformat() for back in reversed(range(days))]
    found = [Day(date, ledger_posts.get(date, 0), network_posts.get(date, 0)) for date in dates]
    for day in found:
        on_progress(f"{day.date}: ledger {day.ledger_posts} posts, X {day.network_posts}")
    return found


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


def _by_day(body: dict[str, Any]) -> dict[str, int]:
    data = body.get("data") or {}
    daily = (data.get("daily_project_usage") or {}).get("usage") or []
    return {
        str(entry["date"])[:10]: int(entry["usage"])
        for entry in daily
        if "date" in entry and "usage" in entry
    }
