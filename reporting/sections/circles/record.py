"""People we met, by week."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class NewCircle:
    """Whom we first talked with in a week, and where they came from."""

    week_start_date: date
    is_complete_week: bool
    new_count: int
    new_without_shared_count: int
    new_with_place_count: int
    new_from_new_place_count: int
