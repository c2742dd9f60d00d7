"""What came in: the raw tables of the small warehouse, see `warehouse`."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import duckdb

DAILY_WINDOWS = 37  # so that each weekday has been there four times before
_EPOCH_MS = 1288834974657

Insert = Callable[[str, list[dict[str, object]]], None]


def at(day: date, hour: float = 0) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour)


def post_id_at(moment: datetime, number: int) -> str:
    """An id that carries its time, as X's do."""
    return str(((int(moment.timestamp() * 1000) - _EPOCH_MS) << 22) + number)


def fill(
    con: duckdb.DuckDBPyConnection,
    insert: Insert,
    first_week: date,
    week_count: int,
    as_of_date: date,
    text: str,
) -> None:
    """One window over the first weeks, thinned; then, for DAILY_WINDOWS, one a day: 30 mentions, 3 posts."""
    last_days = [as_of_date - timedelta(days=back) for back in range(DAILY_WINDOWS, 0, -1)]
    windows = [(day, day + timedelta(days=1)) for day in last_days if day >= first_week]
    if week_count > 6:
        windows.insert(0, (first_week, last_days[0]))
    pages: list[dict[str, object]] = []
    posts: list[dict[str, object]] = []
    for start, end in windows:
        for stream, per_day in (("own_posts", 3), ("mentions", 30)):
            # on Wednesdays, as the last of them is one, they write twice as much
            count = per_day * (2 if end.weekday() == as_of_date.weekday() else 1)
            key = f"x/{stream}/{start}/1"
            pages.append(_page(key, stream, start, end, count))
            for number in range(count):
                created_at = at(end, -1) - timedelta(hours=number * 23 / count)
                posts.append(_post(key, number, created_at, text))
    pages.append(_page("x/profiles/1", "profiles", *windows[-1], 1))
    messages = _page("x/direct_messages/1", "direct_messages", *windows[-1], 2)
    pages.append(messages)
    insert("raw.pages", pages)
    insert("raw.posts", posts)
    insert("raw.users", [{"page_key": "x/profiles/1", "section": "data", "network": "x", "account_id": "1"}])
    insert(
        "raw.messages",
        [{"page_key": messages["page_key"], "position": position, "text": text} for position in (0, 1)],
    )
    insert("raw.errors", [{"page_key": pages[-3]["page_key"], "title": "Not Found Error"}])
    con.execute(
        "insert into marts.posts by name select network, post_id, author_id as account_id, 'reply' as kind, "
        "created_at, conversation_id as root_post_id, text from raw.posts"
    )


def _page(key: str, stream: str, start: date, end: date, count: int) -> dict[str, object]:
    return {
        "page_key": key, "network": "x", "client_id": "acme", "stream": stream, "source": "api",
        "window_start_at": at(start), "window_end_at": at(end), "fetched_at": at(end, 1),
        "result_count": count, "object_count": count, "estimated_cost_usd": count * 0.015,
    }  # fmt: skip


def _post(key: str, number: int, created_at: datetime, text: str) -> dict[str, object]:
    post_id = post_id_at(created_at, number)
    return {
        "page_key": key, "section": "data", "position": number, "network": "x", "post_id": post_id,
        "author_id": str(100 + number), "text": text, "created_at": created_at.replace(microsecond=0),
        "conversation_id": post_id, "lang": "de" if number % 3 else "en",
        # two of three answer somebody
        "referenced_tweets": [{"type": "replied_to", "id": "1"}] if number % 3 else [],
        "public_metrics": dict.fromkeys(
            ("retweet_count", "repost_count", "reply_count", "like_count", "quote_count", "bookmark_count",
             "impression_count"), 1,
        ),
    }  # fmt: skip
