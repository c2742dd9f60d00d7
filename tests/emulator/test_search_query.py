"""The search language, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.model import World


def _found(x: Any, query: str, **more: Any) -> list[dict[str, Any]]:
    """All results of a search over the whole world."""
    fields = "author_id,conversation_id,in_reply_to_user_id,referenced_tweets"
    asked = {
        "query": query,
        "start_time": "2020-01-01T00:00:00Z",
        "max_results": 500,
        "tweet__fields": fields,
    }
    data: list[dict[str, Any]] = []
    token = None
    while True:
        body = x.get("/2/tweets/search/all", **asked, **more, **({"next_token": token} if token else {}))
        data += body.get("data", [])
        token = body["meta"].get("next_token")
        if not token:
            return data


def _kinds(post: dict[str, Any]) -> set[str]:
    return {reference["type"] for reference in post.get("referenced_tweets", [])}


def test_operators(x: Any, world: World) -> None:
    us = world.accounts["lichtung_inst"].account_id
    own = _found(x, "from:Lichtung_Inst")
    assert own and {post["author_id"] for post in own} == {us}
    assert _found(x, f"from:{us}") == own
    replies = _found(x, "from:lichtung_inst is:reply")
    assert replies and all("replied_to" in _kinds(post) for post in replies)
    rest = _found(x, "from:lichtung_inst -is:reply")
    assert len(replies) + len(rest) == len(own)
    assert {post["in_reply_to_user_id"] for post in _found(x, "to:@lichtung_inst")} == {us}
    assert len(_found(x, "from:lichtung_inst is:retweet")) == 2


def test_conversation_with_or_and_parentheses(x: Any, world: World) -> None:
    wonder = next(post for post in world.posts.values() if post.author.handle == "gil_pedantic")
    edited = next(post for post in world.posts.values() if len(post.history) == 2)
    first, second = (
        _found(x, f"conversation_id:{root}") for root in (wonder.conversation_id, edited.history[0])
    )
    assert len(first) == 47  # the root, 40 replies, 6 answers
    both = _found(x, f"conversation_id:{wonder.conversation_id} OR conversation_id:{edited.history[0]}")
    assert {post["id"] for post in both} == {post["id"] for post in first + second}
    grouped = _found(
        x,
        f"(conversation_id:{wonder.conversation_id} OR conversation_id:{edited.history[0]}) from:gil_pedantic",
    )
    assert len(grouped) == 40
    # AND binds tighter than OR.
    loose = _found(
        x,
        f"conversation_id:{wonder.conversation_id} OR conversation_id:{edited.history[0]} from:gil_pedantic",
    )
    assert len(loose) == 47


def test_words(x: Any) -> None:
    assert [post["id"] for post in _found(x, "mycorrhiza")] == [
        post["id"] for post in _found(x, "#Mycorrhiza")
    ]
    assert _found(x, '"leaf movement"') and not _found(x, '"movement leaf"')
    assert _found(x, "leaf movement -beech") == []
    assert all("retweeted" not in _kinds(post) for post in _found(x, "breathing"))
    mentions = _found(x, "@min_forests_eu")
    assert len(mentions) == 5


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("foo:bar", "invalid operator 'foo'"),
        ("is:nonsense from:a", "is:nonsense"),
        ("(from:a OR from:b", "without its ')'"),
        ("from:a)", "without its '('"),
        ("from:a OR", "operand is missing"),
        ("-from:a", "stand alone"),
        ("is:reply", "stand alone"),
        ("-(from:a from:b)", "groups cannot be negated"),
        ("conversation_id:abc", "is no id"),
        ("from:", "needs a value"),
        ("", "can not be empty"),
        ("a" * 1025, "too long"),
    ],
)
def test_refused(x: Any, query: str, says: str) -> None:
    body = x.get("/2/tweets/search/all", 400, query=query)
    assert body["title"] == "Invalid Request" and body["type"].endswith("/problems/invalid-request")
    assert says in body["errors"][0]["message"]


def test_recent_is_shorter(x: Any) -> None:
    long = " OR ".join(f"from:somebody{number:04}" for number in range(30))
    assert 512 < len(long) < 1024
    x.get("/2/tweets/search/recent", 400, query=long)
    x.get("/2/tweets/search/all", query=long)
