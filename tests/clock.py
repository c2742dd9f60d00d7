"""What time it is in tests: the same on whichever day they run."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# Where the invented world ends: a Monday, and a minute into it.
UNTIL = datetime(2026, 11, 2, tzinfo=UTC)
NOW = UNTIL + timedelta(minutes=1)


@dataclass
class Clock:
    """A clock for `Settings.now` and for the emulator. It stands still until somebody moves it."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


def now() -> datetime:
    """The clock of whoever needs no other."""
    return NOW
