"""What each endpoint answers: pure functions of the world, the time and the parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulator.api.paging import page_of, search_span, timeline_span
from emulator.api.params import Params, is_handle, is_id
from emulator.api.problems import invalid, not_authorized, not_found, suspended
from emulator.api.query import parse
from emulator.api.render import Renderer, View
from emulator.model import Account, Post
from emulator.text import mentioned

TIMELINE_REACH = 3200
SHORT_REACH = 800  # mentions, and own posts without replies
WINDOW = ("since_id", "until_id", "start_time", "end_time", "max_results", "pagination_token")
Body = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """One request: the world as it looks now, path and query parameters."""

    view: View
    path: dict[str, str]
    params: Params

    @property
    def render(self) -> Renderer:
        """A renderer for the fields asked."""
        return Renderer(self.view, self.params.ask)

    @property
    def dialect(self) -> str:
        """The dialect of the request."""
        return self.params.ask.dialect

    def path_id(self) -> str:
        """The id in the path."""
        value = self.path["id"]
        if not is_id(value):
            raise invalid(
                f"The `id` query parameter value [{value}] does not match ^[0-9]{{1,19}}$", id=value
            )
        return value


def _users(request: Request, wanted: list[str], parameter: str, by: dict[str, Account], fold: bool) -> Body:
    data, errors = [], []
    for value in wanted:
        account = by.get(value.lower() if fold else value)
        if account is None:
            errors.append(not_found("user", parameter, value, request.dialect))
        elif account.is_suspended:
            errors.append(suspended(parameter, value, request.dialect))
        else:
            data.append(request.render.user(account))
    return {name: part for name, part in (("data", data), ("errors", errors)) if part}


def users_by_ids(request: Request) -> Body:
    """GET /2/users"""
    ids = request.params.listed_of("ids", is_id)
    return _users(request, ids, "ids", request.view.world.accounts_by_id, fold=False)


def users_by_handles(request: Request) -> Body:
    """GET /2/users/by"""
    handles = request.params.listed_of("usernames", is_handle)
    return _users(request, handles, "usernames", request.view.world.accounts_by_lower_handle, fold=True)


def user_by_id(request: Request) -> Body:
    """GET /2/users/:id"""
    return _single(_users(request, [request.path_id()], "id", request.view.world.accounts_by_id, fold=False))


def user_by_handle(request: Request) -> Body:
    """GET /2/users/by/username/:username"""
    handle = request.path["username"]
    if not is_handle(handle):
        raise invalid(f"The `username` query parameter value [{handle}] is not valid", username=handle)
    known = request.view.world.accounts_by_lower_handle
    return _single(_users(request, [handle], "username", known, fold=True))


def user_posts(request: Request) -> Body:
    """GET /2/users/:id/tweets"""
    excluded = request.params.excluded()
    posts = request.view.listed(request.view.world.posts_by_author.get(request.path["id"], []))
    posts = posts[:TIMELINE_REACH]
    if "retweets" in excluded:
        posts = [post for post in posts if not post.reposted]
    if "replies" in excluded:
        posts = [post for post in posts[:SHORT_REACH] if not post.parent]
    return _timeline(request, posts)


def user_mentions(request: Request) -> Body:
    """GET /2/users/:id/mentions"""
    account = request.view.world.accounts_by_id.get(request.path["id"])
    handles = request.view.world.accounts_by_lower_handle
    posts = [
        post
        for post in request.view.listed(request.view.world.newest_first)
        if not post.reposted and account in mentioned(post, handles)
    ]
    return _timeline(request, posts[:SHORT_REACH])


def _timeline(request: Request, posts: list[Post]) -> Body:
    identifier, params = request.path_id(), request.params
    span = timeline_span(
        params.id("since_id"), params.id("until_id"), params.time("start_time"), params.time("end_time")
    )
    size = params.max_results(5, 100)
    account = request.view.world.accounts_by_id.get(identifier)
    if account is None:
        return {"errors": [not_found("user", "id", identifier, request.dialect)]}
    if account.is_suspended:
        return {"errors": [suspended("id", identifier, request.dialect)]}
    if account.is_protected:
        return {"errors": [not_authorized("user", "id", identifier, "data", request.dialect)]}
    page = page_of(
        [post for post in posts if span.holds(post)],
        size,
        params.text("pagination_token"),
        params.walk,
        name="pagination_token",
        back=True,
    )
    return {**request.render.body(page.posts), "meta": page.meta}


def search(request: Request, *, is_recent: bool) -> Body:
    """GET /2/tweets/search/recent and /2/tweets/search/all"""
    params, view = request.params, request.view
    query = parse(params.required("query"), 512 if is_recent else 1024, view.world.accounts_by_lower_handle)
    span = search_span(
        params.id("since_id"),
        params.id("until_id"),
        params.time("start_time"),
        params.time("end_time"),
        now=view.now,
        is_recent=is_recent,
    )
    size = params.max_results(10, 100 if is_recent else 500)
    if params.text("sort_order") not in (None, "recency"):
        raise invalid("The emulator sorts by recency only", sort_order=params.text("sort_order"))
    found = [
        post
        for post in view.listed(view.world.newest_first)
        if span.holds(post) and query.matches(post) and (query.finds_reposts or not post.reposted)
    ]
    name = "pagination_token" if params.text("pagination_token") else "next_token"
    page = page_of(found, size, params.text(name), params.walk, name=name, back=False)
    return {**request.render.body(page.posts), "meta": page.meta}


def posts_by_ids(request: Request) -> Body:
    """GET /2/tweets"""
    ids = list(dict.fromkeys(request.params.listed_of("ids", is_id)))
    return _lookup(request, ids, "ids")


def post_by_id(request: Request) -> Body:
    """GET /2/tweets/:id"""
    return _single(_lookup(request, [request.path_id()], "id"))


def _lookup(request: Request, ids: list[str], parameter: str) -> Body:
    """Older versions of an edited post are found by their own ids."""
    problems = {identifier: request.render.missing(identifier, parameter) for identifier in ids}
    posts = [request.view.world.posts[identifier] for identifier, problem in problems.items() if not problem]
    return request.render.body(posts, [problem for problem in problems.values() if problem])


def quotes(request: Request) -> Body:
    """GET /2/tweets/:id/quote_tweets"""
    identifier, params = request.path_id(), request.params
    size, excluded = params.max_results(10, 100), params.excluded()
    problem = request.render.missing(identifier, "id")
    if problem:
        return {"errors": [problem]}
    related = request.view.listed(request.view.world.related(identifier))
    found = [
        post
        for post in related
        if post.quoted
        and post.quoted.post_id == identifier
        and not ("replies" in excluded and post.parent)
        and not ("retweets" in excluded and post.reposted)
    ]
    page = page_of(
        found, size, params.text("pagination_token"), params.walk, name="pagination_token", back=True
    )
    return {**request.render.body(page.posts), "meta": page.meta}


def _single(body: Body) -> Body:
    """`data` of a lookup of one: an object, not a list."""
    return {**body, "data": body["data"][0]} if "data" in body else body


@dataclass(frozen=True)
class Endpoint:
    """One route: its path, the name under which it is counted, the parameters it knows."""

    path: str
    counted_as: str
    allowed: tuple[str, ...]
    answer: Callable[[Request], Body]


_SEARCH = ("query", "next_token", "sort_order", *WINDOW)
ENDPOINTS = (
    Endpoint("/2/users", "/2/users", ("ids",), users_by_ids),
    Endpoint("/2/users/by", "/2/users/by", ("usernames",), users_by_handles),
    Endpoint("/2/users/by/username/{username}", "/2/users/by/username/:username", (), user_by_handle),
    Endpoint("/2/users/{id}", "/2/users/:id", (), user_by_id),
    Endpoint("/2/users/{id}/tweets", "/2/users/:id/tweets", ("exclude", *WINDOW), user_posts),
    Endpoint("/2/users/{id}/mentions", "/2/users/:id/mentions", WINDOW, user_mentions),
    Endpoint(
        "/2/tweets/search/recent",
        "/2/tweets/search/recent",
        _SEARCH,
        lambda request: search(request, is_recent=True),
    ),
    Endpoint(
        "/2/tweets/search/all",
        "/2/tweets/search/all",
        _SEARCH,
        lambda request: search(request, is_recent=False),
    ),
    Endpoint("/2/tweets", "/2/tweets", ("ids",), posts_by_ids),
    Endpoint("/2/tweets/{id}", "/2/tweets/:id", (), post_by_id),
    Endpoint(
        "/2/tweets/{id}/quote_tweets",
        "/2/tweets/:id/quote_tweets",
        ("exclude", "max_results", "pagination_token"),
        quotes,
    ),
)
