"""What a person's page shows. Nothing in it changes by the mere passing of a day: pages are written when something
about the person does."""

from dataclasses import dataclass
from datetime import date, datetime

from rapport.networks import label_of, profile_url, qualified
from reporting.person_links import file_name
from reporting.posts import Post
from reporting.sections.conversations.threads import Thread
from reporting.sections.outcomes.record import Outcome
from reporting.words import STAGES, name


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the person."""

    person_id: str
    network: str
    account_id: str
    handle: str
    display_name: str

    @property
    def label(self) -> str:
        return label_of(self.network)

    @property
    def url(self) -> str | None:
        return profile_url(self.network, self.account_id)


@dataclass(frozen=True, slots=True)
class Tie:
    """The relationship as it stands; of somebody with whom nothing was said yet, all counts are 0."""

    person_id: str
    handle: str
    display_name: str
    stage: str
    stage_since_date: date | None
    reached_out_by: str
    address_in_count: int
    address_out_count: int
    exchange_count: int
    real_conversation_count: int
    active_week_count: int
    first_contact_at: datetime | None
    last_contact_at: datetime | None
    last_mutual_at: datetime | None
    usual_gap_days: float | None
    shared_third_party_count: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is on the list of stakeholders, in the client's own words."""

    person_id: str
    stakeholder_why: str
    stakeholder_topic: str
    stakeholder_priority: int
    standing: str


@dataclass(frozen=True, slots=True)
class TieWeek:
    """A week in which something was said, or the stage changed."""

    person_id: str
    week_start_date: date
    stage: str
    week_address_in_count: int
    week_address_out_count: int


@dataclass(frozen=True, slots=True)
class Address:
    """One deliberate act between us and the person."""

    person_id: str
    network: str
    post_id: str
    root_post_id: str
    occurred_at: datetime
    is_from_us: bool
    is_private: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation, as far as the two of us talk in it."""

    network: str
    root_post_id: str
    root: Post | None  # the post that it began with; None if that was not captured
    started_by: str  # us, them (the person), other, unknown
    first_at: datetime  # of what was said between us two
    last_at: datetime
    last_post_id: str
    last_text: str
    exchange_count: int
    is_real: bool
    thread: Thread
    post_count: int  # of the whole conversation, as it was captured

    @property
    def key(self) -> str:
        """network:id of its root."""
        return qualified(self.network, self.root_post_id)

    @property
    def last_key(self) -> str:
        """network:id of the newest post between us two."""
        return qualified(self.network, self.last_post_id)

    @property
    def left_out_count(self) -> int:
        """How many posts of the conversation are not on the page: those of others, and of a very long talk the rest."""
        return max(self.post_count - len(self.thread.lines), 0)


@dataclass(frozen=True, slots=True)
class Open:
    """Something that has no answer. Of a private one only that it waits is known."""

    person_id: str
    network: str
    post_id: str
    kind: str
    text: str
    occurred_at: datetime | None
    is_question: bool

    @property
    def is_private(self) -> bool:
        return self.kind == "message"


@dataclass(frozen=True, slots=True)
class Answering:
    """One of us, and how many posts of the person they answered; without an account: how many nobody answered."""

    person_id: str
    account: str  # network:id
    handle: str
    display_name: str
    answer_count: int


@dataclass(frozen=True, slots=True)
class ThirdParty:
    """Somebody with whom both the person (`of_person_id`) and we have had exchanges."""

    of_person_id: str
    person_id: str
    handle: str
    display_name: str
    exchange_count: int  # between the two


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of the person by hand: who of us keeps the tie, and tags."""

    person_id: str
    owner_name: str
    owner_basis: str  # listed, or most answers
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A dated note, written by hand."""

    person_id: str
    noted_date: date | None
    noted_by: str
    note: str


@dataclass(frozen=True, slots=True)
class Person:
    """All that one page shows."""

    tie: Tie
    accounts: tuple[Account, ...] = ()
    former_handle: str = ""
    reason: Reason | None = None
    weeks: tuple[TieWeek, ...] = ()  # oldest first
    talks: tuple[Talk, ...] = ()  # newest first
    private_counts: tuple[tuple[str, int, int], ...] = ()  # network, from them, from us
    waiting: tuple[Open, ...] = ()  # for us, oldest first
    asked: tuple[Open, ...] = ()  # by us, and not answered, newest first
    answering: tuple[Answering, ...] = ()  # most answers first
    address_in_count: int = 0  # of their posts to us, answered or not
    outcomes: tuple[Outcome, ...] = ()  # newest first
    third_parties: tuple[ThirdParty, ...] = ()  # most exchanges first
    kept: Kept | None = None
    notes: tuple[Note, ...] = ()  # newest first

    @property
    def person_id(self) -> str:
        return self.tie.person_id

    @property
    def file_name(self) -> str:
        return file_name(self.person_id)

    @property
    def name(self) -> str:
        return name(self.tie.display_name, self.tie.handle, self.person_id)

    @property
    def networks(self) -> tuple[str, ...]:
        """The networks they are on, by name."""
        return tuple(sorted({account.network for account in self.accounts}))

    @property
    def answered_count(self) -> int:
        """How many of their posts to us somebody of us answered."""
        return sum(answering.answer_count for answering in self.answering)

    @property
    def private_count(self) -> int:
        return sum(from_them + from_us for _, from_them, from_us in self.private_counts)

    @property
    def tags(self) -> tuple[str, ...]:
        return self.kept.tags if self.kept else ()

    @property
    def stage(self) -> str:
        return self.tie.stage if self.tie.stage in STAGES else "stranger"

    @property
    def last_talk(self) -> Talk | None:
        """Where the two of us last answered each other."""
        return next((talk for talk in self.talks if talk.exchange_count), None)

    @property
    def first_talk(self) -> Talk | None:
        """Where the two of us first met in public; None where that was in private."""
        first = min(self.talks, key=lambda talk: talk.first_at, default=None)
        is_later = first and self.tie.first_contact_at and first.first_at > self.tie.first_contact_at
        return None if is_later else first
