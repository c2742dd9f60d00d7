"""Addresses to us that nobody of us answered."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WaitingPost:
    """A post or direct message to us that nobody of us answered."""

    network: str
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
    waiting_working_hours: float | None = None  # of a client with working hours


@dataclass(frozen=True)
class Waiting:
    """The first in line, and how many there are in all."""

    posts: list[WaitingPost]
    total_count: int
