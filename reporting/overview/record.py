"""A client at a glance."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What reports.rpt_clients says of a client."""

    week_start_date: date | None
    is_complete_week: bool
    is_settled_week: bool
    warning_sign_count: int
    real_conversation_count: int
    usual_real_conversation_count: float | None
    is_below_usual: bool
    connected_count: int
    won_count: int
    lost_count: int
    is_losing: bool
    waiting_count: int
    stakeholder_waiting_count: int
    is_stakeholder_waiting: bool
    longest_waiting_hours: float | None
    answered_within_day_count: int
    answer_due_count: int
    goal_count: int
    goal_on_course_count: int
    goal_behind_count: int
    is_goal_behind: bool
    stretched_account_count: int
    is_stretched: bool
    gap_count: int
    gap_hours: float
    captured_reply_count: int
    reported_reply_count: int
    completeness: float | None
    is_data_complete: bool | None  # None: not known
    # of a client with working hours
    longest_waiting_working_hours: float | None = None
    answered_within_working_day_count: int | None = None
    working_day_due_count: int | None = None


@dataclass(frozen=True)
class Link:
    """Where a page of a client's lies, as seen from the overview."""

    label: str
    href: str


@dataclass(frozen=True)
class Row:
    """A client in the overview; `standing` is None while nothing is known of it."""

    client_id: str
    client_name: str
    standing: Standing | None
    published_at: datetime | None
    as_of_at: datetime
    report: str | None = None  # its newest report, as seen from the overview
    lists: str | None = None  # the folder of its lists
    links: tuple[Link, ...] = ()  # its other pages
    home: str = ""  # which home it is of, where there are several
    owners: tuple[str, ...] = ()  # who of us keeps its ties, whoever keeps most of them first


def worst_first(rows: Iterable[Row]) -> list[Row]:
    """In the order of the glossary's "worst first"."""
    return sorted(rows, key=_place)


def _place(row: Row) -> tuple[bool, int, int, int, str, str, str]:
    standing = row.standing
    return (
        standing is not None,
        -standing.warning_sign_count if standing else 0,
        -standing.stakeholder_waiting_count if standing else 0,
        -standing.waiting_count if standing else 0,
        row.client_name.casefold(),
        row.client_id,
        row.home,
    )
