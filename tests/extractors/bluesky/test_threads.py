"""How a conversation is walked: on where it was cut, and from below where it cannot be seen from above."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from extractors.bluesky import streams
from extractors.bluesky.client import Client
from extractors.bluesky.dialect import DIALECT
from extractors.bluesky.fetchers import FETCHERS
from extractors.bluesky.streams import NETWORK
from extractors.fetching import pager
from extractors.fetching.context import Context
from extractors.fetching.streams import Target, each_of
from extractors.landing import landing_files
from extractors.state.store import open_state
from rapport.config import Client as ClientConfig
from rapport.config import Settings
from rapport.networks import AccountRef
from tests.extractors.bluesky.conftest import ACCESS, RENEWAL
from tests.extractors.bluesky.shapes import answers, did, not_found, post, thread, uri
from tests.extractors.conftest import WINDOW
from tests.extractors.server import Reply, ScriptedX

THREAD, FEED = "/xrpc/app.bsky.feed.getPostThread", "/xrpc/app.bsky.feed.getAuthorFeed"
ROOT = uri("us", "3kroot")
CONFIG = ClientConfig.model_construct(
    id="acme", name="Acme", accounts=[AccountRef(NETWORK, account_id=did("us"))]
)


@pytest.fixture
def context(settings: Settings) -> Iterator[Context]:
    with open_state(settings) as state, Client(settings, sleep=lambda seconds: None) as client:
        yield Context(settings, state, client, "acme", "run-1", WINDOW, lambda message: None)


def reply(name: str, key: str, parent: str = ROOT, **more: Any) -> dict[str, Any]:
    return post(name, key, record=answers(ROOT, parent), **more)


def cut(view: dict[str, Any]) -> dict[str, Any]:
    """A node that has replies, which are not given."""
    return {"post": {**view, "replyCount": 1}}


def walked(context: Context, root: str = ROOT) -> set[str]:
    [target] = each_of([root])
    pager.walk(context, streams.CONVERSATIONS, target)
    return {
        post_id
        for reading in pager.readings(context, streams.CONVERSATIONS, target)
        for post_id in reading.own_ids
    }


def test_a_thread_goes_on_at_each_post_where_it_was_cut(x: ScriptedX, context: Context) -> None:
    a, b, c = (reply("ana", key) for key in ("3ka", "3kb", "3kc"))
    below_a, below_b, last = reply("us", "3kd", a["uri"]), reply("us", "3ke", b["uri"]), reply("us", "3kf")
    x.answer(
        THREAD,
        Reply({"thread": thread(post("us", "3kroot"), cut(a), thread(c), cut(b))}),
        Reply({"thread": thread({**a, "replyCount": 1}, cut(below_a))}),
        Reply({"thread": thread({**b, "replyCount": 1}, thread(below_b))}),
        Reply({"thread": thread({**below_a, "replyCount": 1}, thread(last))}),
    )
    assert walked(context) == {
        view["uri"] for view in (post("us", "3kroot"), a, b, c, below_a, below_b, last)
    }
    assert [query["uri"] for query in x.asked(THREAD)] == [ROOT, a["uri"], b["uri"], below_a["uri"]]
    assert [query["parentHeight"] for query in x.asked(THREAD)] == ["100", "0", "0", "0"]
    assert context.totals.pages == 4


def test_a_post_that_keeps_its_replies_to_itself_is_asked_for_once(x: ScriptedX, context: Context) -> None:
    a = reply("ana", "3ka")
    x.answer(THREAD, Reply({"thread": thread(post("us", "3kroot"), cut(a))}), Reply({"thread": cut(a)}))
    assert walked(context) == {ROOT, a["uri"]}
    assert len(x.requests) == 2


def test_a_post_that_was_deleted_meanwhile_ends_nothing(x: ScriptedX, context: Context) -> None:
    a, b = reply("ana", "3ka"), reply("ana", "3kb")
    x.answer(
        THREAD,
        Reply({"thread": thread(post("us", "3kroot"), cut(a), cut(b))}),
        Reply({"error": "NotFound", "message": f"Post not found: {a['uri']}"}, 400),
        Reply({"thread": thread(b, thread(reply("us", "3kc", b["uri"])))}),
    )
    assert walked(context) == {ROOT, a["uri"], b["uri"], uri("us", "3kc")}


def test_a_root_that_is_gone_is_said_to_be(x: ScriptedX, context: Context) -> None:
    x.answer(THREAD, Reply({"error": "NotFound", "message": f"Post not found: {ROOT}"}, 400))
    assert walked(context) == set()
    [page] = landing_files.run_pages(context.settings.landing_dir, NETWORK, ["conversations"], "run-1")
    assert (page.envelope["status_code"], page.envelope["about_post_id"]) == (400, ROOT)
    [error] = DIALECT.read(page.envelope, page.body).errors
    assert error["resource_id"] == ROOT


def test_as_deep_as_we_ask_a_thread_can_be_read(x: ScriptedX, context: Context) -> None:
    node = cut(reply("ana", "3k100"))
    for number in range(streams.THREAD_DEPTH - 1, 0, -1):
        node = thread(reply("ana", f"3k{number}"), node)
    whole = thread(post("us", "3kroot"), node)
    x.answer(THREAD, Reply({"thread": whole}), Reply({"thread": thread(reply("ana", "3k100"))}))
    assert len(walked(context)) == streams.THREAD_DEPTH + 1


def test_what_stands_below_a_deleted_post_is_asked_for_from_below(x: ScriptedX, context: Context) -> None:
    gone = uri("ana", "3kgone")
    ours, after = reply("us", "3kc", gone), reply("ben", "3kd", uri("us", "3kc"))
    seen = reply("us", "3ke")
    x.answer(FEED, Reply({"feed": [{"post": ours}, {"post": seen}, {"post": post("us", "3kother")}]}))
    x.answer(
        THREAD,
        Reply({"thread": thread(post("us", "3kroot", replyCount=0), thread(seen))}),
        Reply({"thread": thread(ours, thread(after), parent=not_found(gone))}),
    )
    FETCHERS["own_posts"](context, CONFIG, {"stream": "own_posts"})
    FETCHERS["conversations"](context, CONFIG, {"stream": "conversations", "targets": [ROOT]})
    assert [query["uri"] for query in x.asked(THREAD)] == [ROOT, ours["uri"]]
    # From now on it is asked for as a conversation of its own, as long as somebody writes in it.
    at = datetime.fromisoformat("2026-05-01T10:00:00Z")
    known = context.state.active_conversations(NETWORK, "acme", at, WINDOW.end)
    assert {ROOT, ours["uri"]} <= set(known)


def test_a_feed_is_walked_down_to_the_window_and_no_further(x: ScriptedX, context: Context) -> None:
    def page(day: str, cursor: str) -> Reply:
        view = post("us", f"3k{day}", record={"createdAt": f"2026-{day}T10:00:00Z"})
        return Reply({"feed": [{"post": view}], "cursor": cursor})

    x.answer(FEED, page("05-09", "a"), page("05-02", "b"), page("04-29", "c"), page("04-28", "d"))
    FETCHERS["own_posts"](context, CONFIG, {"stream": "own_posts"})
    assert [query.get("cursor") for query in x.asked(FEED)] == [None, "a", "b"]
    assert {query["actor"] for query in x.asked(FEED)} == {did("us")}


def test_mentions_of_those_whose_password_we_have(x: ScriptedX, context: Context) -> None:
    def page(day: str, cursor: str, written: str | None = None) -> Reply:
        view = post("ben", f"3k{day}", record={"createdAt": f"{written or f'2026-{day}'}T10:00:00Z"})
        return Reply(
            {
                "notifications": [{**view, "reason": "mention", "indexedAt": f"2026-{day}T10:00:00Z"}],
                "cursor": cursor,
            }
        )

    x.answer(
        "/xrpc/com.atproto.server.createSession",
        Reply({"accessJwt": ACCESS, "refreshJwt": RENEWAL, "did": did("us"), "handle": "us.test"}),
    )
    path = "/xrpc/app.bsky.notification.listNotifications"
    # An old post that the network has only just seen does not end the walk.
    x.answer(
        path, page("05-07", "a", "2019-01-01"), page("05-03", "b"), page("04-29", "c"), page("04-28", "d")
    )
    both = [AccountRef(NETWORK, handle="US.test"), AccountRef(NETWORK, account_id=did("ana"))]
    config = CONFIG.model_copy(update={"accounts": both})
    context.state.remember_handles(NETWORK, {"us.test": did("us")})
    FETCHERS["mentions"](context, config, {"stream": "mentions"})
    assert [query.get("cursor") for query in x.asked(path)] == [None, "a", "b"]
    assert x.requests[1].pairs[-3:] == [
        ("reasons", "mention"),
        ("reasons", "reply"),
        ("reasons", "quote"),
    ] or {value for name, value in x.requests[1].pairs if name == "reasons"} == {"mention", "reply", "quote"}
    [*pages] = landing_files.run_pages(context.settings.landing_dir, NETWORK, ["mentions"], "run-1")
    assert len(pages) == 3 and {page.envelope["target"] for page in pages} == {did("us")}


def test_posts_that_are_missing_are_looked_up_by_twenty_five() -> None:
    ids = [uri("us", f"3k{number}") for number in range(30)]
    repost, handle = uri("us", "3kr", "app.bsky.feed.repost"), "at://us.test/app.bsky.feed.post/3k"
    targets = DIALECT.post_targets([*ids, repost, handle], None)
    asked = [dict(target.parameters)["uris"] for target in targets]
    assert [len(batch) for batch in asked] == [25, 5]
    assert [post_id for batch in asked for post_id in batch] == ids


def test_only_what_is_not_found_is_remembered_as_gone() -> None:
    counts = {}
    for kind in ("notFound", "blocked", "detached"):
        quoting = post("ben", "3kb", embed={"record": {"uri": ROOT, kind: True}})
        [error] = DIALECT.read({"data_kind": "post"}, {"posts": [quoting]}).errors
        counts[kind] = DIALECT.is_about_asked(error)
    assert counts == {"notFound": True, "blocked": False, "detached": False}


def test_an_answer_without_what_was_asked_for_is_a_fault(x: ScriptedX, context: Context) -> None:
    x.answer(FEED, Reply({"items": []}))
    with pytest.raises(Exception, match="without the member"):
        pager.walk(context, streams.OWN_POSTS, Target(did("us"), path_id=did("us")))
