"""A client's weeks, of which a report is about one. Weeks are ISO weeks, UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol, TypeVar

TALK_WEEKS = 4  # conversations and posts without an answer are shown of so many weeks
CONTENT_WEEKS = 13  # posts of ours: a quarter, enough to compare, few enough to remember


class Dated(Protocol):
    """A row of a table that has a row for each week."""

    @property
    def week_start_date(self) -> date: ...

    @property
    def is_complete_week(self) -> bool: ...


D = TypeVar("D", bound=Dated)


@dataclass(frozen=True, slots=True)
class Week:
    """A client's week; stocks (connected, ...) as they stood at its end, answers as they stood when it was settled."""

    week_start_date: date
    is_complete_week: bool
    is_settled_week: bool
    real_conversation_count: int
    exchange_count: int
    address_in_count: int
    address_out_count: int
    person_in_count: int
    noticed_count: int
    acquainted_count: int
    conversing_count: int
    connected_count: int
    dormant_count: int
    new_count: int
    deepened_count: int
    cooled_count: int
    lapsed_count: int
    revived_count: int
    answered_within_day_count: int
    answer_due_count: int
    unanswered_count: int
    median_answer_hours: float | None
    # of a client with working hours, None of others
    answered_within_working_day_count: int | None = None
    working_day_due_count: int | None = None


def report_week(weeks: Sequence[D]) -> D | None:
    """The week a report is about (weeks are given oldest first): the last complete one, else the running one."""
    candidates = [week for week in weeks if week.is_complete_week] or list(weeks)
    return candidates[-1] if candidates else None


def last_complete_week(as_of_at: datetime) -> date:
    """The Monday of the last week that had ended at `as_of_at`."""
    day = as_of_at.astimezone(UTC).date()
    return day - timedelta(days=day.weekday() + 7)
