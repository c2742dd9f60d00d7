"""Rate limits: requests per endpoint and token in windows of 15 minutes, by the emulator's clock.

`search/all` also allows one request per second. That one is off unless asked for by `limits={PACE: 1}`: a demo
that searches half a year would take minutes longer and show nothing more.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock

WINDOW_SECONDS = 900
PACE = "/2/tweets/search/all per second"

# Requests per window (of the app, of a user), as documented in 2026-08; None: not for that kind of token.
LIMITS: dict[str, tuple[int | None, int | None]] = {
    "/2/users/:id/tweets": (10_000, 900),
    "/2/users/:id/mentions": (450, 300),
    "/2/tweets/search/recent": (450, 300),
    "/2/tweets/search/all": (300, None),
    "/2/tweets/counts/recent": (300, None),
    "/2/tweets/counts/all": (300, None),
    "/2/tweets": (3_500, 5_000),
    "/2/tweets/:id": (450, 900),
    "/2/tweets/:id/quote_tweets": (75, 75),
    "/2/tweets/:id/retweeted_by": (75, 75),
    "/2/tweets/:id/liking_users": (None, 75),
    "/2/users": (300, 900),
    "/2/users/by": (300, 900),
    "/2/users/:id": (300, 900),
    "/2/users/by/username/:username": (300, 900),
    "/2/dm_events": (None, 15),
    "/2/dm_conversations/:id/dm_events": (None, 15),
    "/2/dm_conversations/with/:participant_id/dm_events": (None, 15),
    "/2/usage/tweets": (50, None),
    "/2/compliance/jobs": (150, None),
}


class Limiter:
    """Counts requests. `limits` overrides entries of LIMITS and PACE, e.g. to test what happens beyond."""

    def __init__(self, now: Callable[[], datetime], limits: Mapping[str, int] | None = None) -> None:
        self._now = now
        self._limits = {**LIMITS, **{name: (limit, limit) for name, limit in (limits or {}).items()}}
        self._spent: dict[tuple[str, str], tuple[int, int]] = {}
        self._recent: dict[tuple[str, str], deque[float]] = {}
        self._lock = Lock()

    def take(self, endpoint: str, token: str, *, is_user: bool = False) -> tuple[bool, dict[str, str]]:
        """Counts one request: (may it pass, the three x-rate-limit headers)."""
        limit = self._limits[endpoint][is_user] or 0
        now = int(self._now().timestamp())
        with self._lock:
            reset, spent = self._spent.get((endpoint, token), (0, 0))
            if now >= reset:
                reset, spent = now + WINDOW_SECONDS, 0
            passes = spent < limit and self._in_pace(endpoint, token)
            spent += passes
            self._spent[endpoint, token] = (reset, spent)
        return passes, {
            "x-rate-limit-limit": str(limit),
            "x-rate-limit-remaining": str(limit - spent),
            "x-rate-limit-reset": str(reset),
        }

    def _in_pace(self, endpoint: str, token: str) -> bool:
        pace = (self._limits.get(f"{endpoint} per second") or (None, None))[0]
        if pace is None:
            return True
        now, recent = time.monotonic(), self._recent.setdefault((endpoint, token), deque())
        while recent and now - recent[0] >= 1:
            recent.popleft()
        if len(recent) >= pace:
            return False
        recent.append(now)
        return True
