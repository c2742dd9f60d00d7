"""What the network counts."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ContextWeek:
    """What the network counts of an account of ours: context, never a result."""

    network: str
    account_id: str
    handle: str
    week_start_date: date
    is_complete_week: bool
    follower_count: int | None
    post_count: int
    like_count: int | None
    repost_count: int | None
    impression_count: int | None
