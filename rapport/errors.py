"""The base class of every error that Rapport raises on purpose, and the errors that several packages share.

Each has a message (what is wrong), a remedy (what to do) and an exit code. The command line prints both and ends with
the code, so that scripts can tell the kinds of errors apart.

The message of a database, a library or the network is kept apart as `detail`, because it may quote what a person wrote.
It is shown in the terminal and in local logs, and in nothing that leaves this machine.
"""

import errno
from typing import ClassVar


class RapportError(Exception):
    """What went wrong, and what to do about it."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, remedy: str = "", *, detail: object = "") -> None:
        """Message and remedy are Rapport's own words; `detail` is an exception, or a text, from elsewhere."""
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy
        self.detail = first_line(detail) if isinstance(detail, BaseException) else str(detail)

    @property
    def words(self) -> str:
        """The message together with the detail; only for the terminal and local logs."""
        head, newline, rest = self.message.partition("\n")
        return f"{head}: {self.detail}{newline}{rest}" if self.detail else self.message

    def __str__(self) -> str:
        return f"{self.words}\n  What to do: {self.remedy}" if self.remedy else self.words


class ConfigError(RapportError):
    """rapport.toml, the environment or the arguments of a command can't be used."""

    exit_code = 2


class BuildFailed(RapportError):
    """dbt stopped: a model could not be built, or one of its tests failed."""

    exit_code = 4


class WarehouseBusy(RapportError):
    """Another process uses the warehouse, and did not end in time."""

    exit_code = 6


class Damaged(RapportError):
    """A file that everything rests on is not what was written."""

    exit_code = 8


class DiskFull(RapportError):
    """There is no room left to write."""


class ErasureUnfinished(RapportError):
    """What is to be erased may stand where nobody can look now; all the rest is done, and the tombstones stay open.

    `done_count`: what was done there nevertheless, counted as the room counts it.
    """

    exit_code = 3

    def __init__(self, message: str, remedy: str, done_count: int) -> None:
        super().__init__(message, remedy)
        self.done_count = done_count


class BackupFailed(RapportError):
    """A backup could not be taken, cleaned or restored. What was there before is unchanged."""

    exit_code = 7


class BackupDamaged(BackupFailed):
    """A file of a backup is not what it was when the backup was taken."""


# No room on the disk, in what this user may use of it, or in what one file may take.
_FULL_NUMBERS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# The same as DuckDB and SQLite say it, in exceptions that have no number.
_FULL_DISK = ("No space left on device", "disk is full", "Disk quota exceeded", "File too large")
_OF_DATABASES = ("duckdb", "_duckdb", "sqlite3", "sqlalchemy.exc", "sqlalchemy")


def explained(problem: BaseException) -> RapportError | None:
    """The error for people that an exception stands for; None for one that nobody expected."""
    if isinstance(problem, RapportError):
        return problem
    is_full = isinstance(problem, OSError) and problem.errno in _FULL_NUMBERS
    if type(problem).__module__ in _OF_DATABASES:
        is_full = any(words in str(problem) for words in _FULL_DISK)
    if is_full:
        name = getattr(problem, "filename", None)
        return DiskFull(
            "the disk is full" + (f" (writing {name})" if name else ""),
            "make room, then run the same command again: what was there before is unchanged, and what was written "
            "whole is kept. `rapport doctor` says how much room is needed",
        )
    if isinstance(problem, OSError) and problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return RapportError(
            f"{problem.filename or 'a file'} can't be read or written: {problem.strerror}",
            "give the user that runs Rapport the right to it, or set RAPPORT_HOME",
        )
    return None


def first_line(problem: BaseException) -> str:
    """The first line of its message; the name of its class where it has none."""
    return (str(problem).strip() or type(problem).__name__).splitlines()[0]
