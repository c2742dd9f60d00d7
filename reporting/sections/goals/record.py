"""Goals."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Goal:
    """What the client wants, and how far it has come."""

    words: str
    measure: str
    target: float
    due_date: date
    value: float | None
    part_count: int | None  # of a share: how many, and of how many
    whole_count: int | None
    earlier_value: float | None
    expected_value: float | None
    progress_share: float | None
    status: str
    week_start_date: date | None  # of which week the value is
