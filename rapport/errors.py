"""The root of every error Rapport raises on purpose.

Each carries a message that names what is wrong and a remedy that says what to do; the command line
prints both and leaves with `exit_code`, so that scripts can tell the rooms of the house apart.

What a database, a library or the network said of it is kept apart, as `detail`: such words may quote what a person
wrote. They are for whoever stands before the machine, and for its own logs; what leaves the house goes without.
"""

from typing import ClassVar


class RapportError(Exception):
    """Something a person has to know about, with the remedy."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, remedy: str = "", *, detail: object = "") -> None:
        """Message and remedy are worded by us; `detail` is the words, or the exception, of somebody else."""
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy
        self.detail = _first_line(detail) if isinstance(detail, BaseException) else str(detail)

    @property
    def words(self) -> str:
        """The message with what others said of it, for the terminal and local logs only."""
        head, newline, rest = self.message.partition("\n")
        return f"{head}: {self.detail}{newline}{rest}" if self.detail else self.message

    def __str__(self) -> str:
        return f"{self.words}\n  What to do: {self.remedy}" if self.remedy else self.words


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


def _first_line(problem: BaseException) -> str:
    return (str(problem).strip() or type(problem).__name__).splitlines()[0]
