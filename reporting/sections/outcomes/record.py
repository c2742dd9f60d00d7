"""What came of it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it, logged by hand, beside the relationship as it stood before."""

    outcome_id: str
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
    is_end_of_silence: bool


@dataclass(frozen=True)
class Outcomes:
    """The newest outcomes, and how many there are in all."""

    shown: list[Outcome]
    total_count: int
