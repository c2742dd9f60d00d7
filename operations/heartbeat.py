"""The heartbeat: a page that is asked for after each publication. A monitor that misses it raises the alarm.

It is the one alarm that does not depend on this machine (a dead man's switch). The address is in RAPPORT_HEARTBEAT_URL.
Who has it may say that all is well, so no log, error or page shows it.
"""

import http.client
import logging
import urllib.error
import urllib.request
from collections.abc import Callable

from rapport.config import Settings

log = logging.getLogger("rapport.heartbeat")

LIMIT_SECONDS = 10.0


def beat(settings: Settings, on_progress: Callable[[str], None] = log.warning) -> bool:
    """Asks for the page; True if it was answered. Without an address nothing happens.

    A failure is said and changes nothing: what was published is published.
    """
    if settings.heartbeat_url is None:
        return False
    # The standard library logs no address; httpx and urllib3 do.
    request = urllib.request.Request(settings.heartbeat_url.get_secret_value())  # noqa: S310 - config lets http(s) in
    try:
        with urllib.request.urlopen(request, timeout=LIMIT_SECONDS) as answer:  # noqa: S310
            answer.read(1)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        on_progress(
            f"the heartbeat did not arrive ({_why(problem)}). The publication is in place; "
            "check RAPPORT_HEARTBEAT_URL, and whether this machine reaches it"
        )
        return False
    return True


def _why(problem: Exception) -> str:
    """Without the text of the error, which may quote the address."""
    if isinstance(problem, urllib.error.HTTPError):
        return f"HTTP {problem.code}"
    cause = problem.reason if isinstance(problem, urllib.error.URLError) else problem
    return getattr(cause, "strerror", None) or type(cause).__name__
