"""How the published file was checked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Warned:
    """A rule that does not hold and did not stop the publication: over how many rows, and why it matters.

    Which rows is not said: rules look over all clients, and a report is one client's.
    """

    table_name: str
    rule: str
    reason: str
    unexpected_count: int
    row_count: int


@dataclass(frozen=True)
class Checks:
    """How many rules were checked, how many of them hold, and those that warn."""

    rule_count: int
    held_count: int
    warned: list[Warned]
