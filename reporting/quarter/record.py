"""What a quarter came to."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from reporting.quarter.calendar import Quarter
from reporting.sections.goals.record import Goal
from reporting.sections.outcomes.record import Outcome
from reporting.weeks import Week

# From far to near; a tie is close from `conversing` on.
STAGES = ("stranger", "noticed", "dormant", "acquainted", "conversing", "connected")
CLOSE = ("conversing", "connected")


@dataclass(frozen=True, slots=True)
class Step:
    """A tie that moved in a week of the quarter."""

    person_id: str
    handle: str
    display_name: str
    week_start_date: date
    stage_before: str
    stage_after: str
    is_stakeholder: bool


@dataclass(frozen=True, slots=True)
class Tie:
    """A tie that stands elsewhere at the quarter's end than at its beginning; steps to and fro are not told."""

    person_id: str
    handle: str
    display_name: str
    stage_before: str
    stage_after: str
    is_stakeholder: bool

    @property
    def is_closer(self) -> bool:
        """Whether it is close at the end, and closer than at the beginning."""
        return self.stage_after in CLOSE and _rank(self.stage_after) > _rank(self.stage_before)

    @property
    def is_less_close(self) -> bool:
        """Whether it was close at the beginning, and is less close at the end."""
        return self.stage_before in CLOSE and _rank(self.stage_after) < _rank(self.stage_before)


def _rank(stage: str) -> int:
    return STAGES.index(stage) if stage in STAGES else 0


@dataclass(frozen=True)
class Figures:
    """What the complete weeks of a quarter come to, as far as they are known. Counts of people are those at the end of
    the last of them."""

    quarter: Quarter
    weeks: list[Week] = field(default_factory=list)  # oldest first, complete ones
    ties: list[Tie] = field(default_factory=list)  # close ones that are closer or less close, by name
    outcomes: Counter[str] = field(default_factory=Counter)  # kind → how many were logged by hand
    is_over: bool = False
    # how many of the weeks are read from editions, because the publication holds them no longer
    archived_count: int = 0

    @property
    def week_count(self) -> int:
        """How many weeks these figures are of."""
        return len(self.weeks)

    @property
    def is_whole(self) -> bool:
        """Whether all weeks of the quarter are in it."""
        return self.week_count == self.quarter.week_count

    @property
    def is_settled(self) -> bool:
        """Whether what is said of answers is final."""
        return all(week.is_settled_week for week in self.weeks)

    @property
    def is_final(self) -> bool:
        """Whether nothing but what is fetched later, and an erasure, can change it any more."""
        return self.is_over and self.is_settled

    def total(self, column: str) -> int:
        """The sum of a column of `Week` that counts what happened in the week; of those that know it."""
        return sum(getattr(week, column) or 0 for week in self.weeks)

    def average(self, column: str) -> float | None:
        """The same for one week; None where there is none."""
        return self.total(column) / self.week_count if self.weeks else None

    def at_end(self, column: str) -> int | None:
        """A count of people at the end of the last week; None where there is none."""
        return getattr(self.weeks[-1], column) if self.weeks else None

    @property
    def closer(self) -> list[Tie]:
        """The ties that are close at its end, and closer than at its beginning."""
        return [tie for tie in self.ties if tie.is_closer]

    @property
    def less_close(self) -> list[Tie]:
        """The ties that were close at its beginning, and are less close at its end."""
        return [tie for tie in self.ties if tie.is_less_close]


@dataclass(frozen=True)
class Completeness:
    """Of the conversations that were active in the quarter: how many are too incomplete for averages."""

    conversation_count: int = 0
    incomplete_count: int = 0


@dataclass(frozen=True)
class QuarterView:
    """A quarter beside the one before it."""

    now: Figures
    before: Figures
    goals: list[Goal] = field(default_factory=list)
    # the day the goals are as of; None where nobody knows how they stood at the quarter's end
    goals_as_of: date | None = None
    outcomes: list[Outcome] = field(default_factory=list)  # the newest first
    completeness: Completeness = field(default_factory=Completeness)

    @property
    def quarter(self) -> Quarter:
        return self.now.quarter

    @property
    def mark(self) -> str:
        """What its page bears: whether it is final, and then what it was drawn from, in 16 signs."""
        return f"final {sha256(repr(self).encode()).hexdigest()[:16]}" if self.now.is_final else "open"

    @property
    def weeks(self) -> list[Week]:
        """The weeks of both quarters, oldest first."""
        return [*self.before.weeks, *self.now.weeks]
