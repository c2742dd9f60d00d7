"""A seeded set of invented posts in the shape of the X API v2, with sizes like those of real answers.

The same seed gives the same bytes. Ids are Snowflakes of the post's time; a third are replies, a few quote,
some are long (note_tweet), texts mix scripts and emoji.
"""

import json
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

PAGE_SIZE = 100
_START = datetime(2026, 1, 5, tzinfo=UTC)
_SNOWFLAKE_EPOCH_MS = 1288834974657
_ACCOUNTS = 40_000
_VOCABULARY = """
the of and to a in is that for it on with as was at by this we you are from have not but what all when there
can more if out about people museum river morning question answer thanks interesting archive conversation
weather library garden tomorrow evidence measure paper train ticket opening volunteers data für über nicht
können Ausstellung merci voilà réponse año mañana gracias 今日 ありがとう 質問 شكرا سؤال спасибо вопрос 😀 🎉 👏 🌱
— … “quoted” #openscience #gardens
"""
_WORDS = _VOCABULARY.split()
_LANGS = ("en", "en", "en", "en", "de", "fr", "es", "ja", "ar", "ru", "qme")


@dataclass(frozen=True)
class Page:
    """One answer of the network: the posts, and a body with their authors, and one without."""

    number: int
    fetched_at: datetime
    posts: list[bytes]
    body: bytes
    bare_body: bytes
    user_count: int


def pages(post_count: int, seed: int = 7) -> Iterator[Page]:
    """Pages of 100 posts (the last may be shorter) with their authors in includes; post ids are distinct."""
    source = random.Random(seed)
    recent: list[tuple[str, str, str]] = []
    lately: deque[int] = deque(maxlen=40)
    for number, first in enumerate(range(0, post_count, PAGE_SIZE), start=1):
        posts: list[bytes] = []
        authors: set[int] = set()
        at = _START
        for index in range(first, min(first + PAGE_SIZE, post_count)):
            at = _START + timedelta(seconds=7 * index)
            author = _author(source, lately)
            authors.add(author)
            posts.append(_json(_post(source, index, at, author, recent)))
        users = [_json(_user(author)) for author in sorted(authors)]
        meta = f'{{"newest_id": "{_id(at, first)}", "result_count": {len(posts)}}}'.encode()
        data = b", ".join(posts)
        yield Page(
            number=number,
            fetched_at=at + timedelta(minutes=5),
            posts=posts,
            body=b'{"data": [%s], "includes": {"users": [%s]}, "meta": %s}' % (data, b", ".join(users), meta),
            bare_body=b'{"data": [%s], "meta": %s}' % (data, meta),
            user_count=len(users),
        )


def _author(source: random.Random, lately: deque[int]) -> int:
    """Squared: some write often, most seldom. And who talks, writes several times in a row."""
    if lately and source.random() < 0.6:
        return source.choice(lately)
    author = int(_ACCOUNTS * source.random() ** 2)
    lately.append(author)
    return author


def _post(
    source: random.Random, index: int, at: datetime, author: int, recent: list[tuple[str, str, str]]
) -> dict[str, Any]:
    post_id, author_id = _id(at, index), _account_id(author)
    words = source.choices(_WORDS, k=source.randint(4, 34))
    post: dict[str, Any] = {
        "id": post_id,
        "author_id": author_id,
        "created_at": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "conversation_id": post_id,
        "edit_history_tweet_ids": [post_id],
        "lang": source.choice(_LANGS),
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "source": "Web App",
        "edit_controls": {
            "edits_remaining": 5,
            "is_edit_eligible": True,
            "editable_until": (at + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        },
        "public_metrics": {
            "retweet_count": source.randint(0, 40),
            "reply_count": source.randint(0, 20),
            "like_count": source.randint(0, 400),
            "quote_count": source.randint(0, 9),
            "bookmark_count": source.randint(0, 9),
            "impression_count": source.randint(0, 90_000),
        },
    }
    entities: dict[str, Any] = {}
    chance = source.random()
    if recent and chance < 0.45:
        other_id, other_author, conversation = source.choice(recent)
        is_reply = chance < 0.38
        if is_reply:
            handle = f"@account_{other_author[-5:]}"
            words.insert(0, handle)
            entities["mentions"] = [
                {"start": 0, "end": len(handle), "username": handle[1:], "id": other_author}
            ]
            post["conversation_id"] = conversation
            post["in_reply_to_user_id"] = other_author
        post["referenced_tweets"] = [{"type": "replied_to" if is_reply else "quoted", "id": other_id}]
    text = " ".join(words)
    if source.random() < 0.3:
        link = f"https://t.co/{post_id[-10:]}"
        entities["urls"] = [
            {
                "start": len(text) + 1,
                "end": len(text) + 1 + len(link),
                "url": link,
                "expanded_url": f"https://www.example.org/articles/{post_id}?from=social",
                "display_url": "example.org/articles/…",
                "status": 200,
            }
        ]
        text = f"{text} {link}"
    if source.random() < 0.02:
        post["note_tweet"] = {"text": " ".join([text, *source.choices(_WORDS, k=120)])}
    if entities:
        post["entities"] = entities
    post["text"] = text
    recent.append((post_id, author_id, post["conversation_id"]))
    if len(recent) > 2000:
        del recent[:1000]
    return post


def _user(number: int) -> dict[str, Any]:
    account_id = _account_id(number)
    return {
        "id": account_id,
        "username": f"account_{account_id[-5:]}",
        "name": f"Account {number} of the audience",
        "created_at": "2015-03-14T09:26:53.000Z",
        "description": "Reads, writes, gardens. Opinions are everybody's own. "
        + _WORDS[number % len(_WORDS)],
        "location": "somewhere",
        "protected": False,
        "verified": False,
        "verified_type": "none",
        "url": "",
        "profile_image_url": f"https://images.example.org/profile_images/{account_id}/portrait_normal.jpg",
        "public_metrics": {
            "followers_count": number * 3 % 9000,
            "following_count": number * 7 % 2000,
            "tweet_count": number * 11 % 50_000,
            "listed_count": number % 50,
        },
    }


def _id(at: datetime, index: int) -> str:
    return str((int(at.timestamp() * 1000) - _SNOWFLAKE_EPOCH_MS) << 22 | index & 0x3FFFFF)


def _account_id(number: int) -> str:
    return str(2_000_000_000 + number)


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
