"""The calls that a client of Mastodon reads with, below /mastodon/<server>, as docs.joinmastodon.org (4.5) has them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI
from fastapi import Request as HttpRequest
from fastapi.responses import JSONResponse, Response

from emulator.elsewhere.model import MASTODON, Elsewhere, Said, Someone
from emulator.mastodon.access import LIMIT, Access, Refusal
from emulator.mastodon.knowledge import RETRY, Knowledge
from emulator.mastodon.numbers import Numbers, number_of
from emulator.mastodon.paging import link_header, page
from emulator.mastodon.render import View

VERSION = "4.5.3"
PATH = "/mastodon/{host}/api"


class _Call:
    """One request: what is asked for, by whom, and what the answer's headers will be."""

    def __init__(self, api: MastodonApi, http: HttpRequest, host: str) -> None:
        self.query = dict(http.query_params)
        self.listed = http.query_params.getlist
        self.path = http.path_params
        self.url = str(http.url.replace(query=""))
        self.headers: dict[str, str] = {}
        self.api = api
        self.host = host
        self.viewer: str | None
        self.viewer, self.has_token = api.access.viewer(host, http.headers.get("authorization"))
        self.view: View = View(api.elsewhere, api.numbers, api.knowledge, host, self.viewer, api.now())

    def require_user(self) -> str:
        """Whose token it is."""
        if self.viewer is None:
            status = 422 if self.has_token else 401
            words = (
                "This method requires an authenticated user"
                if self.has_token
                else "The access token is invalid"
            )
            raise Refusal(status, words)
        return self.viewer

    def status(self) -> Said:
        """The status that the path names."""
        found = self.api.numbers.post(self.host, self.path["number"])
        if found is None or not self.view.shows(found):
            raise Refusal(404, "Record not found")
        return found

    def account(self) -> Someone:
        """The account that the path names."""
        found = self.api.numbers.account(self.host, self.path["number"])
        if found is None:
            raise Refusal(404, "Record not found")
        return found

    def paged(self, items: list[tuple[str, Any]], default: int, most: int) -> list[Any]:
        """A page of the items; its neighbours go into the Link header."""
        cut, following, before = page(items, self.query, default, most)
        links = link_header(self.url, self.query, following, before)
        if links:
            self.headers["Link"] = links
        return cut


class MastodonApi:
    """All servers of the world. `knowledge` is what each has been sent and has fetched.

    `api_hosts`: host of accounts → the name that their server has, where that is another one. At the host itself there
    is a web site, which sends on who asks by WebFinger.
    """

    def __init__(
        self, elsewhere: Elsewhere, token: str, now: Callable[[], datetime], limit: int = LIMIT
    ) -> None:
        self.elsewhere = elsewhere
        self.now = now
        self.numbers = Numbers(elsewhere)
        self.knowledge = Knowledge(elsewhere)
        self.access = Access(elsewhere, token, now, limit)
        self.api_hosts: dict[str, str] = {}

    def domain_of(self, host: str) -> str:
        """The host of the accounts of the server of that name."""
        return next((domain for domain, name in self.api_hosts.items() if name == host), host)

    @property
    def hosts(self) -> set[str]:
        """The servers there are."""
        return {one.host for (network, _), one in self.elsewhere.people.items() if network == MASTODON}

    def answer(self, http: HttpRequest, call: Callable[[_Call], Any]) -> Response:
        """What a call comes to, refusals and rate limits among it."""
        host, headers = http.path_params["host"], {}
        if host in self.api_hosts:
            return Response("<html>a web site</html>", 404)
        try:
            host = self.domain_of(host)
            if host not in self.hosts:
                raise Refusal(404, "Not Found")
            given = http.headers.get("authorization") or "nobody"
            passes, rate = self.access.count(host, given)
            headers = dict(rate)
            if not passes:
                raise Refusal(429, "Too many requests")
            asked = _Call(self, http, host)
            body = call(asked)
            return JSONResponse(body, headers=headers | asked.headers)
        except Refusal as refusal:
            return JSONResponse({"error": refusal.words}, refusal.status, headers)


def add_mastodon(
    app: FastAPI,
    elsewhere: Elsewhere,
    token: str,
    now: Callable[[], datetime] | None = None,
    *,
    limit: int = LIMIT,
) -> MastodonApi:
    """Adds the routes. `limit`: requests in 5 minutes, each account and server."""
    api = MastodonApi(elsewhere, token, now or (lambda: datetime.now(UTC)), limit)

    def add(path: str, call: Callable[[_Call], Any]) -> None:
        def route(http: HttpRequest) -> Response:
            return api.answer(http, call)

        app.add_api_route(PATH + path, route, methods=["GET"], response_model=None)

    for path, call in _CALLS.items():
        add(path, call)

    def webfinger(http: HttpRequest) -> Response:
        return _webfinger(api, http)

    app.add_api_route(
        "/mastodon/{host}/.well-known/webfinger", webfinger, methods=["GET"], response_model=None
    )
    return api


def _webfinger(api: MastodonApi, http: HttpRequest) -> Response:
    """Who an account is; from the web site of its host a redirect to its server."""
    host = http.path_params["host"]
    if host in api.api_hosts:
        address = f"https://{api.api_hosts[host]}/.well-known/webfinger?{http.url.query}"
        return Response(status_code=301, headers={"Location": address})
    account_id = http.query_params.get("resource", "").removeprefix("acct:").lower()
    found = api.elsewhere.people.get((MASTODON, account_id))
    if found is None or found.host != api.domain_of(host):
        return JSONResponse({"error": "Not found"}, 404)
    name = account_id.partition("@")[0]
    links = [
        {
            "rel": "http://webfinger.net/rel/profile-page",
            "type": "text/html",
            "href": f"https://{host}/@{name}",
        },
        {"rel": "self", "type": "application/activity+json", "href": f"https://{host}/users/{name}"},
    ]
    return JSONResponse({"subject": f"acct:{account_id}", "links": links})


def _instance(call: _Call) -> Any:
    return {"domain": call.host, "title": call.host, "version": VERSION, "api_versions": {"mastodon": 7}}


def _lookup(call: _Call) -> Any:
    acct = call.query.get("acct", "").lstrip("@").lower()
    found = call.view.person(acct if "@" in acct else f"{acct}@{call.host}")
    if found is None or found.created_at > call.view.now:
        raise Refusal(404, "Record not found")
    return call.view.account(found)


def _me(call: _Call) -> Any:
    return call.view.account(call.api.elsewhere.people[MASTODON, call.require_user()])


def _statuses_of(call: _Call) -> Any:
    account = call.account()
    posts = [one for one in call.api.elsewhere.by(MASTODON, account.account_id) if call.view.shows(one)]
    if _is_true(call.query.get("exclude_reblogs")):
        posts = [one for one in posts if not one.reposted_id]
    if _is_true(call.query.get("exclude_replies")):
        posts = [one for one in posts if not one.parent_id]
    return [call.view.status(one) for one in call.paged(_numbered(call, posts), 20, 40)]


def _notifications(call: _Call) -> Any:
    call.require_user()
    wanted, unwanted = call.listed("types[]"), call.listed("exclude_types[]")
    events = [
        (number, event)
        for number, event in call.view.events()
        if (not wanted or event["type"] in wanted) and event["type"] not in unwanted
    ]
    return call.paged(events, 40, 80)


def _statuses(call: _Call) -> Any:
    found = (call.api.numbers.post(call.host, number) for number in call.listed("id[]"))
    return [call.view.status(one) for one in found if one is not None and call.view.shows(one)]


def _context(call: _Call) -> Any:
    post = call.status()
    body = {
        "ancestors": [call.view.status(one) for one in call.view.above(post)],
        "descendants": [call.view.status(one) for one in call.view.below(post)],
    }
    knowledge, now = call.api.knowledge, call.view.now
    if knowledge.fetch_replies(call.host, post, now, by_user=call.viewer is not None):
        refresh = base64.urlsafe_b64encode(post.post_id.encode()).decode()
        call.headers["Mastodon-Async-Refresh"] = f'id="{refresh}", retry={int(RETRY.total_seconds())}'
    return body


def _refresh(call: _Call) -> Any:
    call.require_user()
    try:
        post_id = base64.urlsafe_b64decode(call.path["number"]).decode()
    except ValueError:
        post_id = ""
    is_running = call.api.knowledge.is_fetching(call.host, post_id, call.view.now)
    if is_running is None:
        raise Refusal(404, "Record not found")
    state = "running" if is_running else "finished"
    return {"async_refresh": {"id": call.path["number"], "status": state}}


def _quotes(call: _Call) -> Any:
    post = call.status()
    call.require_user()
    found = [
        one
        for one in call.api.elsewhere.quotes(MASTODON, post.post_id)
        if one.quote_state == "accepted" and call.view.shows(one)
    ]
    return [call.view.status(one) for one in call.paged(_numbered(call, found), 20, 40)]


def _nods(call: _Call, kind: str) -> Any:
    post = call.status()
    nods = post.likes if kind == "like" else post.reposts
    items = [(number_of(at, f"{kind} {who}"), who) for who, at in nods if at <= call.view.now]
    people = (call.view.person(who) for who in call.paged(items, 40, 80))
    return [call.view.account(one) for one in people if one is not None]


def _search(call: _Call) -> Any:
    call.require_user()
    asked = call.query.get("q", "")
    found = call.api.elsewhere.posts.get((MASTODON, asked))
    if found is not None and _is_true(call.query.get("resolve")) and not found.is_private:
        call.api.knowledge.resolve(call.host, found)
    shown = [call.view.status(found)] if found is not None and call.view.shows(found) else []
    return {"accounts": [], "statuses": shown, "hashtags": []}


def _numbered(call: _Call, posts: list[Said]) -> list[tuple[str, Said]]:
    return [(call.api.numbers.of_post(call.host, one), one) for one in posts]


def _is_true(text: str | None) -> bool:
    return text in ("1", "true", "True")


_CALLS: dict[str, Callable[[_Call], Any]] = {
    "/v2/instance": _instance,
    "/v2/instance/": _instance,  # as Mastodon.py asks
    "/v1/accounts/lookup": _lookup,
    "/v1/accounts/verify_credentials": _me,
    "/v1/accounts/{number}": lambda call: call.view.account(call.account()),
    "/v1/accounts/{number}/statuses": _statuses_of,
    "/v1/notifications": _notifications,
    "/v1/statuses": _statuses,
    "/v1/statuses/{number}": lambda call: call.view.status(call.status()),
    "/v1/statuses/{number}/context": _context,
    "/v1/statuses/{number}/quotes": _quotes,
    "/v1/statuses/{number}/reblogged_by": lambda call: _nods(call, "repost"),
    "/v1/statuses/{number}/favourited_by": lambda call: _nods(call, "like"),
    "/v1/statuses/{number}/history": lambda call: call.view.history(call.status()),
    "/v1_alpha/async_refreshes/{number}": _refresh,
    "/v2/search": _search,
}
