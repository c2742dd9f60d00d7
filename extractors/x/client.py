"""The way to X: one request in, one whole page out. The only module that imports tweepy.

tweepy 4.17 has a fixed host, sets no time-out, retries nothing, drops headers and prints the bearer token at
DEBUG; what is wrapped around it here mends that.
"""

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
import requests.adapters
import requests.utils
import tenacity
import tweepy
from pydantic import SecretStr

from extractors import errors
from rapport.config import Settings

log = logging.getLogger("rapport.extract")

_HOST = "https://api.twitter.com"  # the literal in tweepy.client.BaseClient.request
_TIME_OUT_SECONDS = (10.0, 60.0)  # connect, read
_ATTEMPTS = 5
_LONG_WAITS = 3  # in one call, of up to 15 minutes each
_BRIEF_WAITS = 60  # in one call, of a second each: the pace of the archive search
_SLEEP_SLICE_SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """A page as X gave it: `body` is its bytes, `value` the same parsed."""

    endpoint: str
    parameters: dict[str, str]
    status_code: int
    headers: Mapping[str, str]
    body: bytes
    value: dict[str, Any]
    requested_at: datetime
    fetched_at: datetime


class _NoDebug(logging.Filter):
    """tweepy's DEBUG record holds the Authorization header."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno > logging.DEBUG


# At import, before any client exists: one filter on the logger itself, whatever handlers others hang on it.
logging.getLogger("tweepy.client").addFilter(_NoDebug())


class _Adapter(requests.adapters.HTTPAdapter):
    """Sends what tweepy addresses to its fixed host to `base_url`, with time-outs; only 2xx gets through."""

    def __init__(
        self, base_url: str, time_out_seconds: tuple[float, float], now: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._now = now
        self._base_url = base_url.rstrip("/")
        self._time_out_seconds = time_out_seconds

    def send(  # type: ignore[override]
        self,
        request: requests.PreparedRequest,
        timeout: object = None,
        proxies: object = None,
        **options: Any,
    ) -> requests.Response:
        path = str(request.url).removeprefix(_HOST)
        request.url = self._base_url + path
        request.headers.pop("Host", None)
        # Chosen for where the request really goes: loopback must not leave through a proxy meant for X.
        response = super().send(
            request,
            timeout=self._time_out_seconds,
            proxies=requests.utils.get_environ_proxies(request.url, no_proxy=None),
            **options,
        )
        if not 200 <= response.status_code < 300:
            raise errors.from_response(response, self._now().timestamp())
        return response


def _tweepy(settings: Settings, token: SecretStr, time_out_seconds: tuple[float, float]) -> tweepy.Client:
    client = tweepy.Client(
        bearer_token=token.get_secret_value(), return_type=requests.Response, wait_on_rate_limit=False
    )
    client.session.mount(_HOST, _Adapter(settings.x_base_url, time_out_seconds, settings.now))
    # No .netrc of this machine may take the place of the bearer token; proxies are found by the adapter.
    client.session.trust_env = False
    return client


class Client:
    """Asks X with a bearer token: retries what can be retried, waits where X says so, else raises at once.

    `sleep` and `time_out_seconds` (connect, read) are there for tests; `on_progress` hears of every wait and retry.
    """

    def __init__(
        self,
        settings: Settings,
        on_progress: Callable[[str], None] = log.info,
        sleep: Callable[[float], None] = time.sleep,
        time_out_seconds: tuple[float, float] = _TIME_OUT_SECONDS,
    ) -> None:
        if settings.x_bearer_token is None:
            raise errors.TokenMissing(
                "there is no bearer token for X", "set X_BEARER_TOKEN in the environment (see .env.example)"
            )
        self._client = _tweepy(settings, settings.x_bearer_token, time_out_seconds)
        user_token = settings.x_user_token
        self._user_client = _tweepy(settings, user_token, time_out_seconds) if user_token else None
        self._now = settings.now
        self._on_progress = on_progress
        self._sleep = sleep

    def __repr__(self) -> str:
        return "Client(X)"

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        for client in (self._client, self._user_client):
            if client is not None:
                client.session.close()

    def ask(
        self, method: str, target: str | None, parameters: dict[str, Any], as_user: bool = False
    ) -> Answer:
        """One page of a tweepy client method, e.g. ask("get_users_tweets", "12", {"max_results": 100}).

        A method "/2/..." is a path that tweepy has no method for. `as_user`: with X_USER_TOKEN.
        Raises ExtractionError: RateLimited and NetworkTrouble after bounded waits and retries, else at once. It says
        whether X may bill one of the attempts.
        """
        left = {"attempts": _ATTEMPTS - 1, "long waits": _LONG_WAITS, "brief waits": _BRIEF_WAITS}

        def stop(state: tenacity.RetryCallState) -> bool:
            problem = state.outcome.exception() if state.outcome else None
            kind = "attempts"
            if isinstance(problem, errors.RateLimited):
                kind = "brief waits" if problem.is_brief else "long waits"
            left[kind] -= 1
            return left[kind] < 0

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(
                lambda problem: getattr(problem, "recovery", "") in ("wait", "retry")
            ),
            stop=stop,
            wait=_wait,
            before_sleep=self._report_retry,
            sleep=self._sleep_in_slices,
            reraise=True,
        )
        client = self._user_client if as_user else self._client
        if client is None:
            raise errors.TokenMissing(
                "there is no user token for X", "set X_USER_TOKEN in the environment (see .env.example)"
            )
        is_lost = False

        def once() -> Answer:
            nonlocal is_lost
            try:
                return self._once(client, method, target, parameters, as_user)
            except errors.ExtractionError as problem:
                problem.may_be_billed = is_lost = is_lost or problem.may_be_billed
                raise

        return retrying(once)

    def _once(
        self,
        client: tweepy.Client,
        method: str,
        target: str | None,
        parameters: dict[str, Any],
        as_user: bool,
    ) -> Answer:
        requested_at = self._now()
        # An OAuth 2.0 user token is sent as a bearer token; tweepy's user_auth means OAuth 1.0a.
        options = {"user_auth": False, **parameters} if as_user else parameters
        try:
            response: requests.Response
            if method.startswith("/"):
                response = client.request("GET", method, params=parameters)
            elif target is not None:
                response = getattr(client, method)(target, **options)
            else:
                response = getattr(client, method)(**options)
        except Exception as problem:  # noqa: BLE001 - every failure below becomes one of ours, here
            # `from None`: a chained exception may hold the request, and with it the Authorization header.
            raise errors.from_exception(problem) from None
        try:
            value = json.loads(response.content, parse_constant=_refuse_constant)
        except ValueError as problem:
            raise _not_json(f"{problem}") from None
        if not isinstance(value, dict):
            raise _not_json(f"a JSON {type(value).__name__} instead of an object")
        url = urlsplit(response.url)
        return Answer(
            endpoint=url.path,
            parameters=dict(parse_qsl(url.query)),
            status_code=response.status_code,
            headers={name.lower(): text for name, text in response.headers.items()},
            body=response.content,
            value=value,
            requested_at=requested_at,
            fetched_at=self._now(),
        )

    def _report_retry(self, state: tenacity.RetryCallState) -> None:
        problem = state.outcome.exception() if state.outcome else None
        seconds = state.next_action.sleep if state.next_action else 0.0
        if isinstance(problem, errors.RateLimited) and problem.is_brief:
            return  # one a second is the pace of the archive search, not news
        message = problem.words if isinstance(problem, errors.ExtractionError) else "trouble"
        self._on_progress(f"{message}; trying again in {seconds:.0f} s")

    def _sleep_in_slices(self, seconds: float) -> None:
        left = seconds
        while left > _SLEEP_SLICE_SECONDS:
            self._sleep(_SLEEP_SLICE_SECONDS)
            left -= _SLEEP_SLICE_SECONDS
            self._on_progress(f"still waiting for X, {left:.0f} s to go")
        self._sleep(left)


_backoff = tenacity.wait_random_exponential(multiplier=0.5, max=30)
_jitter = tenacity.wait_random(0, 0.25)


def _wait(state: tenacity.RetryCallState) -> float:
    problem = state.outcome.exception() if state.outcome else None
    if isinstance(problem, errors.RateLimited):
        return problem.wait_seconds + _jitter(state)
    return _backoff(state)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _not_json(what: str) -> errors.NetworkTrouble:
    problem = errors.NetworkTrouble(
        f"X answered 200 with a body that is not whole JSON ({what})",
        "run the same window again; what landed is kept",
    )
    problem.may_be_billed = True
    return problem
