"""How far the data reaches."""

from dataclasses import dataclass
from datetime import datetime

from rapport.networks import NETWORKS


@dataclass(frozen=True, slots=True)
class Stream:
    """How far one stream of posts has been fetched."""

    network: str
    stream: str
    first_window_start_at: datetime | None
    last_window_end_at: datetime | None
    last_fetched_at: datetime | None
    page_count: int
    post_count: int | None  # None: it brings profiles or messages
    error_count: int
    estimated_cost_usd: float | None
    captured_reply_count: int
    reported_reply_count: int
    completeness: float | None
    conversation_count: int
    incomplete_conversation_count: int
    uncounted_conversation_count: int
    gap_count: int
    gap_hours: float
    gap_reasons: str

    @property
    def brings_replies(self) -> bool:
        """Whether it is the stream of its network that knows how many replies were captured."""
        return self.network in NETWORKS and self.stream == NETWORKS[self.network].replies_stream
