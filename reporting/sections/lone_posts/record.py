"""Posts of ours that nobody else is seen to have answered."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LonePost:
    """A post of ours, with what we added beneath it, without anybody else."""

    network: str
    post_id: str
    account_id: str
    handle: str
    text: str
    opened_at: datetime | None
    post_count: int
    missing_reply_count: int
    state: str


@dataclass(frozen=True)
class LonePosts:
    """The newest of the last `weeks` weeks, and how many there are of each state."""

    weeks: int
    shown: list[LonePost]
    state_counts: dict[str, int]

    @property
    def total_count(self) -> int:
        return sum(self.state_counts.values())
