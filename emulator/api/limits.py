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

# Requests per window of the app, and of a user; None: not for that kind of token.
Limits = tuple[int | None, int | None]


class Limiter:
    """Counts requests. `others` replaces limits of endpoints, and sets PACE, e.g. to test what happens beyond."""

    def __init__(
        self,
        now: Callable[[], datetime],
        limits: Mapping[str, Limits],
        others: Mapping[str, int] | None = None,
    ) -> None:
        self._now = now
        self._limits = {**limits, **{name: (limit, limit) for name, limit in (others or {}).items()}}
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
