"""One process at a time writes pages and lists.

Whoever writes a list removes what an earlier run, which was killed, has left: of another run that is under way it would
be the drafts. And a report that has read the published file before an erasure must not write its pages after it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from rapport.config import Settings
from rapport.on_disk import make_home
from reporting.published import ReportError

# The pages of five thousand people take two minutes where nothing else runs.
WAIT_SECONDS = 30 * 60


@contextmanager
def alone(settings: Settings, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Waits until no other process writes pages of this home. Raises ReportError if one goes on for longer."""
    make_home(settings)
    lock = FileLock(settings.home / "reporting.lock", mode=0o600)
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout:
        raise ReportError(
            f"another process writes the reports of {settings.home}, and did not end in time",
            "wait until it has ended, then run this again",
        ) from None
    try:
        yield
    finally:
        lock.release()
