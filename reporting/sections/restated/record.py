"""Numbers that were published before, and are others now."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Restatement:
    """A number of a week that was over when it was published, and is another now. None: there was none."""

    table_name: str
    network: str
    account_id: str
    week_start_date: date
    column_name: str
    value_before: float | None
    value_after: float | None
    is_redefined: bool


Count = tuple[int, int] | None  # a part, and its whole


@dataclass(frozen=True)
class Restated:
    """The newest weeks' restatements, and how many there are in all; and apart from them, what was published as not
    final and has become so."""

    shown: list[Restatement]
    total_count: int
    settled: list[Restatement]
    # of shares: how many of how many they were, and are
    counts: dict[Restatement, tuple[Count, Count]] = field(default_factory=dict)

    def of(self, restatement: Restatement) -> tuple[Count, Count]:
        """How many of how many a share was, and is; None where nobody knows, and of what is no share."""
        return self.counts.get(restatement, (None, None))
