"""One fault on order, as a plan declares it. What each kind does stands in `emulator.fault_kinds`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass
class Fault:
    """One fault. The first five fields say which requests it befalls, the others how it looks."""

    kind: str
    endpoint: str = "*"  # as the documentation writes it, e.g. "/2/users/:id/tweets"; "*" is every endpoint
    after: int = 0  # so many requests that it could befall go well first
    times: int | None = 1  # then so many do not; None: never again well
    pages: str = "any"  # "first": only requests without a page token, "later": only those with one
    seconds: float = 0.0  # stall: how long
    date: str = "2026-12-01"  # spend cap: reset_date
    name: str = ""  # vanished field (dotted), version
    ids: list[str] = field(default_factory=list)  # late: posts that are not yet shown
    met: int = field(default=0, compare=False)  # requests it could have befallen so far

    def befalls(self, path: str, has_token: bool) -> bool:
        """Whether the request is of the kind that it spoils."""
        if (self.pages == "first" and has_token) or (self.pages == "later" and not has_token):
            return False
        return self.endpoint == "*" or _pattern(self.endpoint).fullmatch(path) is not None


def _pattern(endpoint: str) -> re.Pattern[str]:
    return re.compile(re.sub(r":\w+", "[^/]+", endpoint))
