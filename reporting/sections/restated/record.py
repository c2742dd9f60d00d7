"""Numbers that were published before, and are others now."""

from dataclasses import dataclass
from datetime import date

Count = tuple[int, int] | None  # a part, and its whole


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
    # of a share; None where it was published before these were
    part_count_before: int | None
    whole_count_before: int | None
    part_count_after: int | None
    whole_count_after: int | None

    @property
    def counted_before(self) -> Count:
        """How many of how many a share was; None where nobody knows, and of what is no share."""
        return _counted(self.part_count_before, self.whole_count_before)

    @property
    def counted_after(self) -> Count:
        """The same of what it is."""
        return _counted(self.part_count_after, self.whole_count_after)


def _counted(part: int | None, whole: int | None) -> Count:
    return (part, whole) if part is not None and whole else None


@dataclass(frozen=True)
class Restated:
    """The newest weeks' restatements, and how many there are in all; and apart from them, what was published as not
    final and has become so."""

    shown: list[Restatement]
    total_count: int
    settled: list[Restatement]
