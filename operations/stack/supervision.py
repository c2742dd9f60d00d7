"""Keeps the parts of the stack running: one that ends by itself is started again, after growing waits, up to a limit.

A part that keeps ending is given up, and the others go on: what is wrong with it can then be looked at in Airflow's
pages and in its log. stack.json holds how each part is; `rapport status` and `rapport doctor` tell it.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from operations.stack.errors import StackError
from rapport.errors import first_line

# The first end is mostly an accident; a port or a disk may take a while.
WAITS = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5, 10, 30, 60, 60, 60))
# What ended longer ago does not count.
MEMORY = timedelta(hours=1)


@dataclass(frozen=True)
class PartState:
    """How one part is, and how it last ended by itself (None: it never did)."""

    name: str
    state: Literal["running", "waiting", "given up"] = "running"
    ending_count: int = 0
    ended_at: datetime | None = None
    why: str = ""

    @property
    def words(self) -> str:
        """E.g. "emulator ended 2026-11-29 04:05 UTC (killed by SIGKILL) and runs again"."""
        ended = f"{self.name} ended {self.ended_at:%Y-%m-%d %H:%M} UTC ({self.why})"
        if self.state == "given up":
            return f"{ended}, {self.ending_count} times within an hour, and is not started again"
        return ended + (" and runs again" if self.state == "running" else " and is about to be started again")

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {"ended_at": self.ended_at.isoformat() if self.ended_at else None}

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> "PartState":
        """What `dump` has made."""
        at = stored["ended_at"]
        return cls(**{**stored, "ended_at": datetime.fromisoformat(at) if at else None})


@dataclass
class _Part:
    start: Callable[[], object]
    why_ended: Callable[[], str | None]
    shown: PartState
    endings: list[datetime] = field(default_factory=list)
    due: datetime | None = None


class Supervisor:
    """Looks after parts that are running already. `say` gets a sentence for whatever happens to one."""

    def __init__(
        self, say: Callable[[str], None], now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._say = say
        self._now = now
        self._parts: dict[str, _Part] = {}

    @property
    def states(self) -> list[PartState]:
        return [part.shown for part in self._parts.values()]

    def add(self, name: str, start: Callable[[], object], why_ended: Callable[[], str | None]) -> None:
        """`start` starts it again; `why_ended` is None as long as it runs."""
        self._parts[name] = _Part(start, why_ended, PartState(name))

    def tend(self) -> bool:
        """Looks at every part once, and starts what is due; True if anything has changed."""
        before = self.states
        for part in self._parts.values():
            if part.shown.state == "running" and (why := part.why_ended()) is not None:
                self._ended(part, why)
            elif part.due is not None and part.due <= self._now():
                self._start(part)
        return self.states != before

    def _ended(self, part: _Part, why: str) -> None:
        at, name = self._now(), part.shown.name
        part.endings = [past for past in part.endings if past > at - MEMORY] + [at]
        count = len(part.endings)
        is_hopeless = count > len(WAITS)
        part.due = None if is_hopeless else at + WAITS[count - 1]
        part.shown = PartState(name, "given up" if is_hopeless else "waiting", count, at, why)
        self._say(part.shown.words)

    def _start(self, part: _Part) -> None:
        part.due = None
        try:
            part.start()
        except (StackError, OSError) as problem:
            self._ended(part, first_line(problem))
            return
        last = part.shown
        part.shown = PartState(last.name, "running", last.ending_count, last.ended_at, last.why)
        self._say(part.shown.words)
