"""The translator: what stands on a page comes out in raw's words, each once, whatever else stands there."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.bluesky.objects import translated
from extractors.translation import Translated
from rapport.networks import BLUESKY
from tests.extractors.bluesky.shapes import (
    answers,
    author,
    blocked,
    did,
    mention,
    not_found,
    post,
    quoted_view,
    thread,
    uri,
)

Json = dict[str, Any]
ROOT = uri("us", "3kroot")


def found(body: Json, kind: str = "post", section: str = "data", **envelope: Any) -> list[Json]:
    return [
        item.common for item in translated(envelope, body) if (item.kind, item.section) == (kind, section)
    ]


def one(view: Json) -> Json:
    [common] = found({"posts": [view]})
    return common


def test_a_post_in_raws_words() -> None:
    view = post("ben", "3kb", "hallo", {**answers(ROOT, uri("ana", "3ka")), "langs": ["de-AT", "en"]})
    [item, by] = translated({}, {"posts": [view]})
    assert item == Translated(
        "post",
        "data",
        0,
        {
            "id": uri("ben", "3kb"),
            "author_id": did("ben"),
            "created_at": "2026-05-01T10:00:00.000Z",
            "text": "hallo",
            "conversation_id": ROOT,
            "in_reply_to_user_id": did("ana"),
            "lang": "de",
            "referenced_tweets": [{"type": "replied_to", "id": uri("ana", "3ka")}],
            "public_metrics": {
                "reply_count": 2,
                "repost_count": 1,
                "like_count": 3,
                "quote_count": 0,
                "bookmark_count": 0,
            },
            "asks_for_login": False,
        },
        {**view, "author": {"did": did("ben")}},
    )
    assert (by.kind, by.section, by.position, by.payload) == ("user", "includes", 0, view["author"])
    assert BLUESKY.is_post_id(item.common["id"]) and BLUESKY.is_account_id(item.common["author_id"])


def test_what_answers_nothing_is_a_conversation_of_its_own() -> None:
    common = one(post("us", "3kroot"))
    assert common["conversation_id"] == ROOT
    assert "referenced_tweets" not in common and "in_reply_to_user_id" not in common


@pytest.mark.parametrize(
    ("created_at", "written_at"),
    [
        ("2026-04-01T08:00:00+02:00", "2026-04-01T08:00:00+02:00"),
        ("2031-01-01T00:00:00Z", "2026-05-01T10:00:01.000Z"),  # the author's clock is years ahead
        ("1970-01-01T00:00:00Z", "2026-05-01T10:00:01.000Z"),  # no clock at all
        ("2015-06-01T00:00:00Z", "2015-06-01T00:00:00Z"),  # brought along from another network
        ("yesterday", "2026-05-01T10:00:01.000Z"),
        (17, "2026-05-01T10:00:01.000Z"),
        (None, "2026-05-01T10:00:01.000Z"),
    ],
)
def test_it_was_written_no_later_than_it_was_seen(created_at: Any, written_at: str) -> None:
    assert one(post("us", "3kb", record={"createdAt": created_at}))["created_at"] == written_at


def test_mentions_are_counted_in_characters_not_in_bytes() -> None:
    text = "👩‍👩‍👧 grüß @us.test und @Ana.Test"
    facets = [mention(text, "@us.test", did("us")), mention(text, "@Ana.Test", did("ana"))]
    [first, second] = one(post("ben", "3kb", text, {"facets": facets}))["entities"]["mentions"]
    assert text[first["start"] : first["end"]] == "@us.test"
    assert text[second["start"] : second["end"]] == "@Ana.Test"
    assert (first["id"], first["username"]) == (did("us"), "us.test")
    assert (second["id"], second["username"]) == (did("ana"), "ana.test")


@pytest.mark.parametrize("place", [(1, 4), (0, 99), (4, 2), (-1, 3), ("0", "3"), (None, None), (True, 3)])
def test_a_mention_whose_place_is_none_still_names_somebody(place: tuple[Any, Any]) -> None:
    index = {"byteStart": place[0], "byteEnd": place[1]}
    facet = {**mention("🌳 hi", "hi", did("us")), "index": index}
    assert one(post("ben", "3kb", "🌳 hi", {"facets": [facet]}))["entities"] == {
        "mentions": [{"id": did("us")}]
    }


def test_links_and_tags_are_no_mentions() -> None:
    facet = mention("see it", "it", did("us"))
    facet["features"] = [
        {"$type": "app.bsky.richtext.facet#link", "uri": "https://a.test"},
        {"$type": "app.bsky.richtext.facet#tag", "tag": "it"},
        {"$type": "app.bsky.richtext.facet#unheardOf", "did": did("us")},
    ]
    assert "entities" not in one(post("ben", "3kb", "see it", {"facets": [facet]}))


def test_quotes_plain_and_beside_pictures_bring_what_they_quote() -> None:
    said = {"uri": ROOT, "cid": "bafyroot"}
    plain = post(
        "ben", "3kb", record={"embed": {"$type": "app.bsky.embed.record", "record": said}},
        embed={"$type": "app.bsky.embed.record#view", "record": quoted_view("us", "3kroot", "ours")},
    )  # fmt: skip
    pictured = post(
        "cy", "3kc",
        record={"embed": {"$type": "app.bsky.embed.recordWithMedia", "media": {},
                          "record": {"$type": "app.bsky.embed.record", "record": said}}},
        embed={"$type": "app.bsky.embed.recordWithMedia#view", "media": {},
               "record": {"$type": "app.bsky.embed.record#view", "record": quoted_view("us", "3kroot", "ours")}},
    )  # fmt: skip
    body = {"posts": [plain, pictured]}
    assert [common["referenced_tweets"] for common in found(body)] == [[{"type": "quoted", "id": ROOT}]] * 2
    [ours] = found(body, section="includes")
    assert (ours["id"], ours["text"], ours["author_id"]) == (ROOT, "ours", did("us"))
    assert ours["public_metrics"]["like_count"] == 3
    assert [user["id"] for user in found(body, "user", "includes")] == [did("ben"), did("us"), did("cy")]
    # Who quotes keeps nothing of what is quoted but its address.
    payloads = [item.payload for item in translated({}, body) if item.common["id"] != ROOT]
    assert "ours" not in json.dumps(payloads) and ROOT in json.dumps(payloads)


def test_a_list_or_a_feed_is_not_quoted() -> None:
    shown = {"uri": uri("us", "3kl", "app.bsky.graph.list"), "cid": "bafy"}
    view = post(
        "ben", "3kb", record={"embed": {"$type": "app.bsky.embed.record", "record": shown}},
        embed={"$type": "app.bsky.embed.record#view", "record": {**shown, "creator": author("us")}},
    )  # fmt: skip
    assert "referenced_tweets" not in one(view)
    assert found({"posts": [view]}, section="includes") == []


@pytest.mark.parametrize(
    ("shown", "title", "kind"),
    [
        ({"notFound": True}, "Not Found", "not-found"),
        ({"blocked": True, "author": {"did": did("us")}}, "Blocked", "blocked"),
        ({"detached": True}, "Detached", "detached"),
    ],
)
def test_a_quoted_post_that_is_not_shown(shown: Json, title: str, kind: str) -> None:
    shown = {"uri": ROOT, **shown}
    record = {"embed": {"$type": "app.bsky.embed.record", "record": {"uri": ROOT, "cid": "bafyroot"}}}
    body = {"posts": [post("ben", "3kb", record=record, embed={"record": shown})]}
    assert found(body)[0]["referenced_tweets"] == [{"type": "quoted", "id": ROOT}]
    assert found(body, "error") == [
        {
            "resource_type": "post",
            "resource_id": ROOT,
            "title": title,
            "type": f"app.bsky.feed.defs/{kind}",
        }
    ]


def test_a_feed_has_posts_reposts_and_what_they_answer() -> None:
    repost = uri("us", "3kr", "app.bsky.feed.repost")
    answered = post("ana", "3ka", record=answers(ROOT))
    body = {
        "feed": [
            {
                "post": post("ana", "3ka", record=answers(ROOT)),
                "reason": {
                    "$type": "app.bsky.feed.defs#reasonRepost",
                    "by": author("us"),
                    "uri": repost,
                    "cid": "bafyrepost",
                    "indexedAt": "2026-05-02T10:00:00.000Z",
                },
            },
            {
                "post": post("us", "3kc", record=answers(ROOT, answered["uri"])),
                "reply": {"root": not_found(ROOT), "parent": answered},
            },
            {"post": post("us", "3kp"), "reason": {"$type": "app.bsky.feed.defs#reasonPin"}},
        ]
    }
    shared, reply, pinned = found(body)
    assert shared == {
        "id": repost,
        "author_id": did("us"),
        "created_at": "2026-05-02T10:00:00.000Z",
        "conversation_id": repost,
        "referenced_tweets": [{"type": "retweeted", "id": answered["uri"]}],
    }
    assert (reply["id"], pinned["id"]) == (uri("us", "3kc"), uri("us", "3kp"))
    assert [common["id"] for common in found(body, section="includes")] == [answered["uri"]]
    assert [error["resource_id"] for error in found(body, "error")] == [ROOT]


def test_a_thread_comes_whole_in_the_order_of_reading() -> None:
    first, hidden = uri("ana", "3ka"), uri("dora", "3kd")
    body = {
        "thread": thread(
            post("us", "3kroot"),
            thread(
                post("ana", "3ka", record=answers(ROOT)),
                thread(post("us", "3kb", record=answers(ROOT, first))),
            ),
            blocked(hidden, "dora"),
            thread(post("cy", "3kc", record=answers(ROOT))),
            parent=not_found(uri("eve", "3ke")),
        )
    }
    assert {common["id"] for common in found(body)} == {ROOT, first, uri("us", "3kb"), uri("cy", "3kc")}
    assert {(error["resource_id"], error["title"]) for error in found(body, "error")} == {
        (hidden, "Blocked"),
        (uri("eve", "3ke"), "Not Found"),
    }


def test_a_thread_may_be_deeper_than_python_recurses() -> None:
    node = thread(post("us", "3k0"))
    for number in range(1, 3000):
        node = thread(post("us", f"3k{number}"), node)
    assert len(found({"thread": node})) == 3000


def test_notifications_of_likes_are_no_posts() -> None:
    turned = {**post("ben", "3kb", record=answers(ROOT)), "reason": "reply", "reasonSubject": ROOT}
    like = {
        **post("cy", "3kc"),
        "uri": uri("cy", "3kc", "app.bsky.feed.like"),
        "record": {"$type": "app.bsky.feed.like", "subject": {"uri": ROOT}},
        "reason": "like",
    }
    body = {"notifications": [turned, like]}
    [reply] = found(body)
    assert reply["id"] == uri("ben", "3kb")
    assert "public_metrics" not in one({name: turned[name] for name in ("uri", "author", "record")})


def test_likers_come_with_the_time_and_reposters_without() -> None:
    like = {
        "createdAt": "2026-05-01T11:00:00.000Z", "indexedAt": "2026-05-01T11:00:05.000Z", "actor": author("ana")
    }  # fmt: skip
    [liker] = found({"uri": ROOT, "likes": [like]}, "user")
    assert (liker["id"], liker["username"]) == (did("ana"), "ana.test")
    assert liker["acted_at"] == "2026-05-01T11:00:00.000Z"
    [reposter] = found({"uri": ROOT, "repostedBy": [author("ben")]}, "user")
    assert reposter["id"] == did("ben") and "acted_at" not in reposter


def test_profiles() -> None:
    label = {"src": did("bot"), "val": "bot", "uri": "at://", "cts": "2026-01-01T00:00:00Z"}
    body = {
        "profiles": [
            author("us", followersCount=3, followsCount=2, postsCount=1, description="who we are"),
            author("bot", labels=[label], displayName=""),
            author("cy", labels=[{**label, "src": did("labeler")}], handle="handle.invalid"),
        ]
    }
    us, bot, cy = found(body, "user")
    assert us == {
        "id": did("us"),
        "username": "us.test",
        "name": "Us",
        "description": "who we are",
        "created_at": "2024-01-01T00:00:00.000Z",
        "public_metrics": {"followers_count": 3, "following_count": 2, "post_count": 1},
        "is_bot": False,
    }
    assert bot["is_bot"] is True and "name" not in bot
    # Somebody else's label, and a handle that many accounts have at once.
    assert cy["is_bot"] is False and "username" not in cy


def test_what_shows_no_labels_says_nothing_of_them() -> None:
    bare = {name: value for name, value in author("ana").items() if name != "labels"}
    [ana] = found({"profiles": [bare]}, "user")
    assert "is_bot" not in ana
    [said] = found({"posts": [post("ana", "3kroot") | {"author": bare}]}, "post")
    assert "asks_for_login" not in said


def test_the_profile_of_who_asks_not_to_be_shown_has_no_words() -> None:
    label = {"src": did("ana"), "val": "!no-unauthenticated"}
    [ana] = found({"profiles": [author("ana", labels=[label], description="Keeper of a bog.")]}, "user")
    assert (ana["username"], ana["name"], ana["description"]) == ("ana.test", "Ana", "")


@pytest.mark.parametrize(
    ("source", "taken_back", "asks"), [("ana", False, True), ("labeler", False, False), ("ana", True, False)]
)
def test_who_asks_not_to_be_shown_without_a_login(source: str, taken_back: bool, asks: bool) -> None:
    label = {"src": did(source), "val": "!no-unauthenticated", "neg": taken_back}
    [said] = found({"posts": [post("ana", "3kroot") | {"author": author("ana", labels=[label])}]}, "post")
    assert said["asks_for_login"] is asks
    assert said["text"] == "post 3kroot"  # what it asks is read from it, and published nowhere


def test_a_lookup_tells_what_it_left_out() -> None:
    gone = uri("ana", "3kgone")
    body = {"posts": [post("us", "3kroot")]}
    assert found(body, "error", parameters={"uris": f"{ROOT},{gone}"}) == [
        {
            "resource_type": "post",
            "resource_id": gone,
            "title": "Not Found",
            "type": "app.bsky.feed.defs/not-found",
        }
    ]
    assert found(body, "error") == []


def test_what_is_not_shown_is_said_of_what_was_asked_for() -> None:
    body = {"error": "NotFound", "message": f"Post not found: {ROOT}"}
    [error] = found(body, "error", parameters={"uri": ROOT, "depth": "100"})
    assert (error["resource_type"], error["resource_id"]) == ("post", ROOT)
    assert error["type"] == "app.bsky.feed.defs/not-found"
    [error] = found({"error": "AccountTakedown"}, "error", parameters={"actor": did("us")})
    assert (error["resource_type"], error["resource_id"]) == ("account", did("us"))
    assert error["type"] == "app.bsky.feed.defs/taken-down"


def test_what_was_erased_stays_an_id() -> None:
    stub = {"uri": ROOT, "erased": True}
    body = {"thread": {"post": stub, "replies": [thread(post("ana", "3ka", record=answers(ROOT)))]}}
    assert found(body)[0] == {"id": ROOT, "erased": True}
    assert found({"profiles": [{"did": did("us"), "erased": True}]}, "user") == [
        {"id": did("us"), "erased": True}
    ]


PAGES: list[Json] = [
    {"posts": [post("ben", "3kb", "a @us.test", {**answers(ROOT), "facets": [mention("a @us.test", "@us.test", "x")]},
                    embed={"$type": "app.bsky.embed.record#view", "record": quoted_view("us", "3kroot", "q")})]},
    {"feed": [{"post": post("us", "3k"), "reason": {"by": author("us"), "uri": ROOT, "indexedAt": "2026-05-01"},
               "reply": {"root": post("us", "3kroot"), "parent": blocked(ROOT, "us")}}]},
    {"thread": thread(post("us", "3kroot"), thread(post("us", "3k")), parent=not_found(ROOT))},
    {"notifications": [{**post("ben", "3kb"), "reason": "mention"}]},
    {"likes": [{"actor": author("us", labels=[{"val": "bot"}]), "createdAt": "2026-05-01T00:00:00Z"}]},
    {"profiles": [author("us")], "repostedBy": [author("ben")]},
]  # fmt: skip

ODD = st.sampled_from(
    [None, True, 17, -0.5, "", "\ud800", "\x00", [], {}, [[]], {"$type": "app.bsky.unheard#of"}, [None]]
)


@given(st.sampled_from(PAGES), st.data())
def test_no_member_of_another_type_breaks_a_page(page: Json, data: st.DataObject) -> None:
    page = copy.deepcopy(page)
    places = list(_places(page))
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(places))
        container[key] = copy.deepcopy(data.draw(ODD))
    for item in translated({"parameters": {}}, page):
        assert isinstance(item.common, dict)
        json.dumps(item.common)


def _places(value: Any) -> Any:
    """(container, key) of every member in it."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in list(members):
        yield value, key
        yield from _places(member)
