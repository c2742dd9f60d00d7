"""Changes and faults on order, on the networks beside X."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from emulator.demo import demo_config
from emulator.elsewhere.ids import did
from emulator.elsewhere.model import BLUESKY, MASTODON, Elsewhere
from tests.clock import NOW
from tests.emulator.conftest import TOKEN, Served

US = "lichtung.test"
ORDERS = {"Authorization": f"Bearer {TOKEN}"}


def _order(served: Served, verb: str, status: int = 200, **what: Any) -> Any:
    answer = served.http.post(f"/emulator/elsewhere/{verb}", json=what, headers=ORDERS)
    assert answer.status_code == status, answer.text
    return answer.json().get("done")


def _spoil(served: Served, *faults: dict[str, Any]) -> None:
    assert served.http.put("/emulator/faults", json=list(faults), headers=ORDERS).status_code == 200


def _thread(served: Served, uri: str) -> dict[str, Any]:
    return served.get("/xrpc/app.bsky.feed.getPostThread", uri=uri)["thread"]


@pytest.fixture
def bare(serving: Callable[..., Served]) -> Served:
    """A caller without X's token, which means nothing to the other networks."""
    served = serving()
    served.http.headers.pop("Authorization")
    return served


def test_what_is_said_on_order_is_shown_and_can_go(bare: Served, elsewhere: Elsewhere) -> None:
    kept = dict(elsewhere.posts)
    try:
        root = _order(bare, "say", network=BLUESKY, author=US, text="News from the tower.", minutes_ago=9)
        reply = _order(bare, "say", network=BLUESKY, author="leo.sky.test", text="Which?", parent_id=root)
        assert root.startswith(f"at://{did(US)}/app.bsky.feed.post/")
        assert [node["post"]["uri"] for node in _thread(bare, root)["replies"]] == [reply]
        _order(bare, "like", network=BLUESKY, post_id=root, handle="rita.sky.test")
        _order(bare, "delete", network=BLUESKY, post_ids=[reply])
        after = _thread(bare, root)
        assert (after["replies"], after["post"]["likeCount"], after["post"]["replyCount"]) == ([], 1, 0)
        _order(bare, "restore", network=BLUESKY, post_ids=[reply])
        assert _thread(bare, root)["post"]["replyCount"] == 1
        toot = _order(bare, "say", network=MASTODON, author="sven@fedi.test", text="Hello @lichtung@wald.test",
                      to=["lichtung@wald.test"])  # fmt: skip
        _order(bare, "edit", network=MASTODON, post_id=toot, text="Goodbye @lichtung@wald.test")
        number = toot.rpartition("/")[2]
        shown = bare.get(f"/mastodon/fedi.test/api/v1/statuses/{number}")
        assert "Goodbye" in shown["content"] and shown["edited_at"]
        _order(bare, "edit", 400, network=BLUESKY, post_id=root, text="never")
        _order(bare, "like", 400, network=BLUESKY, post_id=root, handle="nobody.test")
    finally:
        elsewhere.posts.clear()
        elsewhere.posts.update(kept)
        elsewhere.forget_caches()


def test_orders_need_the_token(bare: Served) -> None:
    order = {"network": BLUESKY, "author": US, "text": "x"}
    assert bare.http.post("/emulator/elsewhere/say", json=order).status_code == 401


def test_faults_of_mastodon_speak_its_language(bare: Served) -> None:
    path = "/mastodon/wald.test/api/v1/accounts/lookup"
    _spoil(bare, {"kind": "too many", "endpoint": "/mastodon/:host/api/v1/accounts/lookup"})
    failed = bare.http.get(path, params={"acct": "lichtung"})
    assert (failed.status_code, failed.json()) == (429, {"error": "Too Many Requests"})
    resets_at = datetime.fromisoformat(failed.headers["x-ratelimit-reset"])
    assert resets_at == NOW.replace(microsecond=0) + timedelta(minutes=1)
    account = bare.get(path, acct="lichtung")["id"]
    statuses = f"/mastodon/wald.test/api/v1/accounts/{account}/statuses"
    whole = bare.http.get(statuses, params={"limit": 5}).json()
    _spoil(bare, {"kind": "late", "ids": [whole[1]["uri"]]}, {"kind": "doubled"})
    spoiled = bare.http.get(statuses, params={"limit": 5}).json()
    assert [row["uri"] for row in spoiled] == [row["uri"] for row in whole[:1] + whole[2:] for _ in range(2)]
    assert bare.http.get(statuses, params={"limit": 5}).json() == whole


def test_a_parent_is_deleted_two_days_after_the_script(
    serving: Callable[..., Served], elsewhere: Elsewhere
) -> None:
    """Our answer says what it answers; two days later it does not, and still names whom."""
    answer = next(post for post in elsewhere.posts.values() if "211 would make it" in post.text)
    shown = []
    for days in (0, 3):
        served = serving(now=NOW + timedelta(days=days))
        served.http.headers.pop("Authorization")
        shown.append(served.get(f"/mastodon/wald.test/api/v1/statuses/{answer.number}"))
    assert shown[0]["in_reply_to_id"] and shown[1]["in_reply_to_id"] is None
    assert [mention["acct"] for status in shown for mention in status["mentions"]] == ["dora@fedi.test"] * 2


def test_the_demo_follows_only_the_networks_it_is_told() -> None:
    until = date(2026, 11, 2)
    alone, all_of_them = demo_config(until), demo_config(until, ("x", "bluesky", "mastodon"))
    assert "bluesky" not in alone and "[[people]]" not in alone
    assert all_of_them.count("[[people]]") == 2 and '"mastodon:@kupferhof@handwerk.test"' in all_of_them
    assert demo_config(until, ("x", "bluesky")).count("[[people]]") == 0
