"""What can go wrong with the processes that Rapport starts."""

from rapport.errors import RapportError


class StackError(RapportError):
    """A process of the stack could not be started, or ended although it should not have."""


class RunFailed(RapportError):
    """A run in Airflow ended red; carries the failing task's own error."""
