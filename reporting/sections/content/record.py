"""Posts of ours and what they started."""

from dataclasses import dataclass, field
from datetime import datetime

from rapport.networks import qualified


@dataclass(frozen=True, slots=True)
class ContentPost:
    """A post of ours and the conversations it started."""

    network: str
    post_id: str
    account_id: str
    handle: str
    kind: str
    text: str
    created_at: datetime | None
    answering_person_count: int
    real_conversation_count: int
    returner_count: int
    new_person_count: int

    @property
    def key(self) -> str:
        """network:id of the post."""
        return qualified(self.network, self.post_id)


@dataclass(frozen=True, slots=True)
class DrawnIn:
    """Somebody whom a post of ours drew into a conversation that became real; `post_key`: network:id of the post."""

    post_key: str
    person_id: str
    handle: str
    display_name: str


@dataclass(frozen=True, slots=True)
class ContentGroup:
    """Posts of ours of one form, or about one topic."""

    name: str
    post_count: int
    sparking_post_count: int
    real_conversation_count: int


@dataclass(frozen=True)
class Content:
    """Of our posts of the last `weeks` weeks: those that started most, all forms, and the foremost topics."""

    weeks: int
    posts: list[ContentPost]
    forms: list[ContentGroup]
    topics: list[ContentGroup]
    topic_count: int = 0  # of all topics, also of those that are not shown
    with_topic_count: int = 0  # of the posts, those that have any
    drawn_in: dict[str, list[DrawnIn]] = field(default_factory=dict)  # by network:id of the post

    @property
    def post_count(self) -> int:
        """How many posts there were in all: every post has one form."""
        return sum(form.post_count for form in self.forms)

    @property
    def sparking_post_count(self) -> int:
        """How many of them started a real conversation."""
        return sum(form.sparking_post_count for form in self.forms)
