"""A client that nobody here wrote: tweepy, sent to the emulator by an adapter for its host."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests
import tweepy
from requests.adapters import HTTPAdapter

from emulator.model import World

FIELDS = [
    "author_id",
    "conversation_id",
    "created_at",
    "in_reply_to_user_id",
    "referenced_tweets",
    "public_metrics",
]


class _Redirected(HTTPAdapter):
    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.base = urlsplit(base_url)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(str(request.url))
        request.url = urlunsplit((self.base.scheme, self.base.netloc, parts.path, parts.query, ""))
        kwargs["timeout"] = 10
        return super().send(request, *args, **kwargs)


@pytest.fixture
def client(x: Any) -> tweepy.Client:
    made = tweepy.Client(bearer_token="test-token", wait_on_rate_limit=False)
    made.session.mount("https://api.twitter.com", _Redirected(x.url))
    return made


def test_users_and_timeline(client: tweepy.Client, world: World) -> None:
    us = client.get_user(username="lichtung_inst", user_fields=["public_metrics", "created_at"]).data
    assert us.name == "Lichtung Institute" and us.public_metrics["followers_count"] == 18420
    pages = tweepy.Paginator(
        client.get_users_tweets, us.id, tweet_fields=FIELDS, expansions=["author_id", "referenced_tweets.id"],
        max_results=100,
    )  # fmt: skip
    posts = list(pages.flatten(limit=10_000))
    expected = [
        post.post_id for post in world.posts_by_author[str(us.id)]
        if not post.is_deleted and post.history[-1] == post.post_id
    ]  # fmt: skip
    assert [str(post.id) for post in posts] == expected
    assert all(post.created_at.tzinfo for post in posts)


def test_window_search_lookup_quotes(client: tweepy.Client, world: World) -> None:
    us = world.accounts["lichtung_inst"]
    start, end = datetime(2026, 10, 5, tzinfo=UTC), datetime(2026, 10, 12, tzinfo=UTC)
    mentions = client.get_users_mentions(us.account_id, start_time=start, end_time=end, tweet_fields=FIELDS)
    assert all(start <= post.created_at < end for post in mentions.data)
    wonder = next(post for post in world.posts.values() if post.author.handle == "gil_pedantic")
    found = client.search_all_tweets(
        f"conversation_id:{wonder.conversation_id} from:gil_pedantic", start_time="2026-01-01T00:00:00Z",
        max_results=500,
    )  # fmt: skip
    assert len(found.data) == 40
    gone = next(post for post in world.posts.values() if post.is_deleted)
    looked = client.get_tweets([wonder.post_id, gone.post_id], tweet_fields=FIELDS)
    assert len(looked.data) == 1 and looked.errors[0]["resource_id"] == gone.post_id
    quoted = next(post.quoted for post in world.newest_first if post.quoted)
    assert client.get_quote_tweets(quoted.post_id).meta["result_count"] >= 1


def test_errors_arrive_as_tweepys(client: tweepy.Client, x: Any) -> None:
    with pytest.raises(tweepy.BadRequest, match="invalid operator"):
        client.search_all_tweets("foo:bar")
    client.bearer_token = "wrong"
    with pytest.raises(tweepy.Unauthorized):
        client.get_user(username="kupferhof")
