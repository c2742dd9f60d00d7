"""People by stage."""

from dataclasses import dataclass
from datetime import date, datetime

from reporting.words import STAGES


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
    networks: tuple[str, ...]
    last_post_network: str
    last_post_id: str


@dataclass(frozen=True)
class StageGroup:
    """The people at one stage: the strongest of them, and how many there are in all."""

    stage: str
    people: list[Relationship]
    total_count: int

    @property
    def left_out_count(self) -> int:
        return max(self.total_count - len(self.people), 0)


@dataclass(frozen=True)
class People:
    """The strongest ties of each stage, and how many people there are at each."""

    relationships: list[Relationship]
    stage_counts: dict[str, int]

    @property
    def stages(self) -> list[StageGroup]:
        """The stages at which somebody is, from near to far."""
        return [
            StageGroup(stage, [tie for tie in self.relationships if tie.stage == stage], total)
            for stage in STAGES
            if (total := self.stage_counts.get(stage, 0))
        ]

    @property
    def noticed_count(self) -> int:
        return self.stage_counts.get("noticed", 0)
