"""Records of what stands behind the week: content, readership and the rest. See `records`."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ContentPost:
    """A post of ours and the conversations it started."""

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


@dataclass(frozen=True, slots=True)
class ContentGroup:
    """Posts of ours of one form, or about one topic."""

    name: str
    post_count: int
    sparking_post_count: int
    real_conversation_count: int


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


@dataclass(frozen=True, slots=True)
class ContextWeek:
    """What the network counts of an account of ours: context, never a result."""

    account_id: str
    handle: str
    week_start_date: date
    is_complete_week: bool
    follower_count: int | None
    post_count: int
    like_count: int | None
    repost_count: int | None
    impression_count: int | None


@dataclass(frozen=True, slots=True)
class Goal:
    """What the client wants, and how far it has come."""

    words: str
    measure: str
    target: float
    due_date: date
    value: float | None
    earlier_value: float | None
    expected_value: float | None
    progress_share: float | None
    status: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it, logged by hand, beside the relationship as it stood before."""

    kind: str
    occurred_date: date
    note: str
    is_joined: bool
    person_id: str
    handle: str
    display_name: str
    is_stakeholder: bool
    stage_before: str
    exchange_count: int
    real_conversation_count: int
    exchange_since_count: int


@dataclass(frozen=True, slots=True)
class AccountLoad:
    """What an account of ours had on its hands in the report's week."""

    account_id: str
    handle: str
    week_start_date: date
    real_conversation_count: int
    usual_real_conversation_count: float | None
    tie_count: int
    is_beyond_ties: bool
    address_in_count: int
    answered_within_day_count: int
    answer_due_count: int
    is_stretched: bool


@dataclass(frozen=True, slots=True)
class NewCircle:
    """Whom we first talked with in a week, and where they came from."""

    week_start_date: date
    is_complete_week: bool
    new_count: int
    new_without_shared_count: int
    new_with_place_count: int
    new_from_new_place_count: int


@dataclass(frozen=True)
class Questions:
    """What the report answers beside the week itself. Lists are bounded; the `*_count` fields are not."""

    content: list[ContentPost] = field(default_factory=list)
    content_post_count: int = 0
    content_forms: list[ContentGroup] = field(default_factory=list)
    content_topics: list[ContentGroup] = field(default_factory=list)
    readership: list[ReaderWeek] = field(default_factory=list)
    context: list[ContextWeek] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    outcome_count: int = 0
    joined_outcome_count: int = 0
    loads: list[AccountLoad] = field(default_factory=list)
    circles: list[NewCircle] = field(default_factory=list)
