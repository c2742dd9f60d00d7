"""The records a report is made of.

Fields of the slotted records bear the names of the published columns (contract: the `reports` schema);
`read.py` fills them, `words.py` and the templates put them into words. Times are UTC.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from reporting.records_checks import Checks
from reporting.records_people import Circle, is_message
from reporting.records_questions import Questions


@dataclass(frozen=True, slots=True)
class Week:
    """A client's week; stocks (connected, ...) as they stood at its end."""

    week_start_date: date
    is_complete_week: bool
    real_conversation_count: int
    exchange_count: int
    address_in_count: int
    address_out_count: int
    person_in_count: int
    noticed_count: int
    acquainted_count: int
    conversing_count: int
    connected_count: int
    dormant_count: int
    new_count: int
    deepened_count: int
    cooled_count: int
    lapsed_count: int
    revived_count: int
    answered_within_day_count: int
    answer_due_count: int
    unanswered_count: int
    median_answer_hours: float | None


@dataclass(frozen=True, slots=True)
class Relationship:
    """A client and a person, as it stands."""

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
    last_contact_at: datetime | None
    last_mutual_at: datetime | None
    balance: float | None
    is_stakeholder: bool
    stakeholder_topic: str
    last_post_id: str


@dataclass(frozen=True, slots=True)
class Move:
    """A tie that moved in a week, with the ids of the posts that moved it."""

    person_id: str
    handle: str
    display_name: str
    week_start_date: date
    stage_before: str
    stage_after: str
    movement: str
    evidence_post_ids: tuple[str, ...]
    is_stakeholder: bool

    @property
    def message_count(self) -> int:
        """How many of them are direct messages: what those say is nowhere in the published file."""
        return sum(is_message(one) for one in self.evidence_post_ids)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An address to us that nobody of us answered."""

    post_id: str
    person_id: str
    handle: str
    display_name: str
    kind: str
    text: str
    occurred_at: datetime | None
    waiting_hours: float
    is_question: bool
    is_stakeholder: bool


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation that we take part in or are addressed in."""

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
    is_complete_enough: bool
    missing_reply_count: int
    missing_reason: str
    is_root_missing: bool


@dataclass(frozen=True, slots=True)
class Stream:
    """How far one stream of posts has been fetched."""

    stream: str
    first_window_start_at: datetime | None
    last_window_end_at: datetime | None
    last_fetched_at: datetime | None
    page_count: int
    post_count: int
    error_count: int
    estimated_cost_usd: float | None
    captured_reply_count: int
    reported_reply_count: int
    completeness: float | None
    conversation_count: int
    incomplete_conversation_count: int
    gap_count: int
    gap_hours: float
    gap_reasons: str


@dataclass(frozen=True, slots=True)
class Restatement:
    """A number of a week that was over when it was published, and is another now. None: there was none."""

    table_name: str
    account_id: str
    week_start_date: date
    column_name: str
    value_before: float | None
    value_after: float | None
    is_redefined: bool


@dataclass(frozen=True, slots=True)
class Post:
    """A post as it is shown; `is_ours` is about the client whose report this is."""

    post_id: str
    parent_post_id: str | None
    account_id: str
    handle: str
    display_name: str
    text: str
    created_at: datetime | None
    is_ours: bool


@dataclass(frozen=True)
class ClientData:
    """All that one client's report is made of. Lists are bounded; the `*_count` fields are not."""

    client_id: str
    client_name: str
    as_of_at: datetime
    published_at: datetime | None
    publication_id: str = ""
    weeks: list[Week] = field(default_factory=list)
    relationships: list[Relationship] = field(default_factory=list)
    stage_counts: dict[str, int] = field(default_factory=dict)
    former_handles: dict[str, str] = field(
        default_factory=dict
    )  # person id → the handle before the present one
    moves: list[Move] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    waiting_count: int = 0
    conversations: list[Conversation] = field(default_factory=list)
    recent_conversation_count: int = 0
    recent_real_conversation_count: int = 0
    threads: dict[str, list[Post]] = field(default_factory=dict)
    evidence: dict[str, Post] = field(default_factory=dict)
    streams: list[Stream] = field(default_factory=list)
    restatements: list[Restatement] = field(default_factory=list)
    restatement_count: int = 0
    circle: Circle = field(default_factory=Circle)
    questions: Questions = field(default_factory=Questions)
    checks: Checks = field(default_factory=Checks)

    @property
    def week(self) -> Week | None:
        """The week the report is about."""
        return report_week(self.weeks)

    @property
    def edition(self) -> str:
        """The ISO week of the report, like 2026-W47."""
        day = self.week.week_start_date if self.week else last_complete_week(self.as_of_at)
        return f"{day:%G-W%V}"


def report_week(weeks: list[Week]) -> Week | None:
    """The week a report is about: the last complete one, else the one that runs, else none."""
    candidates = [week for week in weeks if week.is_complete_week] or weeks
    return candidates[-1] if candidates else None


def last_complete_week(as_of_at: datetime) -> date:
    """The Monday of the last week that had ended at `as_of_at` (weeks are ISO weeks, UTC)."""
    day = as_of_at.astimezone(UTC).date()
    return day - timedelta(days=day.weekday() + 7)
