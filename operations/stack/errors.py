"""Errors of the processes that Rapport starts."""

from rapport.errors import RapportError


class StackError(RapportError):
    """A process of the stack could not be started, or ended unexpectedly."""


class RunFailed(RapportError):
    """A run in Airflow failed; carries the error of the task that failed."""
