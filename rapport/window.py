"""The time window that one extraction covers: half-open and in UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from rapport.errors import ConfigError

# The clocks of two machines may differ by that much. A fetch waits until the network answers for such an end.
_CLOCKS_DIFFER = timedelta(minutes=2)


def utc_now() -> datetime:
    """What time it is by the machine's clock, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """[start, end): the start is included, the end is not. Both are aware datetimes in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for name in ("start", "end"):
            moment = getattr(self, name)
            if moment.tzinfo is None:
                raise ConfigError(
                    f"window {name} {moment} has no time zone", "give times in UTC, e.g. 2026-11-01T00:00Z"
                )
            object.__setattr__(self, name, moment.astimezone(UTC))
        if self.start >= self.end:
            raise ConfigError(
                f"the window starts at {self.start:%Y-%m-%d %H:%M} and ends at {self.end:%Y-%m-%d %H:%M} UTC",
                "give an end later than the start (the end itself is not included)",
            )

    @classmethod
    def parse(cls, start: str, end: str) -> "Window":
        """From two ISO dates or times. A date means its midnight; a time without a zone is in UTC."""
        return cls(parse_moment(start), parse_moment(end))

    @classmethod
    def day(cls, day: date) -> "Window":
        """The UTC day."""
        start = datetime.combine(day, time.min, UTC)
        return cls(start, start + timedelta(days=1))

    def require_over(self, now: datetime) -> None:
        """Raises ConfigError if the window ends in the future: its rest would count as read, and stay unread."""
        if self.end > now + _CLOCKS_DIFFER:
            raise ConfigError(
                f"the window {self} ends in the future: it is {now:%Y-%m-%d %H:%M} UTC",
                f"give an end that has passed, at the latest {now:%Y-%m-%dT%H:%MZ}; a later run brings the rest",
            )

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M} to {self.end:%Y-%m-%d %H:%M} UTC"


def parse_moment(text: str) -> datetime:
    """An ISO date or time as an aware datetime in UTC. Raises ConfigError if it is neither."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as problem:
        raise ConfigError(
            f"'{text}' is not an ISO date or time", "write 2026-11-01 or 2026-11-01T06:00Z"
        ) from problem
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def moment_in(text: Any) -> datetime | None:
    """The moment that an ISO 8601 text says, taken for UTC where it says no zone; None if it says none."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
