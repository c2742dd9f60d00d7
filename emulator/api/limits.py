"""Rate limits: requests per endpoint and token in windows of 15 minutes, on the wall clock."""

from __future__ import annotations

import time
from collections.abc import Mapping
from threading import Lock

WINDOW_SECONDS = 900

# Requests per window and app, as documented in 2026-08.
LIMITS: dict[str, int] = {
    "/2/users/:id/tweets": 10_000,
    "/2/users/:id/mentions": 450,
    "/2/tweets/search/recent": 450,
    "/2/tweets/search/all": 300,
    "/2/tweets": 3_500,
    "/2/tweets/:id": 450,
    "/2/tweets/:id/quote_tweets": 75,
    "/2/users": 300,
    "/2/users/by": 300,
    "/2/users/:id": 300,
    "/2/users/by/username/:username": 300,
}


class Limiter:
    """Counts requests. `limits` overrides entries of LIMITS, e.g. to test what happens beyond."""

    def __init__(self, limits: Mapping[str, int] | None = None) -> None:
        self._limits = {**LIMITS, **(limits or {})}
        self._spent: dict[tuple[str, str], tuple[int, int]] = {}
        self._lock = Lock()

    def take(self, endpoint: str, token: str) -> tuple[bool, dict[str, str]]:
        """Counts one request: (may it pass, the three x-rate-limit headers)."""
        limit = self._limits[endpoint]
        now = int(time.time())
        with self._lock:
            reset, spent = self._spent.get((endpoint, token), (0, 0))
            if now >= reset:
                reset, spent = now + WINDOW_SECONDS, 0
            passes = spent < limit
            spent += passes
            self._spent[endpoint, token] = (reset, spent)
        return passes, {
            "x-rate-limit-limit": str(limit),
            "x-rate-limit-remaining": str(limit - spent),
            "x-rate-limit-reset": str(reset),
        }
