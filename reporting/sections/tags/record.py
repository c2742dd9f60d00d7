"""The tags that the client keeps by hand, and the people who have them."""

from dataclasses import dataclass, field
from datetime import date

from reporting.person_links import tagged_address
from reporting.words import STAGES


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag. What is counted of weeks is of those that are complete: the newest, and the last *tag_weeks*."""

    tag: str
    person_count: int
    tagged_person_count: int  # people with any tag: the same in each
    acquainted_count: int
    conversing_count: int
    connected_count: int
    waiting_person_count: int
    waiting_count: int
    week_start_date: date | None
    won_count: int
    lost_count: int
    recent_exchange_count: int
    recent_real_conversation_count: int

    @property
    def close_counts(self) -> list[tuple[str, int]]:
        """The stages of a tie that lives, from near to far, each with how many of the people are there."""
        return [
            ("connected", self.connected_count),
            ("conversing", self.conversing_count),
            ("acquainted", self.acquainted_count),
        ]

    @property
    def other_count(self) -> int:
        """People with whom there is no such tie: strangers, those who were only noticed, and the dormant."""
        return max(self.person_count - sum(count for _, count in self.close_counts), 0)

    def address(self, **narrowed: str) -> str:
        """Where its people are found among everyone, as seen from the report."""
        return f"../{tagged_address(self.tag, **narrowed)}"


@dataclass(frozen=True, slots=True)
class TaggedPerson:
    """Somebody who has the tag. `person_id` is "" for a handle that nobody has come across."""

    tag: str
    person_id: str
    handle: str
    display_name: str
    stage: str


@dataclass(frozen=True)
class Tags:
    """All tags in their order, and of each the first of its people, those nearest to us first."""

    tags: list[Tag] = field(default_factory=list)
    people: dict[str, list[TaggedPerson]] = field(default_factory=dict)
    known_person_count: int = 0  # everybody whom the client talks with or has on a list
    unseen_person_count: int = 0  # of those with a tag, whom nobody has come across
    exchange_count: int | None = None  # with anybody, in the weeks of recent_exchange_count; None: not known

    @property
    def stages(self) -> list[str]:
        """The stages that the table tells apart, from near to far."""
        return [stage for stage in STAGES if stage in ("connected", "conversing", "acquainted")]
