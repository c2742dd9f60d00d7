"""How many posts a query finds, in buckets of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from emulator.api.paging import RECENT, opened, sealed, search_span
from emulator.api.query import parse
from emulator.api.render import stamp
from emulator.api.request import Body, Request
from emulator.api.usage import check_granularity
from emulator.snowflake import time_of

BUCKETS_SHOWN = 31 * 24  # on one page, the newest page first


def counts(request: Request, *, is_recent: bool) -> Body:
    """GET /2/tweets/counts/recent and /2/tweets/counts/all"""
    params, view = request.params, request.view
    query = parse(params.required("query"), 512 if is_recent else 1024, view.world.accounts_by_lower_handle)
    step = check_granularity(params.text("granularity"))
    since, until = params.id("since_id"), params.id("until_id")
    span = search_span(
        since, until, params.time("start_time"), params.time("end_time"), now=view.now, is_recent=is_recent
    )
    first = span.start or (time_of(str(since)) if since is not None else view.now - RECENT)
    last = span.end or (time_of(str(until)) if until is not None else view.now)
    found = [
        post.at
        for post in view.listed(view.world.newest_first)
        if span.holds(post) and query.matches(post) and (query.finds_reposts or not post.reposted)
    ]
    name = "pagination_token" if params.text("pagination_token") else "next_token"
    given = params.text(name)
    if given:
        last = datetime.fromtimestamp(opened(given, params.walk, name)[1], UTC)
    bounds = _bounds(first, last, step)
    shown = bounds[-BUCKETS_SHOWN:]
    key = "post_count" if request.dialect == "new" else "tweet_count"
    data = [
        {"start": stamp(start), "end": stamp(end), key: sum(start <= at < end for at in found)}
        for start, end in shown
    ]
    meta: dict[str, object] = {f"total_{key}": sum(int(str(span[key])) for span in data)}
    if len(bounds) > len(shown):
        meta["next_token"] = sealed(params.walk, True, int(shown[0][0].timestamp()))
    return ({"data": data} if data else {}) | {"meta": meta}


def _bounds(first: datetime, last: datetime, step: timedelta) -> list[tuple[datetime, datetime]]:
    """Buckets on whole minutes, hours or days; the first and the last are cut at the span's own bounds."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    at = epoch + (first - epoch) // step * step
    bounds = []
    while at < last:
        bounds.append((max(at, first), min(at + step, last)))
        at += step
    return bounds
