"""What each endpoint answers: pure functions of the world, the time and the parameters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from emulator.api.counts import counts
from emulator.api.messages import dm_events, dm_events_of_conversation, dm_events_with
from emulator.api.paging import page_of, search_span, timeline_span
from emulator.api.params import is_handle, is_id
from emulator.api.people import liking_users, retweeted_by
from emulator.api.problems import invalid, not_authorized, not_found, suspended
from emulator.api.query import parse
from emulator.api.request import Body, Endpoint, Request
from emulator.api.usage import usage
from emulator.model import Account, Post
from emulator.text import mentioned

TIMELINE_REACH = 3200
SHORT_REACH = 800  # mentions, and own posts without replies
WINDOW = ("since_id", "until_id", "start_time", "end_time", "max_results", "pagination_token")


def _users(request: Request, wanted: list[str], parameter: str, by: dict[str, Account], fold: bool) -> Body:
    data, errors = [], []
    for value in wanted:
        account = by.get(value.lower() if fold else value)
        if account is None or account.is_deactivated:
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
    if account is None or account.is_deactivated:
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


_SEARCH = ("query", "next_token", "sort_order", *WINDOW)
_COUNTS = (
    "query",
    "next_token",
    "granularity",
    "search_count.fields",
    *(name for name in WINDOW if name != "max_results"),
)
_PAGES = ("max_results", "pagination_token")
_QUOTES = ("exclude", *_PAGES)
_MESSAGES = ("event_types", "dm_event.fields", *_PAGES)


def _recent(answer: Callable[..., Body]) -> Callable[[Request], Body]:
    return partial(answer, is_recent=True)


def _all(answer: Callable[..., Body]) -> Callable[[Request], Body]:
    return partial(answer, is_recent=False)


# Limits as documented in 2026-08.
ENDPOINTS = (
    Endpoint("/2/users", ("ids",), users_by_ids, (300, 900)),
    Endpoint("/2/users/by", ("usernames",), users_by_handles, (300, 900)),
    Endpoint("/2/users/by/username/{username}", (), user_by_handle, (300, 900)),
    Endpoint("/2/users/{id}", (), user_by_id, (300, 900)),
    Endpoint("/2/users/{id}/tweets", ("exclude", *WINDOW), user_posts, (10_000, 900)),
    Endpoint("/2/users/{id}/mentions", WINDOW, user_mentions, (450, 300)),
    Endpoint("/2/tweets/search/recent", _SEARCH, _recent(search), (450, 300)),
    Endpoint("/2/tweets/search/all", _SEARCH, _all(search), (300, None)),
    Endpoint("/2/tweets/counts/recent", _COUNTS, _recent(counts), (300, None)),
    Endpoint("/2/tweets/counts/all", _COUNTS, _all(counts), (300, None)),
    Endpoint("/2/tweets", ("ids",), posts_by_ids, (3_500, 5_000)),
    Endpoint("/2/tweets/{id}", (), post_by_id, (450, 900)),
    Endpoint("/2/tweets/{id}/quote_tweets", _QUOTES, quotes, (75, 75)),
    Endpoint("/2/tweets/{id}/retweeted_by", _PAGES, retweeted_by, (75, 75)),
    Endpoint("/2/tweets/{id}/liking_users", _PAGES, liking_users, (None, 75)),
    Endpoint("/2/dm_events", _MESSAGES, dm_events, (None, 15)),
    Endpoint("/2/dm_conversations/{id}/dm_events", _MESSAGES, dm_events_of_conversation, (None, 15)),
    Endpoint("/2/dm_conversations/with/{participant_id}/dm_events", _MESSAGES, dm_events_with, (None, 15)),
    Endpoint("/2/usage/tweets", ("days", "usage.fields"), usage, (50, None)),
)
