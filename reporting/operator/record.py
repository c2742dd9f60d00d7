"""What whoever runs Rapport asks of a publication."""

from dataclasses import dataclass

from reporting.published import Publication
from reporting.sections.checks.record import Checks
from reporting.sections.coverage.record import Stream


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A table that readers get."""

    name: str  # with its schema
    comment: str
    row_count: int


@dataclass(frozen=True)
class Spending:
    """What was read for one client, and what that has cost."""

    client_id: str
    client_name: str
    streams: list[Stream]


@dataclass(frozen=True)
class Operator:
    """The publication, how it was checked, what was read for each client, and its tables."""

    publication: Publication
    checks: Checks
    clients: list[Spending]
    tables: list[PublishedTable]
