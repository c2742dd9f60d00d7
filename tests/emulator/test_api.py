"""What the endpoints answer, over HTTP: bounds, paging, windows, fields, errors, limits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from emulator.model import World
from tests.clock import NOW

REF = "author_id,referenced_tweets.id,referenced_tweets.id.author_id"


@pytest.fixture(scope="module")
def us(world: World) -> str:
    return world.accounts["lichtung_inst"].account_id


def _walk(x: Any, path: str, token_name: str, **query: Any) -> list[dict[str, Any]]:
    pages = []
    token: dict[str, str] = {}
    while True:
        pages.append(x.get(path, **query, **token))
        if "next_token" not in pages[-1]["meta"]:
            return pages
        token = {token_name: pages[-1]["meta"]["next_token"]}


def _ids(pages: list[dict[str, Any]]) -> list[str]:
    return [post["id"] for page in pages for post in page.get("data", [])]


def test_bearer_is_required(x: Any) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic dGVzdC10b2tlbg=="}):
        answer = httpx.get(f"{x.url}/2/users/by?usernames=kupferhof", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["title"] == "Unauthorized"
        assert answer.headers["content-type"] == "application/problem+json"


def test_paging_gives_everything_once_newest_first(x: Any, world: World, us: str) -> None:
    pages = _walk(x, f"/2/users/{us}/tweets", "pagination_token", max_results=37)
    ids = _ids(pages)
    expected = [
        p.post_id for p in world.posts_by_author[us] if not p.is_deleted and p.history[-1] == p.post_id
    ]
    assert ids == expected == sorted(set(ids), key=int, reverse=True)
    for page in pages:
        assert page["meta"]["newest_id"] == page["data"][0]["id"]
        assert page["meta"]["oldest_id"] == page["data"][-1]["id"]
        assert page["meta"]["result_count"] == len(page["data"])
    assert "previous_token" not in pages[0]["meta"]
    back = x.get(f"/2/users/{us}/tweets", max_results=37, pagination_token=pages[2]["meta"]["previous_token"])
    assert _ids([back]) == _ids(pages[1:2])


def test_token_belongs_to_its_walk(x: Any, us: str) -> None:
    token = x.get(f"/2/users/{us}/tweets", max_results=5)["meta"]["next_token"]
    x.get(f"/2/users/{us}/mentions", 400, pagination_token=token)
    x.get(f"/2/users/{us}/tweets", 400, pagination_token="made-up")
    x.get(f"/2/users/{us}/tweets", pagination_token=token, max_results=100)


@pytest.mark.parametrize(
    ("path", "low", "high"),
    [
        ("/2/users/{us}/tweets", 5, 100),
        ("/2/users/{us}/mentions", 5, 100),
        ("/2/tweets/search/recent?query=from:kupferhof", 10, 100),
        ("/2/tweets/search/all?query=from:kupferhof", 10, 500),
        ("/2/tweets/{post}/quote_tweets", 10, 100),
    ],
)
def test_bounds_of_max_results(x: Any, world: World, us: str, path: str, low: int, high: int) -> None:
    post = next(post for post in world.posts_by_author[us] if not post.is_gone)
    path = path.format(us=us, post=post.post_id)
    separator = "&" if "?" in path else "?"
    for size, status in ((low, 200), (high, 200), (low - 1, 400), (high + 1, 400)):
        answer = x.http.get(f"{path}{separator}max_results={size}")
        assert answer.status_code == status, answer.text
        if status == 400:
            assert f"not between {low} and {high}" in answer.json()["errors"][0]["message"]


def test_windows(x: Any, world: World, us: str) -> None:
    path = f"/2/users/{us}/tweets"
    posts = [p for p in world.posts_by_author[us] if not p.is_deleted and p.history[-1] == p.post_id]
    newer, older = posts[10], posts[20]
    by_id = x.get(path, max_results=100, since_id=older.post_id, until_id=newer.post_id)
    assert _ids([by_id]) == [post.post_id for post in posts[11:20]]  # exclusive on both sides
    times = {"start_time": f"{older.at:%FT%TZ}", "end_time": f"{newer.at:%FT%TZ}"}
    assert _ids([x.get(path, max_results=100, **times)]) == [post.post_id for post in posts[11:21]]
    # On timelines ids win over times.
    far = {"start_time": "2026-10-31T00:00:00Z", "end_time": "2026-10-31T00:00:01Z"}
    both = x.get(path, max_results=100, since_id=older.post_id, until_id=newer.post_id, **far)
    assert _ids([both]) == _ids([by_id])
    x.get(path, 400, start_time="yesterday")
    x.get(path, 400, since_id="abc")
    x.get(path, 400, start_time="2026-10-02T00:00:00Z", end_time="2026-10-01T00:00:00Z")


def test_search_windows(x: Any, world: World) -> None:
    query = {"query": "from:lichtung_inst"}
    some = next(p for p in world.newest_first if p.author.handle == "lichtung_inst").post_id
    x.get("/2/tweets/search/all", 400, **query, since_id=some, start_time="2026-10-01T00:00:00Z")
    x.get("/2/tweets/search/all", 400, **query, until_id=some, end_time="2026-10-01T00:00:00Z")
    x.get("/2/tweets/search/all", 400, **query, end_time="2026-11-02T00:00:55Z")  # now is 00:01:00
    x.get("/2/tweets/search/all", 200, **query, end_time="2026-11-02T00:00:50Z")
    # Without a start, the archive search reaches back 30 days from the end.
    pages = _walk(
        x, "/2/tweets/search/all", "next_token", **query, max_results=500, tweet__fields="created_at"
    )
    oldest = pages[-1]["data"][-1]["created_at"]
    assert "2026-10-03" <= oldest[:10] <= "2026-10-06"


def test_recent_reaches_seven_days(x: Any, world: World) -> None:
    path = "/2/tweets/search/recent"
    pages = _walk(
        x, path, "next_token", query="from:lichtung_inst", max_results=100, tweet__fields="created_at"
    )
    assert min(post["created_at"] for page in pages for post in page["data"])[:10] == "2026-10-26"
    stale = world.newest_first[-1].post_id
    body = x.get(path, 400, query="from:lichtung_inst", since_id=stale)
    assert "'since_id' must be a tweet id created after" in body["errors"][0]["message"]
    x.get(path, 400, query="from:lichtung_inst", start_time="2026-10-20T00:00:00Z")


def test_fields_only_when_asked(x: Any, world: World) -> None:
    post = next(p for p in world.newest_first if p.parent and not p.is_gone)
    assert post.parent is not None
    bare = x.get("/2/tweets", ids=post.post_id)
    assert set(bare["data"][0]) == {"id", "text", "edit_history_tweet_ids"} and set(bare) == {"data"}
    some = x.get("/2/tweets", ids=post.post_id, tweet__fields="lang,public_metrics,nonsense")
    assert set(some["data"][0]) == {"id", "text", "edit_history_tweet_ids", "lang", "public_metrics"}
    more = x.get("/2/tweets", ids=post.post_id, expansions=REF)
    assert {"author_id", "referenced_tweets"} <= set(more["data"][0])
    assert more["includes"]["tweets"][0]["id"] == post.parent.post_id
    assert post.author.account_id in {user["id"] for user in more["includes"]["users"]}


def test_two_dialects(x: Any, world: World) -> None:
    post = next(p for p in world.newest_first if p.parent and not p.is_gone)
    new = x.get(
        "/2/tweets", ids=post.post_id, post__fields="public_metrics,referenced_posts,author_id",
        expansions="referenced_posts,edit_history_post_ids", user__fields="public_metrics",
    )  # fmt: skip
    data = new["data"][0]
    assert "repost_count" in data["public_metrics"] and "referenced_posts" in data
    assert data["edit_history_post_ids"] == [post.post_id]
    assert "author_id" not in data  # in the new dialect an expansion, not a field
    assert "posts" in new["includes"] and "tweets" not in new["includes"]
    mixed = x.get("/2/tweets", ids=post.post_id, post__fields="referenced_tweets,edit_history_tweet_ids")
    assert set(mixed["data"][0]) == {"id", "text"}  # names of the other dialect are dropped without a word
    old = x.get(
        "/2/users/by", usernames="kupferhof", user__fields="public_metrics", expansions="pinned_tweet_id"
    )
    assert "tweet_count" in old["data"][0]["public_metrics"]
    young = x.get(
        "/2/users/by", usernames="kupferhof", user__fields="public_metrics", expansions="pinned_post_id"
    )
    assert "post_count" in young["data"][0]["public_metrics"]


def test_traps(x: Any, world: World) -> None:
    posts = [post for post in world.newest_first if not post.is_gone]
    fields = (
        "referenced_tweets,in_reply_to_user_id,conversation_id,public_metrics,entities,note_tweet,withheld"
    )

    def fetched(post: Any) -> dict[str, Any]:
        return x.get(f"/2/tweets/{post.post_id}", tweet__fields=fields)["data"]

    both = fetched(next(post for post in posts if post.quoted and post.parent))
    assert [reference["type"] for reference in both["referenced_tweets"]] == ["quoted", "replied_to"]
    leading = fetched(next(post for post in posts if post.in_reply_to and not post.parent))
    assert "referenced_tweets" not in leading and leading["conversation_id"] == leading["id"]
    repost = fetched(next(post for post in posts if post.reposted and post.reposted.reposts > 5000))
    assert repost["public_metrics"]["retweet_count"] == 9730 and repost["public_metrics"]["like_count"] == 0
    assert repost["conversation_id"] == repost["id"]
    long = fetched(next(post for post in posts if post.author.handle == "longform_lotta"))
    assert "lichtung_inst" not in long["text"] and "entities" not in long
    assert [m["username"] for m in long["note_tweet"]["entities"]["mentions"]] == ["lichtung_inst"]
    hostile = fetched(next(post for post in posts if "<script>" in post.text))
    assert "&lt;script&gt;" in hostile["text"] and "& " not in hostile["text"].replace("&amp; ", "")
    mention = hostile["entities"]["mentions"][0]
    assert hostile["text"][mention["start"] : mention["end"]] == "@lichtung_inst"
    withheld = fetched(next(post for post in posts if post.withheld_in))
    assert withheld["withheld"] == {"copyright": False, "country_codes": ["DE", "IN"], "scope": "tweet"}


def test_edited_post(x: Any, world: World, us: str) -> None:
    first, second = next(post for post in world.posts.values() if len(post.history) == 2).history
    timeline = _ids(_walk(x, f"/2/users/{us}/tweets", "pagination_token", max_results=100))
    assert second in timeline and first not in timeline
    both = x.get("/2/tweets", ids=f"{first},{second}", tweet__fields="conversation_id")["data"]
    assert [post["conversation_id"] for post in both] == [first, second]
    assert all(post["edit_history_tweet_ids"] == [first, second] for post in both)


def test_partial_errors(x: Any, world: World) -> None:
    deleted = next(post for post in world.posts.values() if post.is_deleted)
    hidden = next(post for post in world.posts.values() if post.author.is_protected)
    fine = next(post for post in world.newest_first if not post.is_gone)
    body = x.get("/2/tweets", ids=f"{deleted.post_id},{fine.post_id},{hidden.post_id},1")
    assert _ids([body]) == [fine.post_id]
    problems = {error["resource_id"]: error for error in body["errors"]}
    assert problems[deleted.post_id]["title"] == problems["1"]["title"] == "Not Found Error"
    assert problems[hidden.post_id]["title"] == "Authorization Error"
    assert problems[hidden.post_id]["section"] == "data"
    alone = x.get(f"/2/tweets/{deleted.post_id}")
    assert "data" not in alone and len(alone["errors"]) == 1
    orphan = next(p for p in world.posts.values() if p.parent and p.parent.is_deleted and not p.is_gone)
    assert orphan.parent is not None
    body = x.get("/2/tweets", ids=orphan.post_id, expansions=REF, tweet__fields="in_reply_to_user_id")
    assert body["data"][0]["in_reply_to_user_id"] == orphan.parent.author.account_id
    assert body["errors"][0]["parameter"] == "referenced_tweets.id" and "tweets" not in body.get(
        "includes", {}
    )
    users = x.get("/2/users/by", usernames="mute_swan_dao,nobody,private_petrel", user__fields="protected")
    assert [error["title"] for error in users["errors"]] == ["Forbidden", "Not Found Error"]
    assert users["data"][0]["protected"] is True
    x.get("/2/tweets", 400, ids=",".join(str(number) for number in range(1, 102)))
    x.get("/2/tweets", 400, ids="abc")
    x.get("/2/tweets", 400)
    petrel = world.accounts["private_petrel"].account_id
    assert "data" not in x.get(f"/2/users/{petrel}/tweets")


def test_quotes(x: Any, world: World) -> None:
    quoted = next(post.quoted for post in world.newest_first if post.quoted and post.parent)
    body = x.get(f"/2/tweets/{quoted.post_id}/quote_tweets", tweet__fields="referenced_tweets")
    count = x.get(f"/2/tweets/{quoted.post_id}", tweet__fields="public_metrics")["data"]["public_metrics"]
    assert body["meta"]["result_count"] == count["quote_count"] == len(body["data"]) > 0
    without = x.get(f"/2/tweets/{quoted.post_id}/quote_tweets", exclude="replies")
    assert without["meta"]["result_count"] < body["meta"]["result_count"]


def test_mentions(x: Any, world: World, us: str) -> None:
    pages = _walk(x, f"/2/users/{us}/mentions", "pagination_token", max_results=100)
    ids = set(_ids(pages))
    lotta = next(post for post in world.posts.values() if post.author.handle == "longform_lotta")
    assert lotta.post_id in ids
    assert not any(world.posts[post_id].reposted or world.posts[post_id].is_gone for post_id in ids)
    third = next(p for p in world.posts.values() if p.author.handle == "dev_ecology" and p.parent)
    assert third.post_id in ids  # our handle leads it, though it is for somebody else


def test_exclude_and_empty(x: Any, us: str) -> None:
    pages = _walk(
        x, f"/2/users/{us}/tweets", "pagination_token", max_results=100, exclude="replies,retweets",
        tweet__fields="referenced_tweets",
    )  # fmt: skip
    kinds = {
        ref["type"] for page in pages for post in page["data"] for ref in post.get("referenced_tweets", [])
    }
    assert kinds <= {"quoted"}
    x.get(f"/2/users/{us}/tweets", 400, exclude="quotes")
    empty = x.get("/2/tweets/search/all", query="from:lichtung_inst zyzzyva")
    assert empty == {"meta": {"result_count": 0}}
    x.get("/2/tweets/search/all", 400, query="from:lichtung_inst", limit=5)  # unknown parameter


def test_completeness_of_replies(x: Any, world: World) -> None:
    """Replies of protected accounts are counted by the network and shown to nobody."""
    asked = next(post for post in world.posts.values() if post.author.is_protected)
    root = asked.parent
    assert root is not None
    count = x.get(f"/2/tweets/{root.post_id}", tweet__fields="public_metrics")["data"]["public_metrics"]
    shown = [p for p in world.posts.values() if p.parent is root and not p.is_gone]
    assert count["reply_count"] == len(shown) + 1


@pytest.mark.clock
def test_limits(serving: Callable[..., Any]) -> None:
    x = serving(limits={"/2/users/by": 2})
    for left in (1, 0):
        answer = x.http.get("/2/users/by", params={"usernames": "kupferhof"})
        assert answer.headers["x-rate-limit-remaining"] == str(left)
        assert answer.headers["x-rate-limit-limit"] == "2" and answer.headers["api-version"]
    answer = x.http.get("/2/users/by", params={"usernames": "kupferhof"})
    assert answer.status_code == 429 and answer.json()["title"] == "Too Many Requests"
    assert int(answer.headers["x-rate-limit-reset"]) - NOW.timestamp() == 900
    x.get("/2/users", ids="12")  # counted apart


@pytest.mark.clock
def test_the_clock_hides_what_is_to_come(serving: Callable[..., Any], world: World, us: str) -> None:
    noon = world.start + timedelta(weeks=9, days=3, hours=10, minutes=20)
    x = serving(now=noon)
    newest = x.get(f"/2/users/{us}/tweets", tweet__fields="created_at,public_metrics")["data"]
    assert newest[0]["created_at"] <= f"{noon:%FT%T.000Z}"
    first, second = next(post for post in world.posts.values() if len(post.history) == 2).history
    early = x.get("/2/tweets", ids=f"{first},{second}", tweet__fields="public_metrics")
    assert early["data"][0]["edit_history_tweet_ids"] == [first]
    assert early["data"][0]["public_metrics"]["reply_count"] == 1
    assert early["errors"][0]["resource_id"] == second
