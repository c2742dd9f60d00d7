"""Logged-in accounts: by app password, in memory only, renewed by the refresh token. The only module with atproto.

atproto is imported where it is needed: it takes two seconds, and whoever only reads what is public needs none of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import requests.utils
from pydantic import SecretStr

from extractors import errors
from extractors.bluesky import problems

if TYPE_CHECKING:
    from atproto_client.client.raw import ClientRaw


@dataclass
class _Session:
    """`url`: where the account's own server is, whatever the address it logged in at."""

    url: str
    access: SecretStr = field(repr=False)
    renewal: SecretStr = field(repr=False)


class Sessions:
    """The sessions of one process. `passwords`: handle → app password; a server allows 300 log-ins a day."""

    def __init__(
        self,
        pds_url: str,
        passwords: Mapping[str, SecretStr],
        time_out_seconds: tuple[float, float],
        now: Callable[[], datetime],
    ) -> None:
        self._pds_url = pds_url
        self._passwords = passwords
        self._time_out_seconds = time_out_seconds
        self._now = now
        self._sessions: dict[str, _Session] = {}

    def __repr__(self) -> str:
        return "Sessions(Bluesky)"

    def of(self, handle: str) -> tuple[str, str]:
        """(address of the account's server, its access token); logs in the first time. Raises ExtractionError."""
        if handle not in self._sessions:
            self._sessions[handle] = self._logged_in(handle)
        session = self._sessions[handle]
        return session.url, session.access.get_secret_value()

    def renew(self, handle: str) -> None:
        """A new access token, the old one being over; logs in anew where the refresh token is over as well."""
        old = self._sessions.pop(handle, None)
        if old is None:
            return
        headers = {"Authorization": f"Bearer {old.renewal.get_secret_value()}"}
        try:
            answer = self._call(old.url, lambda raw: raw.com.atproto.server.refresh_session(headers=headers))
        except problems.SessionOver:
            return
        self._sessions[handle] = _Session(
            old.url, SecretStr(answer.access_jwt), SecretStr(answer.refresh_jwt)
        )

    def _logged_in(self, handle: str) -> _Session:
        password = self._passwords.get(handle)
        if password is None:
            raise errors.TokenMissing(
                f"there is no app password for {handle}",
                "set BLUESKY_APP_PASSWORDS in the environment (see .env.example)",
            )
        from atproto_client import models
        from atproto_client.client.session import get_session_pds_endpoint

        data = models.ComAtprotoServerCreateSession.Data(
            identifier=handle, password=password.get_secret_value()
        )
        answer = self._call(self._pds_url, lambda raw: raw.com.atproto.server.create_session(data))
        return _Session(
            get_session_pds_endpoint(answer) or self._pds_url,
            SecretStr(answer.access_jwt),
            SecretStr(answer.refresh_jwt),
        )

    def _call(self, url: str, call: "Callable[[ClientRaw], Any]") -> Any:
        """What a call by atproto gives; every failure becomes one of ours, without what it was asked with."""
        import httpx
        from atproto_client.client.raw import ClientRaw
        from atproto_client.exceptions import RequestErrorBase
        from atproto_client.request import Request
        from atproto_core.exceptions import AtProtocolError

        connect, read = self._time_out_seconds
        request = Request(
            timeout=httpx.Timeout(read, connect=connect),
            # Chosen for where the request really goes: loopback must not leave through a proxy.
            trust_env=False,
            proxy=requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url, no_proxy=None)),
        )
        try:
            return call(ClientRaw(url, request))
        except RequestErrorBase as problem:
            answer = problem.response
            if answer is None:
                raise errors.NetworkTrouble(
                    "Bluesky did not answer a log-in", "check the network and RAPPORT_BLUESKY_PDS_URL"
                ) from None
            # A model of the body, or, where it lacks a member, something else with the members as attributes.
            name, message = (str(getattr(answer.content, said, None) or "") for said in ("error", "message"))
            raise problems.problem_of(
                answer.status_code, answer.headers, name, message, self._now().timestamp()
            ) from None
        except httpx.HTTPError as problem:
            raise errors.NetworkTrouble(
                "Bluesky could not be reached for a log-in",
                "check the network and RAPPORT_BLUESKY_PDS_URL",
                detail=type(problem).__name__,
            ) from None
        except (AtProtocolError, ValueError):  # of its models, and of JSON; either may quote what came
            raise errors.NetworkTrouble(
                "Bluesky answered a log-in with what is no session",
                "run the same window again; if it repeats, check RAPPORT_BLUESKY_PDS_URL",
            ) from None
        finally:
            request.close()
