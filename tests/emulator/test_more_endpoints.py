"""Nods, messages, counts and usage: who may ask, what is shown, and that the pages hold it all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from emulator.api.limits import PACE
from emulator.app import user_token
from emulator.model import World
from tests.emulator.conftest import TOKEN


@pytest.fixture(scope="module")
def user(x: Any) -> httpx.Client:
    """Asks in the name of the institute."""
    token = user_token(TOKEN, "lichtung_inst")
    return httpx.Client(base_url=x.url, headers={"Authorization": f"Bearer {token}"})


def _pages(http: httpx.Client, path: str, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        answer = http.get(path, params=query)
        assert answer.status_code == 200, answer.text
        found += answer.json().get("data", [])
        if "next_token" not in answer.json()["meta"]:
            return found
        query["pagination_token"] = answer.json()["meta"]["next_token"]


def test_the_burst_of_likes_has_likers(user: httpx.Client, world: World) -> None:
    liked = [world.posts[post_id] for post_id, handles in world.likes.items() if "heartstorm_99" in handles]
    assert len(liked) == 5
    for post in liked:
        people = _pages(user, f"/2/tweets/{post.post_id}/liking_users", max_results=30)
        handles = [person["username"] for person in people]
        assert len(handles) == len(set(handles)) == 100 and post.likes > 100  # no more are shown, ever
        assert "heartstorm_99" in handles


def test_few_likes_have_as_many_likers(user: httpx.Client, world: World) -> None:
    post = next(post for post in world.newest_first if 3 < post.likes < 30 and not post.is_gone)
    assert len(_pages(user, f"/2/tweets/{post.post_id}/liking_users")) == post.likes


def test_reposters_are_those_who_reposted(x: Any, world: World) -> None:
    repost = next(post for post in world.newest_first if post.reposted)
    post = repost.reposted
    assert post is not None
    people = _pages(x.http, f"/2/tweets/{post.post_id}/retweeted_by", max_results=1)
    authors = {related.author.handle for related in world.related(post.post_id) if related.reposted is post}
    assert authors <= {person["username"] for person in people}
    count = x.get(f"/2/tweets/{post.post_id}", tweet__fields="public_metrics")["data"]["public_metrics"]
    assert len(people) == count["retweet_count"]


@pytest.mark.parametrize("path", ["/2/tweets/1/liking_users", "/2/dm_events"])
def test_the_apps_own_token_is_refused_where_a_user_must_ask(x: Any, path: str) -> None:
    assert x.get(path, 403)["type"].endswith("/unsupported-authentication")


@pytest.mark.parametrize("path", ["/2/usage/tweets", "/2/tweets/search/all", "/2/tweets/counts/all"])
def test_a_users_token_is_refused_where_the_app_must_ask(user: httpx.Client, path: str) -> None:
    answer = user.get(path, params={} if "usage" in path else {"query": "from:kupferhof"})
    assert answer.status_code == 403 and "Application-Only]" in answer.json()["detail"]


def test_messages_reach_back_thirty_days_and_only_to_those_who_take_part(x: Any, user: httpx.Client) -> None:
    asked = {"dm_event.fields": "created_at,sender_id,dm_conversation_id", "expansions": "sender_id"}
    events = _pages(user, "/2/dm_events", max_results=2, **asked)
    assert len(events) == 5
    assert [event["created_at"] for event in events] == sorted(
        (event["created_at"] for event in events), reverse=True
    )
    conversation = events[0]["dm_conversation_id"]
    own = [event for event in events if event["dm_conversation_id"] == conversation]
    assert [event["id"] for event in _pages(user, f"/2/dm_conversations/{conversation}/dm_events")] == [
        event["id"] for event in own
    ]
    other = next(event["sender_id"] for event in reversed(own) if event["text"].startswith("Is the sensor"))
    assert len(_pages(user, f"/2/dm_conversations/with/{other}/dm_events")) == len(own)
    headers = {"Authorization": f"Bearer {user_token(TOKEN, 'gil_pedantic')}"}
    assert x.http.get("/2/dm_events", headers=headers).json() == {"meta": {"result_count": 0}}


def test_counts_agree_with_the_search(x: Any) -> None:
    window = {"start_time": "2026-10-05T00:30:00Z", "end_time": "2026-10-26T00:00:00Z"}
    found = x.get("/2/tweets/search/all", query="from:lichtung_inst", max_results=500, **window)
    for granularity in ("day", "hour"):
        body = x.get("/2/tweets/counts/all", query="from:lichtung_inst", granularity=granularity, **window)
        assert body["meta"]["total_tweet_count"] == found["meta"]["result_count"] > 10
        bounds = [(item["start"], item["end"]) for item in body["data"]]
        assert bounds[0][0] == "2026-10-05T00:30:00.000Z" and bounds[-1][1] == "2026-10-26T00:00:00.000Z"


def test_usage_counts_a_post_once_a_day(serving: Callable[..., Any], world: World) -> None:
    x = serving()
    ids = [post.post_id for post in world.newest_first if not post.is_gone][:7]
    for _ in range(2):
        x.get("/2/tweets", ids=",".join(ids))
    x.get(f"/2/tweets/{ids[0]}")
    body = x.get("/2/usage/tweets", days=3, usage__fields="project_usage,daily_project_usage")["data"]
    assert body["project_usage"] == 7
    assert [day["usage"] for day in body["daily_project_usage"]["usage"]] == [0, 0, 7]
    x.get("/2/usage/tweets", 400, days=91)


def test_the_archive_search_takes_one_request_a_second(serving: Callable[..., Any]) -> None:
    x = serving(limits={PACE: 1})
    query = {"query": "from:kupferhof"}
    answers = [x.http.get("/2/tweets/search/all", params=query) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 429, 429]
    assert answers[1].headers["x-rate-limit-remaining"] == "299"
