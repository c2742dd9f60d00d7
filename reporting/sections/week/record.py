"""The week on each network."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class NetworkWeek:
    """What happened in the week on one network, or on all of them; `network` is then empty."""

    network: str
    week_start_date: date
    person_in_count: int
    address_in_count: int
    exchange_count: int
    real_conversation_count: int
    answered_within_day_count: int
    answer_due_count: int
    waiting_count: int


@dataclass(frozen=True)
class Networks:
    """Each network that the client is on, by name, and all of them together; nothing of a client who is on one."""

    each: list[NetworkWeek]
    total: NetworkWeek | None = None
