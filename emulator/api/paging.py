"""Windows of time and ids, and opaque page tokens."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from emulator.api.problems import invalid
from emulator.model import Post
from emulator.snowflake import snowflake, time_of

RECENT = timedelta(days=7)
ARCHIVE_DEFAULT = timedelta(
    days=30
)  # without start_time or since_id, full-archive search reaches no further back
SETTLED = timedelta(seconds=10)


@dataclass(frozen=True)
class Span:
    """Bounds of one request: ids exclusive on both sides; `start` inclusive, `end` exclusive."""

    since_id: int | None = None
    until_id: int | None = None
    start: datetime | None = None
    end: datetime | None = None

    def holds(self, post: Post) -> bool:
        """Whether the post lies within."""
        return (
            (self.since_id is None or post.number > self.since_id)
            and (self.until_id is None or post.number < self.until_id)
            and (self.start is None or post.at >= self.start)
            and (self.end is None or post.at < self.end)
        )


def timeline_span(
    since_id: int | None, until_id: int | None, start: datetime | None, end: datetime | None
) -> Span:
    """On timelines ids win over times."""
    if since_id is not None:
        start = None
    if until_id is not None:
        end = None
    _check_order(start, end)
    return Span(since_id, until_id, start, end)


def search_span(
    since_id: int | None,
    until_id: int | None,
    start: datetime | None,
    end: datetime | None,
    *,
    now: datetime,
    is_recent: bool,
) -> Span:
    """In search one of each is allowed, the end lies in the past, and the reach is limited."""
    if (since_id is not None and start) or (until_id is not None and end):
        raise invalid(
            "Invalid use of 'since_id' or 'until_id' in conjunction with 'start_time' or 'end_time'."
        )
    if end and end > now - SETTLED:
        raise invalid(
            f"Invalid 'end_time':'{_minute(end)}'. 'end_time' must be a minimum of 10 seconds prior to the request"
            " time.",
            end_time=_minute(end),
        )
    _check_order(start, end)
    if is_recent:
        oldest = now - RECENT
        if start and start < oldest:
            raise invalid(
                f"Invalid 'start_time':'{_minute(start)}'. 'start_time' must be on or after {_minute(oldest)}.",
                start_time=_minute(start),
            )
        for name, value in (("since_id", since_id), ("until_id", until_id)):
            if value is not None and time_of(str(value)) < oldest:
                raise invalid(
                    f"'{name}' must be a tweet id created after [{_minute(oldest)}]. Please use a '{name}' that is"
                    f" larger than {snowflake(oldest, 0)}",
                    **{name: str(value)},
                )
        if since_id is None and start is None:
            start = oldest
    elif since_id is None and start is None:
        last = end or (time_of(str(until_id)) if until_id is not None else now)
        start = last - ARCHIVE_DEFAULT
    return Span(since_id, until_id, start, end)


def _check_order(start: datetime | None, end: datetime | None) -> None:
    if start and end and start >= end:
        raise invalid(
            "'end_time' must be after 'start_time'.", start_time=_minute(start), end_time=_minute(end)
        )


def _minute(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Page:
    """One page of posts, newest first, with its `meta`."""

    posts: list[Post]
    meta: dict[str, Any]


def page_of(
    posts: list[Post], max_results: int, token: str | None, walk: str, *, name: str, back: bool
) -> Page:
    """The page of `posts` (newest first) that `token` points to.

    `walk` identifies the request without its paging: a token of another walk is refused. `name` is the token's
    parameter; `back` adds a previous_token.
    """
    start = 0
    if token:
        forward, anchor = opened(token, walk, name)
        older = [index for index, post in enumerate(posts) if post.number < anchor]
        if forward:
            start = older[0] if older else len(posts)
        else:
            newer = sum(post.number > anchor for post in posts)
            start = max(0, newer - max_results)
            max_results = min(max_results, newer)
    shown = posts[start : start + max_results]
    meta: dict[str, Any] = {"result_count": len(shown)}
    if shown:
        meta |= {"newest_id": shown[0].post_id, "oldest_id": shown[-1].post_id}
        if start + len(shown) < len(posts):
            meta["next_token"] = sealed(walk, True, shown[-1].number)
        if back and start > 0:
            meta["previous_token"] = sealed(walk, False, shown[0].number)
    return Page(shown, meta)


T = TypeVar("T")


@dataclass(frozen=True)
class Slice(Generic[T]):
    """One page of things that have no id to page by, with its `meta`."""

    items: list[T]
    meta: dict[str, Any]


def slice_of(items: list[T], max_results: int, token: str | None, walk: str) -> Slice[T]:
    """The page of `items` that `token` (a `pagination_token`) points to."""
    start = max(0, opened(token, walk, "pagination_token")[1]) if token else 0
    shown = items[start : start + max_results]
    meta: dict[str, Any] = {"result_count": len(shown)}
    if start + len(shown) < len(items):
        meta["next_token"] = sealed(walk, True, start + len(shown))
    if start > 0:
        meta["previous_token"] = sealed(walk, False, max(0, start - max_results))
    return Slice(shown, meta)


def walk_id(parts: dict[str, str]) -> str:
    """A short name for a request without its paging."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


def sealed(walk: str, forward: bool, anchor: int) -> str:
    """An opaque token that says: go on from `anchor` of this walk."""
    return (
        base64.b32encode(f"{walk}{'n' if forward else 'p'}{anchor:x}".encode()).decode().rstrip("=").lower()
    )


def opened(token: str, walk: str, name: str) -> tuple[bool, int]:
    """(forward, anchor) of a token; a token of another walk is a 400."""
    try:
        plain = base64.b32decode(token.upper() + "=" * (-len(token) % 8)).decode()
        if not plain.startswith(walk):
            raise ValueError("a token of another request")
        return plain[len(walk)] == "n", int(plain[len(walk) + 1 :], 16)
    except (ValueError, IndexError):
        raise invalid(f"Invalid '{name}': [{token}]", **{name: token}) from None
