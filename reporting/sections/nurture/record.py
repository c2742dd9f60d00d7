"""Close ties that fall silent."""

from dataclasses import dataclass
from datetime import date, datetime

from reporting.posts import is_message


@dataclass(frozen=True, slots=True)
class SilentTie:
    """A close tie that is silent for longer than is usual between the two."""

    person_id: str
    handle: str
    display_name: str
    stage: str
    usual_gap_days: float
    silent_days: float
    last_mutual_at: datetime | None
    last_met_date: date | None
    last_answer_by: str
    networks: tuple[str, ...]
    last_post_network: str
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
class Met:
    """Somebody whom a meeting or a call, logged by hand, took off the list."""

    person_id: str
    handle: str
    display_name: str
    kind: str
    occurred_date: date


@dataclass(frozen=True)
class Nurture:
    """The first of the nurture list, and how many there are in all, of how many close ties, and how many of them wait
    for us.

    `met`: those who are not on it only because a meeting or a call with them was logged.
    """

    ties: list[SilentTie]
    total_count: int
    close_count: int
    waiting_count: int
    met: list[Met]
