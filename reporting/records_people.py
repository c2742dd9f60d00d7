"""Records of whom we lose, whom we want and whom to seek out. See `records`."""

from dataclasses import dataclass, field
from datetime import datetime


def is_message(post_id: str) -> bool:
    """True where a direct message stands in the place of a post."""
    return post_id.startswith("dm:")


@dataclass(frozen=True, slots=True)
class Nurture:
    """A close tie that is silent for longer than is usual between the two."""

    person_id: str
    handle: str
    display_name: str
    stage: str
    usual_gap_days: float
    silent_days: float
    last_mutual_at: datetime | None
    last_answer_by: str
    last_post_id: str
    last_text: str
    is_waiting_for_us: bool
    is_stakeholder: bool
    stakeholder_topic: str

    @property
    def is_by_message(self) -> bool:
        """True if the last exchange was by direct message: what it said is nowhere in the published file."""
        return is_message(self.last_post_id)


@dataclass(frozen=True, slots=True)
class Stakeholder:
    """Somebody the client wants to be in conversation with, and how far it has come."""

    stakeholder_id: str
    person_id: str
    handle: str
    display_name: str
    stakeholder_priority: int
    stakeholder_topic: str
    stakeholder_why: str
    standing: str
    stage: str
    last_contact_at: datetime | None
    last_mutual_at: datetime | None
    address_in_count: int
    address_out_count: int
    real_conversation_count: int
    shared_third_party_count: int
    waiting_count: int
    last_post_id: str


@dataclass(frozen=True, slots=True)
class SeekOut:
    """Somebody two steps away, and who could introduce us."""

    person_id: str
    handle: str
    display_name: str
    stage: str
    via_person_count: int
    via_person_id: str
    via_handle: str
    via_display_name: str
    via_stage: str
    shared_topics: tuple[str, ...]
    last_post_id: str
    last_text: str
    is_stakeholder: bool


@dataclass(frozen=True)
class Circle:
    """The people the report speaks of beside the week. Lists are bounded; the `*_count` fields are not."""

    nurture: list[Nurture] = field(default_factory=list)
    nurture_count: int = 0
    stakeholders: list[Stakeholder] = field(default_factory=list)
    seek_out: list[SeekOut] = field(default_factory=list)
    seek_out_count: int = 0
