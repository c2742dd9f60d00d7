"""Counts the posts that were returned, day by day: what /2/usage/tweets tells, and what a bill would be made of."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from threading import Lock
from typing import Any


class Meter:
    """Counts the posts returned. The same post twice in one UTC day counts once."""

    def __init__(self) -> None:
        self._read: defaultdict[datetime, set[str]] = defaultdict(set)
        self._lock = Lock()

    def count(self, body: dict[str, Any], now: datetime) -> None:
        """Counts the posts of one answer, those in `includes` too."""
        data = body.get("data", [])
        rows = data if isinstance(data, list) else [data]
        includes = body.get("includes", {})
        rows = [*rows, *includes.get("tweets", []), *includes.get("posts", [])]
        posts = {row["id"] for row in rows if "text" in row and "event_type" not in row}
        with self._lock:
            self._read[day_of(now)] |= posts

    def on(self, day: datetime) -> int:
        """Posts read on the UTC day that holds `day`."""
        with self._lock:
            return len(self._read.get(day_of(day), ()))


def day_of(at: datetime) -> datetime:
    """The start of its UTC day."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
