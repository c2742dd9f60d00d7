"""The way to X: one request in, one whole page out. The only module that imports tweepy.

tweepy 4.17 has a fixed host, sets no time-out, retries nothing, drops headers and prints the bearer token at
DEBUG; what is wrapped around it here mends that.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
import requests.adapters
import requests.utils
import tweepy
from pydantic import SecretStr

from extractors import errors
from extractors.fetching.dialect import Answer, Progress
from extractors.fetching.http import object_in
from extractors.fetching.retrying import patiently
from extractors.fetching.streams import Stream, Target
from extractors.x.dialect import DIALECT
from rapport.config import Settings

log = logging.getLogger("rapport.extract")

_HOST = "https://api.twitter.com"  # the literal in tweepy.client.BaseClient.request
_TIME_OUT_SECONDS = (10.0, 60.0)  # connect, read


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

    A client as extractors/fetching wants it. `sleep` and `time_out_seconds` (connect, read) are there for tests;
    `on_progress` hears of every wait and retry.
    """

    dialect = DIALECT

    def __init__(
        self,
        settings: Settings,
        on_progress: Progress = log.info,
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

    def page(self, stream: Stream, target: Target, parameters: dict[str, Any]) -> Answer:
        """One page of a stream; raises as `ask` does."""
        return self.ask(stream.method, target.path_id, parameters, as_user=stream.needs_user)

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
        client = self._user_client if as_user else self._client
        if client is None:
            raise errors.TokenMissing(
                "there is no user token for X", "set X_USER_TOKEN in the environment (see .env.example)"
            )
        return patiently(
            lambda: self._once(client, method, target, parameters, as_user),
            self.dialect.network.label,
            self._on_progress,
            self._sleep,
        )

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
            value = object_in(response.content, "X")
        except errors.NetworkTrouble as problem:
            problem.may_be_billed = True
            raise
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
