"""The root of every error Rapport raises on purpose.

Each carries a message that names what is wrong and a remedy that says what to do; the command line
prints both and leaves with `exit_code`, so that scripts can tell the rooms of the house apart.
"""

from typing import ClassVar


class RapportError(Exception):
    """Something a person has to know about, with the remedy."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n  What to do: {self.remedy}" if self.remedy else self.message


class ConfigError(RapportError):
    """rapport.toml or the environment is not usable as it is."""

    exit_code = 2


class BuildFailed(RapportError):
    """dbt stopped: a model did not build or a test of shape failed."""

    exit_code = 4


class WarehouseBusy(RapportError):
    """Another process holds the warehouse file, and the wait for it ran out."""

    exit_code = 6


class BackupFailed(RapportError):
    """A backup could not be taken, cleaned or restored; what was there before stands."""

    exit_code = 7


class BackupDamaged(BackupFailed):
    """What lies in a backup is not what was put there."""
