"""Records without what the network shows beside them, in the words of schema raw: as a repository holds them, and as
com.atproto.repo.listRecords gives them. Pure.

Whose they are is in their address. Nothing says when the network saw them; but most are named by a time.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

from extractors.bluesky.records import (
    POSTS,
    REPOSTS,
    account_in,
    collection_of,
    happened_at,
    record_words,
    rows,
    table,
)  # fmt: skip
from extractors.translation import Translated

Json = dict[str, Any]

LIKES = "app.bsky.feed.like"
PROFILES = "app.bsky.actor.profile"
# What of a repository is read; the rest (whom somebody follows, blocks, lists) is nobody's post.
READ = (POSTS, REPOSTS, LIKES, PROFILES)
# The names of records are times, in microseconds since 1970 and ten bits more, in 13 of these signs.
_SIGNS = "234567abcdefghijklmnopqrstuvwxyz"
_LENGTH = 13
_CLOCK_BITS = 10


def translated(body: Json) -> Iterator[Translated]:
    """The posts and accounts of a page of records. Each like is a row of the account that gave it."""
    positions: Counter[str] = Counter()
    for item in rows(body.get("records")):
        found = _found(item)
        if found is not None:
            kind, common = found
            if item.get("erased") is True:
                common = {"id": common.get("id"), "erased": True}
            yield Translated(kind, "data", positions[kind], common, item)
            positions[kind] += 1


def is_read(item: Json) -> bool:
    """Whether a record is one that is read. Lists of posts and services are liked, too."""
    kind = collection_of(item.get("uri"))
    subject = table(table(item.get("value")).get("subject")).get("uri")
    return kind in READ and (kind != LIKES or collection_of(subject) == POSTS)


def _found(item: Json) -> tuple[Literal["post", "user"], Json] | None:
    """(kind, common) of a record with its address, `{uri, cid, value}`; None for what is not read."""
    uri, record = item.get("uri"), table(item.get("value"))
    author = account_in(uri)
    kind = collection_of(uri)
    if kind == POSTS:
        post = {"id": uri, "author_id": author, "created_at": _written_at(uri, record)}
        return "post", _told(post | record_words(uri, record))
    subject = table(record.get("subject")).get("uri")
    if kind == REPOSTS:
        references = [{"type": "retweeted", "id": subject}]
        repost = {"id": uri, "author_id": author, "created_at": _written_at(uri, record)}
        return "post", _told(repost | {"conversation_id": uri, "referenced_tweets": references})
    if kind == LIKES and (is_read(item) or item.get("erased") is True):
        like = {"id": author, "acted_at": _written_at(uri, record), "about_post_id": subject}
        return "user", _told(like)
    if kind == PROFILES:
        profile = {
            "id": author,
            "name": record.get("displayName") or None,
            "description": record.get("description"),
            "created_at": record.get("createdAt"),
            "is_bot": any(
                label.get("val") == "bot" for label in rows(table(record.get("labels")).get("values"))
            ),
        }
        return "user", _told(profile)
    return None


def named_at(uri: Any) -> str | None:
    """The time that the name of a record was made of; None if it is no such name."""
    name = uri.rpartition("/")[2] if isinstance(uri, str) else ""
    if len(name) != _LENGTH or not set(name) <= set(_SIGNS) or name[0] not in _SIGNS[:16]:
        return None
    number = 0
    for sign in name:
        number = number * 32 + _SIGNS.index(sign)
    try:
        return datetime.fromtimestamp((number >> _CLOCK_BITS) / 1_000_000, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None


def _written_at(uri: Any, record: Json) -> Any:
    return happened_at(record.get("createdAt"), named_at(uri))


def _told(common: Json) -> Json:
    return {name: value for name, value in common.items() if value is not None}
