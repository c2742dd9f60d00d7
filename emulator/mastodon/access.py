"""Who asks a server, and how often they may: 300 requests in 5 minutes each account, and each address without one."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock

from emulator.elsewhere.model import MASTODON, Elsewhere

LIMIT = 300
WINDOW = timedelta(minutes=5)


class Refusal(Exception):
    """An answer other than 200: status and Mastodon's words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


class Access:
    """Checks tokens and counts requests. `token` is the app's; `token:name@host` speaks for an account."""

    def __init__(
        self, elsewhere: Elsewhere, token: str, now: Callable[[], datetime], limit: int = LIMIT
    ) -> None:
        self._elsewhere = elsewhere
        self._token = token
        self._now = now
        self._limit = limit
        self._spent: dict[tuple[str, str, int], int] = {}
        self._lock = Lock()

    def viewer(self, host: str, authorization: str | None) -> tuple[str | None, bool]:
        """(the account that asks, None of nobody; whether there is a token at all). Raises Refusal 401."""
        if not authorization:
            return None, False
        scheme, _, given = authorization.partition(" ")
        app_part, _, account_id = given.strip().partition(":")
        is_known = hmac.compare_digest(app_part.encode(), self._token.encode())
        is_here = not account_id or (
            account_id.endswith(f"@{host}") and (MASTODON, account_id) in self._elsewhere.people
        )
        if scheme.lower() != "bearer" or not is_known or not is_here:
            raise Refusal(401, "The access token is invalid")
        return account_id or None, True

    def count(self, host: str, who: str) -> tuple[bool, Mapping[str, str]]:
        """Counts one request: (may it pass, the X-RateLimit headers)."""
        now = self._now()
        window = int(now.timestamp() // WINDOW.total_seconds())
        resets = datetime.fromtimestamp((window + 1) * WINDOW.total_seconds(), UTC)
        with self._lock:
            spent = self._spent.get((host, who, window), 0)
            passes = spent < self._limit
            self._spent = {key: count for key, count in self._spent.items() if key[2] == window}
            self._spent[host, who, window] = spent + passes
        return passes, {
            "X-RateLimit-Limit": str(self._limit),
            "X-RateLimit-Remaining": str(max(self._limit - spent - 1, 0)),
            "X-RateLimit-Reset": f"{resets:%Y-%m-%dT%H:%M:%S.%f}Z",
        }
