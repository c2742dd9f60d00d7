"""One GET to a network, as all networks want it, and its body read as JSON. A network's client adds what is its own."""

import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Self

import requests

from extractors import errors
from extractors.fetching.dialect import Progress
from rapport.config import Settings

log = logging.getLogger("rapport.extract")

TIME_OUT_SECONDS = (10.0, 60.0)  # connect, read
_USER_AGENT = "rapport (reads conversations of its own accounts)"


class HttpClient:
    """What the clients begin with: a session, a clock, and who hears of waits and retries.

    `sleep` and `time_out_seconds` (connect, read) are there for tests; `on_progress` hears of every wait and retry.
    """

    def __init__(
        self,
        settings: Settings,
        on_progress: Progress = log.info,
        sleep: Callable[[float], None] = time.sleep,
        time_out_seconds: tuple[float, float] = TIME_OUT_SECONDS,
    ) -> None:
        self._settings = settings
        self._now = settings.now
        self._on_progress = on_progress
        self._sleep = sleep
        self._time_out_seconds = time_out_seconds
        self._http = requests.Session()
        # No .netrc of this machine may log in for us. (Without trust_env its proxies and certificates would go, too.)
        self._http.auth = lambda request: request
        self._http.headers["User-Agent"] = _USER_AGENT

    def __repr__(self) -> str:
        return type(self).__name__  # nothing of what it knows: it has secrets

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, url: str, parameters: Mapping[str, Any], headers: Mapping[str, str]) -> requests.Response:
        """The answer, whatever it is. It goes where it is addressed and nowhere else: a token is for that server."""
        return self._http.get(
            url,
            params=dict(parameters),
            headers=dict(headers),
            timeout=self._time_out_seconds,
            allow_redirects=False,
        )


def json_in(body: bytes, who: str) -> Any:
    """The body parsed: an object or a list. NetworkTrouble names `who` answered with anything else."""
    try:
        value = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as problem:
        raise not_json(who, f"{problem}"[:100]) from None
    if not isinstance(value, dict | list):
        raise not_json(who, f"a JSON {type(value).__name__} instead of an object")
    return value


def object_in(body: bytes, who: str) -> dict[str, Any]:
    """The same where it has to be an object."""
    value = json_in(body, who)
    if not isinstance(value, dict):
        raise not_json(who, f"a JSON {type(value).__name__} instead of an object")
    return value


def not_json(who: str, what: str) -> errors.NetworkTrouble:
    """The error that a body stands for which is no whole JSON."""
    return errors.NetworkTrouble(
        f"{who} answered with a body that is not whole JSON ({what})",
        "run the same window again; what landed is kept",
    )


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
