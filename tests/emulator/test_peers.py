"""Clients nobody here wrote, against the emulator: the vendor's own SDK (new names) and twarc (old names).

Each asks for what it asks of X, in its own way, and pages as it pages; what comes out is held against the world.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
import requests.adapters
import xdk
from twarc import expansions
from twarc.client2 import Twarc2

from emulator.app import user_token
from emulator.model import Post, World
from tests.emulator.conftest import TOKEN

US = "lichtung_inst"
POST_FIELDS = ["created_at", "conversation_id", "public_metrics", "note_post"]
EXPANSIONS = ["author_id", "referenced_posts", "edit_history_post_ids"]


class _Loopback(requests.adapters.HTTPAdapter):
    """Sends what is meant for X to the emulator: twarc has its host in every method."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:  # type: ignore[override]
        request.url = str(request.url).replace("https://api.twitter.com", self._url)
        return super().send(request, *args, **options)


@pytest.fixture(scope="module")
def twarc(x: Any) -> Any:
    client = Twarc2(bearer_token=TOKEN)
    client.client.mount("https://api.twitter.com", _Loopback(x.url))
    return client


@pytest.fixture(scope="module")
def new(serving: Callable[..., Any]) -> Any:
    """An emulator that takes requests without any hint for the new dialect: user lookups of the SDK give none."""
    return serving(dialect="new")


@pytest.fixture(scope="module")
def sdk(new: Any) -> Any:
    return xdk.Client(base_url=new.url, bearer_token=TOKEN)


def shown(world: World, keep: Any = lambda post: True) -> list[Post]:
    """Posts that timelines and searches show at the end of the world, newest first."""
    return [p for p in world.newest_first if not p.is_gone and p.history[-1] == p.post_id and keep(p)]


def by_us(post: Post) -> bool:
    return post.author.handle == US


def talked_in(world: World) -> str:
    """A conversation of more than one page of ten."""
    roots = [post.conversation_id for post in shown(world)]
    return max(set(roots), key=roots.count)


# --- the vendor's SDK -------------------------------------------------------------------------------------------


def test_sdk_timeline(sdk: Any, world: World) -> None:
    us = world.accounts[US].account_id
    pages = list(sdk.users.get_posts(us, max_results=100, post_fields=POST_FIELDS, expansions=EXPANSIONS))
    posts = [item for page in pages for item in page.model_dump()["data"]]
    assert len(pages) > 2
    assert [post["id"] for post in posts] == [post.post_id for post in shown(world, by_us)]
    for post in posts:
        assert post["author_id"] == us and post["edit_history_post_ids"] and "tweet" not in str(post.keys())
        assert "repost_count" in post["public_metrics"]
    assert any(post.get("referenced_posts") for post in posts) and pages[0].includes


def test_sdk_mentions(sdk: Any, world: World) -> None:
    us = world.accounts[US].account_id
    pages = list(sdk.users.get_mentions(us, max_results=50, expansions=["entities.mentions.username"]))
    found = [item["id"] for page in pages for item in page.model_dump()["data"]]
    assert len(pages) > 3 and len(found) == len(set(found))
    lotta = next(post for post in world.posts.values() if post.author.handle == "longform_lotta")
    assert lotta.post_id in found
    assert not any(world.posts[post_id].reposted or world.posts[post_id].is_gone for post_id in found)


def test_sdk_search(sdk: Any, world: World) -> None:
    conversation = talked_in(world)
    pages = list(
        sdk.posts.search_all(
            f"conversation_id:{conversation}", start_time="2026-01-01T00:00:00Z", max_results=10
        )
    )
    expected = shown(world, lambda post: post.conversation_id == conversation and not post.reposted)
    assert [item["id"] for page in pages for item in page.model_dump()["data"]] == [
        p.post_id for p in expected
    ]
    assert len(pages) > 1
    recent = list(sdk.posts.search_recent(f"from:{US} -is:retweet", max_results=10))
    found = [item["id"] for page in recent for item in page.model_dump().get("data") or []]
    week = shown(world, lambda post: by_us(post) and not post.reposted and (world.until - post.at).days < 7)
    assert set(found) <= {post.post_id for post in week} and len(found) >= len(week) - 1


def test_sdk_lookups(sdk: Any, world: World) -> None:
    gone = next(post for post in world.posts.values() if post.is_deleted)
    there = shown(world)[:3]
    body = sdk.posts.get_by_ids(
        [post.post_id for post in [*there, gone]], post_fields=POST_FIELDS
    ).model_dump()
    assert [item["id"] for item in body["data"]] == [post.post_id for post in there]
    assert [error["resource_id"] for error in body["errors"]] == [gone.post_id]
    people = sdk.users.get_by_usernames([US, "nobody_at_all"], user_fields=["public_metrics"]).model_dump()
    assert people["data"][0]["username"] == US and "post_count" in people["data"][0]["public_metrics"]
    assert people["errors"][0]["value"] == "nobody_at_all"


def test_sdk_nods_counts_and_usage(sdk: Any, new: Any, world: World) -> None:
    reposted = next(post.reposted for post in world.newest_first if post.reposted)
    assert next(iter(sdk.posts.get_reposted_by(reposted.post_id, max_results=2))).model_dump()["data"]
    as_user = xdk.Client(base_url=new.url, access_token=user_token(TOKEN, US))
    likers = [
        item
        for page in as_user.posts.get_liking_users(reposted.post_id)
        for item in page.model_dump()["data"]
    ]
    assert len(likers) == min(reposted.likes, 100)
    (counted,) = [page.model_dump() for page in sdk.posts.get_counts_recent(f"from:{US}", granularity="day")]
    assert sum(bucket["post_count"] for bucket in counted["data"]) == counted["meta"]["total_post_count"] > 0
    usage = sdk.usage.get(days=1, usage_fields=["daily_project_usage", "project_usage"]).model_dump()
    assert int(usage["data"]["project_usage"]) > 0


# --- twarc ------------------------------------------------------------------------------------------------------


def test_twarc_timeline_and_mentions(twarc: Any, world: World) -> None:
    us = world.accounts[US].account_id
    pages = list(twarc.timeline(us, max_results=100))
    posts = [item for page in pages for item in page["data"]]
    assert [post["id"] for post in posts] == [post.post_id for post in shown(world, by_us)]
    assert all(post["edit_history_tweet_ids"] and "retweet_count" in post["public_metrics"] for post in posts)
    flat = list(expansions.flatten(pages[0]))
    assert flat[0]["author"]["username"] == US  # what twarc makes of `includes`
    mentions = [item for page in twarc.mentions(us, max_results=100) for item in page["data"]]
    assert len({mention["id"] for mention in mentions}) == len(mentions) > 100


def test_twarc_search_and_quotes(twarc: Any, world: World) -> None:
    conversation = talked_in(world)
    start = world.start
    pages = list(twarc.search_all(f"conversation_id:{conversation}", start_time=start, max_results=10))
    expected = shown(world, lambda post: post.conversation_id == conversation and not post.reposted)
    assert [item["id"] for page in pages for item in page["data"]] == [post.post_id for post in expected]
    quoted = next(post.quoted for post in shown(world) if post.quoted)
    quotes = [item for page in twarc.quotes(quoted.post_id) for item in page.get("data", [])]
    assert {quote["id"] for quote in quotes} == {
        post.post_id for post in shown(world, lambda p: p.quoted is quoted)
    }
    (counts,) = twarc.counts_recent(f"from:{US}", granularity="day")
    assert counts["meta"]["total_tweet_count"] == sum(bucket["tweet_count"] for bucket in counts["data"])


def test_twarc_lookups(twarc: Any, world: World) -> None:
    ids = [post.post_id for post in shown(world)[:150]]
    pages = list(twarc.tweet_lookup(ids))
    assert [item["id"] for page in pages for item in page["data"]] == ids  # in hundreds, as twarc splits them
    (people,) = twarc.user_lookup([US, "kupferhof"], usernames=True)
    assert [person["username"] for person in people["data"]] == [US, "kupferhof"]
