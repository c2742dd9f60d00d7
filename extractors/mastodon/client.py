"""The way to Mastodon: one call in, one whole page out, as bytes. Each account is asked for on its own server.

Calls are Mastodon.py's (library.py says why its answers are not); sending, time-outs, retries and waiting are here. A
server answers with lists and with objects; what lands is an object: a list stands in `data`, and a thread has the
status asked about in `status`.
"""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import requests

from extractors import errors
from extractors.fetching.dialect import Answer, Progress
from extractors.fetching.http import TIME_OUT_SECONDS, HttpClient, json_in
from extractors.fetching.retrying import ATTEMPTS, patiently
from extractors.fetching.streams import Stream, Target
from extractors.mastodon import entities, problems, streams, webfinger
from extractors.mastodon.dialect import DIALECT
from extractors.mastodon.library import Library
from extractors.mastodon.private import consents, ours
from extractors.mastodon.servers import Server, is_public_name
from rapport.config import Settings

log = logging.getLogger("rapport.extract")

_ATTEMPTS_ABROAD = 2  # at servers that are none of ours: they may be gone for good
_SENT_ON = 3  # how often a WebFinger request may be sent on to another host
_REFRESH = "mastodon-async-refresh"


@dataclass(frozen=True)
class _Got:
    """One answer of a server: 200, or 404 about a status or an account."""

    path: str
    parameters: dict[str, str]
    status_code: int
    headers: dict[str, str]
    body: bytes
    value: Any
    requested_at: datetime
    fetched_at: datetime

    @property
    def text(self) -> bytes:
        """The body, such that it can stand within another: as it came, unless it is no UTF-8."""
        try:
            self.body.decode()
        except UnicodeDecodeError:
            return json.dumps(self.value, ensure_ascii=True).encode()
        return self.body.removeprefix(b"\xef\xbb\xbf").strip()


class Client(HttpClient):
    """Asks the servers: retries what can be retried, waits where a server says so, else raises at once."""

    dialect = DIALECT

    def __init__(
        self,
        settings: Settings,
        on_progress: Progress = log.info,
        sleep: Callable[[float], None] = time.sleep,
        time_out_seconds: tuple[float, float] = TIME_OUT_SECONDS,
    ) -> None:
        super().__init__(settings, on_progress, sleep, time_out_seconds)
        self._tokens = settings.mastodon_tokens
        self._consents = consents(settings.config)
        self._ours = sorted(ours(settings.config))
        self._refused: dict[str, problems.TokenRefused] = {}  # accounts whose token is not taken
        self._servers: dict[str, Server] = {}
        self._sought: set[str] = set()  # hosts whose servers were asked for by WebFinger
        self._numbers: dict[str, str] = {}  # of our accounts, each on its own server

    def __repr__(self) -> str:
        return "Client(Mastodon)"

    def page(self, stream: Stream, target: Target, parameters: dict[str, Any]) -> Answer:
        """One page. That something is not there is an answer, too (status_code 404).

        Raises ExtractionError: RateLimited and NetworkTrouble after bounded waits and retries, NotShown where the
        server does not show it to us, else at once.
        """
        how = {name: parameters.get(name) for name in (streams.SERVER, streams.NUMBER, streams.AS)}
        asked = {name: value for name, value in parameters.items() if name not in how}
        subject = target.path_id or ""
        if stream.kind == "user" and stream.method == "account_lookup":
            return self._account(subject)
        if stream.each == "account":
            return self._of_account(stream, subject, asked)
        server = self.server(how[streams.SERVER] or entities.host_of(subject))
        asker = how[streams.AS]
        number = how[streams.NUMBER] or self.number(server, subject, asker)
        facts = {"about_post_id": subject}
        if stream.method == "status_context":
            return self._thread(server, asker, number, facts)
        if stream.method.startswith("/"):
            endpoint = stream.method.format(id=number)
            got = self._ask(server, asker, lambda _: self._once(server, asker, endpoint, asked))
        else:
            got = self._ask(server, asker, lambda library: getattr(library, stream.method)(number, **asked))
        if stream.name == streams.EDITS.name and got.status_code == 404:
            # A server that keeps no versions says it in the same way: it is no word about the status.
            raise problems.NotShown(f"{server.host} shows no versions of {subject}", "nothing is lost", 404)
        return self._answer(server, asker, got, facts)

    # --- what each kind of page takes ---

    def _account(self, account_id: str) -> Answer:
        """A profile, at its own server."""
        name = account_id.partition("@")[0]
        server, asker = self.home(account_id), self._asker(account_id)
        got = self._ask(server, asker, lambda library: library.account_lookup(name))
        return self._answer(server, asker, got, {"about_account_id": account_id})

    def _of_account(self, stream: Stream, account_id: str, asked: dict[str, Any]) -> Answer:
        """What an account of ours wrote, or was notified of."""
        name = account_id.partition("@")[0]
        server, asker = self.home(account_id), self._asker(account_id)
        if stream.needs_user:
            if asker is None:
                raise errors.TokenMissing(
                    f"there is no token of {account_id}",
                    "set MASTODON_TOKENS in the environment (see .env.example)",
                )
            got = self._ask(server, asker, lambda library: getattr(library, stream.method)(**asked))
            return self._answer(server, asker, got, {})
        if account_id not in self._numbers:
            found = self._ask(server, asker, lambda library: library.account_lookup(name))
            if found.status_code == 404:
                raise errors.AccountUnknown(
                    f"{server.host} knows no account {name}", "correct the handle in rapport.toml"
                )
            self._numbers[account_id] = entities.local_id(found.value.get("id"))
        number = self._numbers[account_id]
        got = self._ask(server, asker, lambda library: getattr(library, stream.method)(number, **asked))
        if got.status_code == 404:
            raise problems.NotShown(
                f"{server.host} does not show what {name} wrote", "look at the account there", 404
            )
        return self._answer(server, asker, got, {})

    def _thread(self, server: Server, asker: str | None, number: str, facts: dict[str, Any]) -> Answer:
        """A status with what stands above and below it; alone if it answers nothing and its own server counts no
        answers.

        A look may set off a fetch of missing replies; then `replies_in_seconds` says when another look pays.
        """
        status = self._ask(server, asker, lambda library: library.status(number))
        if status.status_code == 404 or _is_alone(status.value):
            return self._answer(server, asker, status, facts)
        got = self._ask(server, asker, lambda library: library.status_context(number))
        if _REFRESH in got.headers:
            facts = {**facts, "replies_in_seconds": _retry_seconds(got.headers[_REFRESH])}
        return self._answer(server, asker, got, facts, status)

    def _answer(
        self, server: Server, asker: str | None, got: _Got, facts: dict[str, Any], status: _Got | None = None
    ) -> Answer:
        """The page as it may be landed: without private statuses, or without a word of them."""
        body, value = got.text, got.value
        if status is not None and isinstance(value, dict):
            # The two answers, as they came, in one object.
            body = b'{"status": ' + status.text + (b", " if value else b"") + body[1:]
            value = {"status": status.value, **value}
        elif isinstance(value, list):
            body, value = b'{"data": ' + body + b"}", {"data": value}
        clean, private_count = entities.without_private(value, keep_bare=asker in self._consents)
        if private_count:
            value = clean if isinstance(clean, dict) else {"data": []}
            body = json.dumps(value, ensure_ascii=True).encode()
        facts = facts | {"host": server.domain, "next_max_id": _next_max_id(got.headers.get("link"))}
        others = [one for one in self._ours if not self._is_of(one, server)]
        if others:  # objects.py: another server's word is not taken for what they wrote
            facts["ours_elsewhere"] = others
        if private_count and asker not in self._consents:
            facts["private_left_out_count"] = private_count
            self._on_progress(f"{server.host}: {private_count} private statuses are left out")
        return Answer(
            endpoint=f"https://{server.host}{got.path}",
            parameters=got.parameters,
            status_code=got.status_code,
            headers=got.headers,
            body=body,
            value=value,
            requested_at=(status or got).requested_at,
            fetched_at=got.fetched_at,
            facts=facts,
        )

    # --- servers and numbers ---

    def home(self, account_id: str) -> Server:
        """The server of an account. Where the account's host shows no API, WebFinger tells which server that is."""
        host = account_id.partition("@")[2]
        server = self.server(host, account_id)
        if not server.has_api and host not in self._sought:
            self._sought.add(host)
            found = self._by_webfinger(host, account_id)
            # A token goes there only if that server says itself that it is the one of this host.
            if found is not None and found.domain == host:
                server = self._servers[host] = found
        return server

    def _by_webfinger(self, host: str, account_id: str) -> Server | None:
        asked = webfinger.question(account_id)
        for _ in range(_SENT_ON):
            address = self._settings.mastodon_base_url.format(host=host) + webfinger.PATH
            try:
                response = self.get(address, asked, {})
                sent_on = entities.host_of(response.headers.get("location") or "")
                found = sent_on or webfinger.server_in(json_in(response.content, host))
            except (requests.RequestException, errors.ExtractionError):
                return None
            if not is_public_name(found):
                return None
            if not sent_on:
                return self.server(found)
            host = found
        return None

    def _is_of(self, account_id: str, server: Server) -> bool:
        host = account_id.partition("@")[2]
        return host in (server.host, server.domain) or self._servers.get(host) is server

    def server(self, host: str, account_id: str | None = None) -> Server:
        """The server of that name. NotShown if it is none that may be asked."""
        if host in self._servers:
            return self._servers[host]
        if not is_public_name(host) and not any(host == one.partition("@")[2] for one in self._tokens):
            raise problems.NotShown(
                f"'{host}' is no name of a server on the internet", "nothing is asked there"
            )
        server = Server(host, self._settings.mastodon_base_url.format(host=host), host)
        asker = self._asker(account_id) if account_id else None
        self._servers[host] = server
        try:
            got = self._ask(server, asker, lambda library: library.instance_v2())
        except (problems.NotShown, errors.NetworkTrouble):
            return server  # what is asked for next says what is wrong
        server.has_api = got.status_code == 200 and isinstance(got.value, dict)
        domain = got.value.get("domain") if server.has_api else None
        if isinstance(domain, str) and is_public_name(domain.lower()):
            server.domain = domain.lower()
        return server

    def number(self, server: Server, post_id: str, asker: str | None) -> str:
        """What the server calls the status. NotShown if that cannot be known."""
        number = entities.number_at_home(post_id)
        if number and entities.host_of(post_id) == server.host:
            return number
        if asker is not None:  # servers look for strangers' statuses only if one of their own asks
            got = self._ask(
                server,
                asker,
                lambda library: library.search_v2(
                    post_id, resolve=True, result_type="statuses", exclude_unreviewed=False
                ),
            )
            for status in entities.statuses(got.value):
                if status.get("uri") == post_id:
                    return entities.local_id(status.get("id"))
        raise problems.NotShown(
            f"{server.host} does not say what it calls {post_id}", "nothing is asked there"
        )

    def _asker(self, account_id: str) -> str | None:
        return account_id if account_id in self._tokens else None

    # --- sending ---

    def _ask(self, server: Server, asker: str | None, call: Callable[[Library], _Got]) -> _Got:
        if server.is_lost:
            raise errors.NetworkTrouble(
                f"{server.host} did not answer before", "run the same window again later"
            )
        is_ours = any(self._servers.get(one.partition("@")[2]) is server for one in self._tokens)
        library = Library(lambda endpoint, parameters: self._once(server, asker, endpoint, parameters))
        attempts = ATTEMPTS if is_ours else _ATTEMPTS_ABROAD
        try:
            return patiently(lambda: call(library), server.host, self._on_progress, self._sleep, attempts)
        except errors.NetworkTrouble:
            server.is_lost = (
                not is_ours
            )  # a hundred posts of a server that is gone are not waited for one by one
            raise

    def _once(self, server: Server, asker: str | None, endpoint: str, parameters: dict[str, Any]) -> _Got:
        """One request; where the server does not take the token, without it: what is public needs none."""
        if asker is None:
            return self._sent(server, None, endpoint, parameters)
        refused = self._refused.get(asker)
        if refused is None:
            try:
                return self._sent(server, asker, endpoint, parameters)
            except problems.TokenRefused as problem:
                refused = problem
        try:
            got = self._sent(server, None, endpoint, parameters)
        except problems.NotShown:
            raise refused from None
        if refused.status_code == 401 and asker not in self._refused:  # 403 is of this request only
            self._refused[asker] = refused
            self._on_progress(f"{refused.words}; what is public is asked for without the token of {asker}")
        return got

    def _sent(self, server: Server, asker: str | None, endpoint: str, parameters: dict[str, Any]) -> _Got:
        wait = server.wait_seconds(asker, self._now)
        if wait > 0:  # it has said so with its last answer: no need to hear it again
            raise errors.RateLimited(f"{server.host} answers no more for now", "run again later", wait)
        headers = {}
        if asker is not None:
            headers["Authorization"] = f"Bearer {self._tokens[asker].get_secret_value()}"
        requested_at = self._now()
        try:
            response = self.get(server.base_url + endpoint, parameters, headers)
        except Exception as problem:  # noqa: BLE001 - every failure below becomes one of ours, here
            # `from None`: a chained exception may hold the request, and with it the Authorization header.
            raise errors.from_exception(problem, server.host, "the server's name") from None
        lower = {name.lower(): text for name, text in response.headers.items()}
        now, status = self._now(), response.status_code
        server.take_note(asker, lower, now.timestamp())
        is_gone = status in (404, 410) and bool(problems.said(response.content))
        if status != 200 and not is_gone:
            raise problems.problem_of(
                server.host, status, lower, response.content, now.timestamp(), has_token=asker is not None
            )
        return _Got(
            path=endpoint,
            parameters=dict(parse_qsl(urlsplit(response.url).query)),
            status_code=404 if is_gone else status,
            headers=lower,
            body=response.content,
            value=json_in(response.content, server.host),
            requested_at=requested_at,
            fetched_at=now,
        )


def _next_max_id(link: str | None) -> str | None:
    """The max_id of the next page, out of the Link header."""
    for found in requests.utils.parse_header_links(link or ""):
        if found.get("rel") == "next":
            return next(iter(parse_qs(urlsplit(found["url"]).query).get("max_id", [])), None)
    return None


def _retry_seconds(header: str) -> float:
    """How long to wait, of `id="…", retry=3, result_count=2`."""
    parts = dict(part.strip().partition("=")[::2] for part in header.split(","))
    try:
        return max(float(parts.get("retry", "").strip('"')), 1.0)
    except ValueError:
        return 3.0


def _is_alone(status: Any) -> bool:
    return (
        isinstance(status, dict)
        and entities.is_of_server(status)
        and status.get("replies_count") == 0
        and status.get("in_reply_to_id") is None
    )
