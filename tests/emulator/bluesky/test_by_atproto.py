"""The client that others wrote reads the world on Bluesky as the script wrote it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from atproto import Client, Request, models
from atproto.exceptions import BadRequestError, UnauthorizedError
from atproto_client.exceptions import RequestErrorBase

from emulator.bluesky.sessions import app_password
from emulator.elsewhere.ids import did
from emulator.elsewhere.model import BLUESKY, Elsewhere, Said
from tests.clock import NOW
from tests.emulator.conftest import TOKEN, Served

US = "lichtung.test"


def _client(url: str) -> Client:
    """Patient: a busy machine takes longer than the 5 s that httpx allows."""
    return Client(base_url=f"{url}/xrpc", request=Request(timeout=60))


@pytest.fixture(scope="module")
def sky(x: Served) -> Client:
    return _client(x.url)


@pytest.fixture(scope="module")
def us(x: Served) -> Client:
    """Logged in as ourselves."""
    client = _client(x.url)
    client.login(US, app_password(TOKEN, US))
    return client


def _said(elsewhere: Elsewhere, text: str) -> Said:
    return next(post for post in elsewhere.posts.values() if post.network == BLUESKY and text in post.text)


def _walk(call: Callable[[dict[str, Any]], Any], name: str, **asked: Any) -> Iterator[Any]:
    cursor = None
    while True:
        page = call({**asked, "cursor": cursor})
        yield from getattr(page, name)
        cursor = page.cursor
        if cursor is None:
            return


def test_author_feed_is_all_that_was_written_newest_first(sky: Client, elsewhere: Elsewhere) -> None:
    expected = [
        post.reposted_id or post.post_id for post in elsewhere.by(BLUESKY, did(US)) if post.exists_at(NOW)
    ]
    for limit in (7, 100):
        feed = list(_walk(sky.app.bsky.feed.get_author_feed, "feed", actor=US, limit=limit))
        assert [item.post.uri for item in feed] == expected
    roots = list(
        _walk(sky.app.bsky.feed.get_author_feed, "feed", actor=US, limit=100, filter="posts_no_replies")
    )
    assert all(item.reply is None for item in roots) and 70 < len(roots) < len(expected)


def test_a_repost_has_its_own_record_and_time(sky: Client, elsewhere: Elsewhere) -> None:
    feed = sky.app.bsky.feed.get_author_feed({"actor": "robin.sky.test"}).feed
    assert len(feed) == 4
    reposts = {post.post_id: post for post in elsewhere.by(BLUESKY, did("robin.sky.test"))}
    for item in feed:
        repost = reposts[item.reason.uri]
        assert item.post.uri == repost.reposted_id and item.post.author.handle == US
        assert datetime.fromisoformat(item.reason.indexed_at) - repost.created_at < timedelta(seconds=1)
        shared = sky.app.bsky.feed.get_reposted_by({"uri": item.post.uri}).reposted_by
        assert "robin.sky.test" in {account.handle for account in shared}


def test_a_thread_both_ways_and_cut(sky: Client, elsewhere: Elsewhere) -> None:
    """From the root all replies, from the last one all parents; a cut node has no `replies`, a leaf an empty list."""
    talk = [
        post for post in elsewhere.posts.values() if post.author_id == did("rita.sky.test") and post.parent_id
    ]
    last = max(talk, key=lambda post: post.created_at)
    raw = sky.app.bsky.feed.get_post_thread(
        {"uri": last.root_id, "depth": 1000, "parent_height": 1000}
    ).thread
    seen, height = [], 0
    node: Any = raw
    while node.replies:
        node = next(reply for reply in node.replies if reply.post.uri in _line(elsewhere, last))
        seen.append(node.post.uri)
    assert seen == _line(elsewhere, last)[1:] and node.replies == []
    above: Any = sky.app.bsky.feed.get_post_thread({"uri": seen[-1], "depth": 0}).thread
    assert above.replies is None
    while above.parent:
        above, height = above.parent, height + 1
    assert above.post.uri == last.root_id and height == len(seen)
    cut: Any = sky.app.bsky.feed.get_post_thread({"uri": seen[-1], "parent_height": 1}).thread
    assert cut.parent.post.uri == seen[-2] and cut.parent.parent is None


def _line(elsewhere: Elsewhere, last: Said) -> list[str]:
    """The thread that `last` is in, from the root down to its end; it has no branches."""
    line = [str(last.root_id)]
    while replies := [reply for reply in elsewhere.replies(BLUESKY, line[-1]) if reply.author_id in
                      (did("rita.sky.test"), did(US), did("yara.lichtung.test"))]:  # fmt: skip
        line.append(replies[0].post_id)
    return line


def test_a_deleted_middle_leaves_no_trace_from_above(sky: Client, elsewhere: Elsewhere) -> None:
    child = _said(elsewhere, "On 44 of them")
    root = sky.app.bsky.feed.get_post_thread({"uri": child.root_id}).thread
    assert root.post.reply_count == 0 and root.replies == []
    orphan = sky.app.bsky.feed.get_post_thread({"uri": child.post_id}).thread
    reply = orphan.post.record.reply
    assert (reply.root.uri, reply.parent.uri) == (child.root_id, child.parent_id)
    assert orphan.parent.py_type.endswith("#notFoundPost") and orphan.parent.uri == child.parent_id
    fed = next(item for item in _walk(sky.app.bsky.feed.get_author_feed, "feed", actor=US) if
               item.post.uri == child.post_id)  # fmt: skip
    assert fed.reply.parent.py_type.endswith("#notFoundPost") and fed.reply.root.uri == child.root_id
    assert (
        sky.app.bsky.feed.get_posts({"uris": [child.parent_id, child.post_id]}).posts[0].uri == child.post_id
    )
    with pytest.raises(BadRequestError) as gone:
        sky.app.bsky.feed.get_post_thread({"uri": child.parent_id})
    assert gone.value.response.content.error == "NotFound"


def test_before_it_was_deleted_it_was_there(serving: Callable[..., Served], elsewhere: Elsewhere) -> None:
    child = _said(elsewhere, "On 44 of them")
    early = _client(serving(now=child.created_at + timedelta(hours=1)).url)
    thread = early.app.bsky.feed.get_post_thread({"uri": child.root_id}).thread
    assert [reply.post.uri for reply in thread.replies] == [child.parent_id]
    assert thread.replies[0].replies[0].post.uri == child.post_id


def test_a_block_between_two_others_hides_and_counts(sky: Client, elsewhere: Elsewhere) -> None:
    reply = _said(elsewhere, "Roofs are no forests.")
    parent = sky.app.bsky.feed.get_post_thread({"uri": reply.parent_id}).thread
    assert parent.post.reply_count == 2
    assert [node.post.author.handle for node in parent.replies] == [US]
    below = sky.app.bsky.feed.get_post_thread({"uri": reply.post_id}).thread
    assert below.parent.py_type.endswith("#blockedPost") and below.parent.author.did == did("bea.sky.test")


def test_a_gate_shuts_out_and_does_not_count(sky: Client, us: Client, elsewhere: Elsewhere) -> None:
    reply = _said(elsewhere, "But why?")
    answer = sky.app.bsky.feed.get_post_thread({"uri": reply.root_id})
    assert answer.thread.post.reply_count == 0 and answer.thread.replies == []
    assert answer.threadgate.record.allow == []
    alone = sky.app.bsky.feed.get_post_thread({"uri": reply.post_id}).thread
    assert alone.parent is None and alone.replies is None
    told = _walk(us.app.bsky.notification.list_notifications, "notifications", limit=100)
    assert reply.post_id not in {notification.uri for notification in told}


def test_likes_have_their_time(sky: Client, elsewhere: Elsewhere) -> None:
    liked = [post for post in elsewhere.of(BLUESKY) if post.likes]
    assert len(liked) > 40
    for post in liked[:20]:
        likes = _walk(sky.app.bsky.feed.get_likes, "likes", uri=post.post_id, limit=2)
        told = [(like.actor.did, datetime.fromisoformat(like.created_at)) for like in likes]
        expected = [like for like in post.likes if like[1] <= NOW]
        assert sorted(told) == sorted(expected) and [at for _, at in told] == sorted(
            (at for _, at in expected), reverse=True
        )


def test_quotes_and_what_they_quote(sky: Client, elsewhere: Elsewhere) -> None:
    quote = next(post for post in elsewhere.of(BLUESKY) if post.author_id == did("quinn.sky.test"))
    shown = sky.app.bsky.feed.get_quotes({"uri": str(quote.quoted_id)}).posts
    assert quote.post_id in [post.uri for post in shown]
    post = next(post for post in shown if post.uri == quote.post_id)
    assert post.embed.record.uri == post.record.embed.record.uri == quote.quoted_id
    assert post.embed.record.value.text == elsewhere.posts[BLUESKY, str(quote.quoted_id)].text
    assert sky.app.bsky.feed.get_posts({"uris": [str(quote.quoted_id)]}).posts[0].quote_count == len(shown)


def test_facets_count_bytes(sky: Client, elsewhere: Elsewhere) -> None:
    post = _said(elsewhere, "Så fine bøker")
    record = sky.app.bsky.feed.get_posts({"uris": [post.post_id]}).posts[0].record
    (facet,) = record.facets
    assert record.text.encode()[facet.index.byte_start : facet.index.byte_end].decode() == f"@{US}"
    assert facet.index.byte_start > record.text.index(f"@{US}")
    assert facet.features[0].did == did(US)


def test_notifications_tell_what_was_turned_to_us(us: Client, elsewhere: Elsewhere) -> None:
    told = list(_walk(us.app.bsky.notification.list_notifications, "notifications", limit=50))
    addressed = {act.post_id for act in elsewhere.acts[BLUESKY] if act.to_id == did(US)}
    posts = {one.uri: one for one in told if one.reason in ("reply", "mention", "quote")}
    assert addressed <= posts.keys()
    assert {elsewhere.people[BLUESKY, elsewhere.posts[BLUESKY, uri].author_id].handle for uri in posts} >= {
        "stella.sky.test", "wanda.sky.test", "quinn.sky.test", "moss.wald.test.ap.brid.gy",
    }  # fmt: skip
    likes = [one for one in told if one.reason == "like"]
    ours = [post for post in elsewhere.by(BLUESKY, did(US)) if post.exists_at(NOW)]
    assert len(likes) == sum(at <= NOW for post in ours for _, at in post.likes)
    assert {one.reason for one in told} == {"reply", "mention", "quote", "like", "repost"}
    mentions = us.app.bsky.notification.list_notifications(
        {"reasons": ["mention"], "limit": 100}
    ).notifications
    assert mentions and {one.reason for one in mentions} == {"mention"}


def test_what_accounts_say_of_themselves(sky: Client) -> None:
    actors = ["threadfold.test", "moss.wald.test.ap.brid.gy", did("emil.sky.test"), "nobody.test"]
    profiles = sky.app.bsky.actor.get_profiles({"actors": actors}).profiles
    assert [[label.val for label in profile.labels] for profile in profiles] == [
        ["bot"], ["bridged-from-bridgy-fed-activitypub"], [],
    ]  # fmt: skip
    assert profiles[2].display_name == "Emil Ødegård 🌲" and profiles[2].handle == "emil.sky.test"
    us = sky.app.bsky.actor.get_profile({"actor": US})
    assert us.followers_count == 6240 and us.posts_count > 100
    assert sky.com.atproto.identity.resolve_handle({"handle": US}).did == us.did == did(US)


def test_a_copy_names_its_original(sky: Client, elsewhere: Elsewhere) -> None:
    feed = sky.app.bsky.feed.get_author_feed({"actor": "moss.wald.test.ap.brid.gy"}).feed
    assert len(feed) == 3
    for item in feed:
        original = elsewhere.posts["mastodon", str(elsewhere.posts[BLUESKY, item.post.uri].bridged_from)[9:]]
        key = item.post.uri.rpartition("/")[2]
        record = sky.com.atproto.repo.get_record(
            {"repo": item.post.author.did, "collection": "app.bsky.feed.post", "rkey": key}
        )
        assert record.cid == item.post.cid
        assert record.value["bridgyOriginalUrl"] == f"https://wald.test/@moss/{original.number}"


def test_a_clock_that_is_ahead(sky: Client, elsewhere: Elsewhere) -> None:
    post = _said(elsewhere, "Ringing the bell")
    shown = sky.app.bsky.feed.get_posts({"uris": [post.post_id]}).posts[0]
    claimed, seen = (datetime.fromisoformat(at) for at in (shown.record.created_at, shown.indexed_at))
    assert claimed - seen == timedelta(weeks=5) and seen == post.created_at


@pytest.mark.parametrize(
    ("method", "asked", "status", "error", "message"),
    [
        ("app.bsky.feed.getAuthorFeed", {"actor": US, "limit": "101"}, 400, "InvalidRequest",
         "Invalid app.bsky.feed.getAuthorFeed params: integer too big (maximum 100, got 101)"),
        ("app.bsky.feed.getAuthorFeed", {"actor": US, "limit": "0"}, 400, "InvalidRequest",
         "Invalid app.bsky.feed.getAuthorFeed params: integer too small (minimum 1, got 0)"),
        ("app.bsky.feed.getAuthorFeed", {"actor": US, "limit": "x"}, 400, "InvalidRequest",
         'Invalid app.bsky.feed.getAuthorFeed params: Expected integer value type (got "x")'),
        ("app.bsky.feed.getAuthorFeed", {"actor": "nobody.test"}, 400, "InvalidRequest", "Profile not found"),
        ("app.bsky.feed.getAuthorFeed", {"actor": US, "cursor": "nix"}, 500, "InternalServerError",
         "Internal Server Error"),
        ("app.bsky.actor.getProfile", {}, 400, "InvalidRequest",
         'Invalid app.bsky.actor.getProfile params: Missing required key "actor"'),
        ("app.bsky.actor.getProfile", {"actor": "not a handle"}, 400, "InvalidRequest",
         'Invalid app.bsky.actor.getProfile params: Invalid AT identifier (got "not a handle")'),
        ("app.bsky.feed.getPosts", {"uris": [f"at://{US}/app.bsky.feed.post/{n}" for n in range(26)]}, 400,
         "InvalidRequest", "Invalid app.bsky.feed.getPosts params: array too big (maximum 25, got 26)"),
        ("app.bsky.feed.getPostThread", {"uri": "nix"}, 400, "InvalidRequest",
         'Invalid app.bsky.feed.getPostThread params: Invalid at-uri (got "nix")'),
        ("app.bsky.feed.getPostThread", {"uri": "at://did:plc:a/app.bsky.feed.post/b"}, 400, "NotFound",
         "Post not found: at://did:plc:a/app.bsky.feed.post/b"),
        ("com.atproto.identity.resolveHandle", {"handle": "nix"}, 400, "InvalidRequest",
         'Invalid com.atproto.identity.resolveHandle params: Invalid handle (got "nix")'),
        ("com.atproto.identity.resolveHandle", {"handle": "nobody.test"}, 400, "InvalidRequest",
         "Unable to resolve handle"),
        ("com.atproto.repo.getRecord", {"repo": "nobody.test", "collection": "app.bsky.feed.post", "rkey": "a"}, 400,
         "InvalidRequest", "Could not find repo: nobody.test"),
        ("app.bsky.notification.listNotifications", {}, 401, "AuthMissing", "Authentication Required"),
        ("app.bsky.feed.searchPosts", {"q": "beech"}, 403, "Forbidden", "Forbidden"),
        ("app.bsky.nix.nix", {}, 501, "MethodNotImplemented", "Method Not Implemented"),
    ],
)  # fmt: skip
def test_refusals_in_the_networks_words(
    x: Served, method: str, asked: dict[str, Any], status: int, error: str, message: str
) -> None:
    answer = x.http.get(f"/xrpc/{method}", params=asked, headers={"Authorization": ""})
    assert (answer.status_code, answer.json()) == (status, {"error": error, "message": message})


def test_sessions_end_and_are_renewed(serving: Callable[..., Served]) -> None:
    served = serving(now=NOW)
    client = _client(served.url)
    with pytest.raises(UnauthorizedError):
        client.login(US, "wrong")
    client.login(US, app_password(TOKEN, US))
    later = serving(now=NOW + timedelta(hours=3))
    old = {"Authorization": f"Bearer {client._session.access_jwt}"}
    listing = "/xrpc/app.bsky.notification.listNotifications"
    assert later.http.get(listing, headers=old).json()["error"] == "ExpiredToken"
    renewal = {"Authorization": f"Bearer {client._session.refresh_jwt}"}
    renewed = later.http.post("/xrpc/com.atproto.server.refreshSession", headers=renewal)
    assert renewed.status_code == 200
    fresh = {"Authorization": f"Bearer {renewed.json()['accessJwt']}"}
    assert later.http.get(listing, headers=fresh).status_code == 200
    again = later.http.post("/xrpc/com.atproto.server.refreshSession", headers=renewal)
    assert (again.status_code, again.json()["error"]) == (400, "ExpiredToken")
    assert later.http.get(listing, headers={"Authorization": "Bearer nix"}).json()["error"] == "InvalidToken"


def test_an_account_may_log_in_thirty_times_in_five_minutes(serving: Callable[..., Served]) -> None:
    served = serving()
    order = {"identifier": "leo.sky.test", "password": app_password(TOKEN, "leo.sky.test")}
    answers = [served.http.post("/xrpc/com.atproto.server.createSession", json=order) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert answers[-1].json()["error"] == "RateLimitExceeded"


def test_requests_are_counted_and_end(serving: Callable[..., Served]) -> None:
    served = serving(limits={BLUESKY: 3})
    path = f"/xrpc/app.bsky.actor.getProfile?actor={US}"
    answers = [served.http.get(path, headers={"Authorization": ""}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert answers[3].headers["ratelimit-policy"] == "3;w=300"
    assert int(answers[3].headers["ratelimit-reset"]) == int(NOW.timestamp()) + 300


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [("too many", 429, "RateLimitExceeded"), ("server error", 500, "InternalServerError"),
     ("session over", 400, "ExpiredToken"), ("forbidden", 403, "Forbidden")],
)  # fmt: skip
def test_faults_speak_the_networks_language(
    serving: Callable[..., Served], kind: str, status: int, error: str
) -> None:
    served = serving()
    plan = [{"kind": kind, "endpoint": "/xrpc/app.bsky.feed.getAuthorFeed"}]
    assert served.http.put("/emulator/faults", json=plan).status_code == 200
    client = _client(served.url)
    with pytest.raises(RequestErrorBase) as failed:
        client.app.bsky.feed.get_author_feed({"actor": US})
    answer = failed.value.response
    assert answer is not None and (answer.status_code, answer.content.error) == (status, error)
    if status == 429:
        assert int(answer.headers["ratelimit-reset"]) == int(NOW.timestamp()) + 60
    assert client.app.bsky.feed.get_author_feed({"actor": US}).feed


def test_a_cursor_that_repeats(serving: Callable[..., Served]) -> None:
    served = serving()
    served.http.put("/emulator/faults", json=[{"kind": "token repeats", "pages": "later", "times": 1}])
    client = _client(served.url)
    first = client.app.bsky.feed.get_author_feed({"actor": US, "limit": 10})
    second = client.app.bsky.feed.get_author_feed({"actor": US, "limit": 10, "cursor": first.cursor})
    assert second.cursor == first.cursor and second.feed[0].post.uri != first.feed[0].post.uri


def test_models_hold_for_all_that_is_served(sky: Client, elsewhere: Elsewhere) -> None:
    """Every post passes through the client's own models, which refuse what the lexicons do not allow."""
    uris = [post.post_id for post in elsewhere.of(BLUESKY) if post.exists_at(NOW) and not post.reposted_id]
    found = [
        post
        for start in range(0, len(uris), 25)
        for post in sky.app.bsky.feed.get_posts({"uris": uris[start : start + 25]}).posts
    ]
    assert [post.uri for post in found] == uris
    assert all(models.is_record_type(post.record, models.ids.AppBskyFeedPost) for post in found)
    assert {post.uri: post.record.text for post in found} == {
        uri: elsewhere.posts[BLUESKY, uri].text for uri in uris
    }
