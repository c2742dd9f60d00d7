"""The way to Bluesky: one XRPC query in, one whole page out, as bytes.

Reads are plain requests: atproto's models have refused a whole answer over one unknown $type, and what is landed is
what came. atproto logs in (sessions.py), where an account's own notifications are asked for.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from extractors import errors
from extractors.bluesky import problems, streams
from extractors.bluesky.dialect import DIALECT
from extractors.bluesky.sessions import Sessions
from extractors.fetching.dialect import Answer, Progress
from extractors.fetching.http import TIME_OUT_SECONDS, HttpClient, object_in
from extractors.fetching.retrying import patiently
from extractors.fetching.streams import Stream, Target
from rapport.config import Settings
from rapport.networks import BLUESKY

log = logging.getLogger("rapport.extract")


class Client(HttpClient):
    """Asks the public AppView, or for an account of ours its own server: retries what can be retried, else raises."""

    dialect = DIALECT

    def __init__(
        self,
        settings: Settings,
        on_progress: Progress = log.info,
        sleep: Callable[[float], None] = time.sleep,
        time_out_seconds: tuple[float, float] = TIME_OUT_SECONDS,
    ) -> None:
        super().__init__(settings, on_progress, sleep, time_out_seconds)
        self._sessions = Sessions(
            settings.bluesky_pds_url, settings.bluesky_app_passwords, time_out_seconds, settings.now
        )

    def __repr__(self) -> str:
        return "Client(Bluesky)"

    def page(self, stream: Stream, target: Target, parameters: dict[str, Any]) -> Answer:
        """One page of the stream's XRPC query; where it needs a user, logged in as the target's `path_id`.

        That something is not shown is an answer too (status_code 400, see problems.NOT_SHOWN). Raises
        ExtractionError: RateLimited and NetworkTrouble after bounded waits and retries, else at once.
        """
        as_account = target.path_id if stream.needs_user else None
        takes_no = isinstance(stream, streams.Stream) and stream.takes_no
        is_renewed = False

        def once() -> Answer:
            nonlocal is_renewed
            try:
                return self._once(stream.method, parameters, as_account, takes_no)
            except problems.SessionOver:
                if as_account is None or is_renewed:
                    raise
                is_renewed = True
                self._sessions.renew(as_account)
                return self._once(stream.method, parameters, as_account, takes_no)

        is_about_post = BLUESKY.is_post_id(target.path_id or "")
        facts = {"about_post_id": target.path_id} if is_about_post else {}
        return replace(patiently(once, BLUESKY.label, self._on_progress, self._sleep), facts=facts)

    def _once(
        self, method: str, parameters: dict[str, Any], as_account: str | None, takes_no: bool
    ) -> Answer:
        requested_at = self._now()
        url, headers = self._settings.bluesky_base_url, {}
        if as_account is not None:
            # The account's own server asks the AppView for us.
            url, token = self._sessions.of(as_account)
            headers = {"Authorization": f"Bearer {token}"}
        endpoint = f"/xrpc/{method}"
        try:
            response = self.get(f"{url}{endpoint}", parameters, headers)
        except Exception as problem:  # noqa: BLE001 - every failure below becomes one of ours, here
            # `from None`: a chained exception may hold the request, and with it the Authorization header.
            address = "RAPPORT_BLUESKY_PDS_URL" if as_account else "RAPPORT_BLUESKY_BASE_URL"
            raise errors.from_exception(problem, BLUESKY.label, address) from None
        lower = {name.lower(): text for name, text in response.headers.items()}
        if not response.ok or response.is_redirect:
            name, message = problems.named(response.content)
            why = problems.not_shown(name, message) if takes_no else problems.NOT_SHOWN.get(name)
            if response.status_code != 400 or why is None:
                raise problems.problem_of(response.status_code, lower, name, message, self._now().timestamp())
        return Answer(
            endpoint=endpoint,
            # Addresses and DIDs have no commas.
            parameters={
                name: ",".join(value) if isinstance(value, list) else str(value)
                for name, value in parameters.items()
            },
            status_code=response.status_code,
            headers=lower,
            body=response.content,
            value=object_in(response.content, BLUESKY.label),
            requested_at=requested_at,
            fetched_at=self._now(),
        )
