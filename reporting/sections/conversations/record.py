"""Conversations and their posts."""

from dataclasses import dataclass
from datetime import datetime

from rapport.networks import qualified
from reporting.posts import Post
from reporting.sections.conversations.threads import Thread, thread


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation that we take part in or are addressed in."""

    network: str
    root_post_id: str
    root_handle: str
    root_text: str
    started_by: str
    opened_at: datetime | None
    last_active_at: datetime | None
    post_count: int
    our_post_count: int
    their_post_count: int
    participant_count: int
    turn_count: int
    exchange_count: int
    real_person_count: int
    is_real: bool
    state: str
    captured_reply_count: int
    reported_reply_count: int
    completeness: float | None
    uncounted_post_count: int
    is_complete_enough: bool
    missing_reply_count: int
    missing_reason: str
    is_root_missing: bool

    @property
    def key(self) -> str:
        """network:id of its root."""
        return qualified(self.network, self.root_post_id)


@dataclass(frozen=True)
class Conversations:
    """The conversations that are shown with their posts, and how many were active in the last `weeks` weeks."""

    weeks: int
    shown: list[Conversation]
    posts: dict[str, list[Post]]  # by network:id of the root
    total_count: int
    real_count: int  # in so many of them somebody came back
    # of the last `weeks` weeks that are over, as the chart of the weeks has them, one for each person
    became_real_count: int | None = None

    def thread(self, conversation: Conversation) -> Thread:
        """A conversation's posts, as they answer each other."""
        return thread(self.posts[conversation.key])
