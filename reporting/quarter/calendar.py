"""Quarters of ISO weeks: a week belongs to the quarter that its Thursday lies in, as ISO has it for the year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_WEEK = timedelta(days=7)
_TO_THURSDAY = timedelta(days=3)


@dataclass(frozen=True, order=True, slots=True)
class Quarter:
    """A quarter of a year, `number` 1 to 4. It has 12 to 14 whole weeks."""

    year: int
    number: int

    def __str__(self) -> str:
        """As it is named in paths: 2026-Q4."""
        return f"{self.year}-Q{self.number}"

    @property
    def start(self) -> date:
        """The Monday of its first week."""
        first_day = date(self.year, 3 * self.number - 2, 1)
        # the first Thursday from that day on
        thursday = first_day + timedelta(days=(3 - first_day.weekday()) % 7)
        return thursday - _TO_THURSDAY

    @property
    def end(self) -> date:
        """The Monday after its last week."""
        return self.after.start

    @property
    def last_day(self) -> date:
        """The Sunday of its last week."""
        return self.end - timedelta(days=1)

    @property
    def week_count(self) -> int:
        """How many weeks it has."""
        return (self.end - self.start).days // 7

    @property
    def before(self) -> "Quarter":
        """The quarter before it."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def after(self) -> "Quarter":
        """The quarter after it."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    def weeks(self) -> Iterator[date]:
        """The Mondays of its weeks."""
        return (self.start + _WEEK * number for number in range(self.week_count))


def quarter_of(monday: date) -> Quarter:
    """The quarter of the week that begins on that Monday."""
    thursday = monday + _TO_THURSDAY
    return Quarter(thursday.year, (thursday.month + 2) // 3)


def quarter_named(edition: str) -> str:
    """The name of the quarter of an edition: 2026-Q4 of 2026-W47."""
    return str(quarter_of(datetime.strptime(f"{edition}-1", "%G-W%V-%u").date()))  # noqa: DTZ007 - a day has no zone
