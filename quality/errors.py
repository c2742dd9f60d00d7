"""What can go wrong between a finished build and a published file."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rapport.errors import RapportError

if TYPE_CHECKING:  # Airflow imports this while it reads the DAG files, and must not pull DuckDB in
    from quality.results import RuleResult


class CheckRefused(RapportError):
    """There is nothing to check: no build, a failed one, or tables of another shape."""

    exit_code: ClassVar[int] = 5


class CheckFailed(RapportError):
    """At least one rule does not hold; nothing is published.

    `failures` holds the broken rules; the message names each with its table, rows, sample keys and remedy.
    """

    exit_code: ClassVar[int] = 5

    def __init__(self, message: str, remedy: str, failures: tuple[RuleResult, ...]) -> None:
        super().__init__(message, remedy)
        self.failures = failures


class PublishRefused(RapportError):
    """The latest build has no valid receipt of the gate."""

    exit_code: ClassVar[int] = 6


class RulesChanged(PublishRefused):
    """The receipt of the latest build was issued by other rules than those of now."""


class EditionRefused(RapportError):
    """What is published can't be frozen yet: it does not reach far enough, or its reports are missing."""

    exit_code: ClassVar[int] = 6


class PublishFailed(RapportError):
    """The new file could not be written whole; the old one stands."""

    exit_code: ClassVar[int] = 6
