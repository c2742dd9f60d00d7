"""Readers by week."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ReaderWeek:
    """Who came back to our posts, at a week's end."""

    week_start_date: date
    is_complete_week: bool
    acting_person_count: int
    reader_count: int
    joined_count: int
    stayed_count: int
    left_count: int
