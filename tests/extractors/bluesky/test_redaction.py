"""What is forgotten is on no page any more, and what stays can still be read."""

import json
from typing import Any

from extractors.bluesky import streams
from extractors.bluesky.objects import translated
from extractors.bluesky.redaction import redact
from rapport.forgotten import OnNetwork
from tests.extractors.bluesky.shapes import (
    answers,
    author,
    did,
    mention,
    post,
    quoted_view,
    thread,
    uri,
)

Json = dict[str, Any]
ROOT = uri("us", "3kroot")
ENVELOPE: Json = {"network": "bluesky", "endpoint": "/xrpc/x", "result_count": 5, "parameters": {}}


def posts(*ids: str) -> OnNetwork:
    return OnNetwork("bluesky", post_ids=frozenset(ids))


def accounts(*names: str) -> OnNetwork:
    return OnNetwork("bluesky", account_ids=frozenset(did(name) for name in names))


def left(body: Json, kind: str = "post") -> set[str]:
    return {
        item.common["id"]
        for item in translated(ENVELOPE, body)
        if item.kind == kind and not item.common.get("erased")
    }


def test_a_post_goes_from_the_middle_of_a_thread_and_the_thread_stays() -> None:
    first = post("ana", "3ka", "Ana's words", answers(ROOT))
    below = post("ben", "3kb", record=answers(ROOT, first["uri"]))
    body = {"thread": thread(post("us", "3kroot"), thread(first, thread(below)))}
    clean = redact(ENVELOPE, body, posts(first["uri"]))
    assert "Ana's words" not in json.dumps(clean.body)
    assert left(clean.body) == {ROOT, below["uri"]}
    assert (clean.is_changed, clean.envelope["result_count"], clean.envelope["erased_object_count"]) == (
        True,
        4,
        1,
    )
    again = redact(clean.envelope, clean.body, clean.forgotten)
    assert not again.is_changed and again.body == clean.body


def test_a_quoted_post_goes_from_the_one_that_quotes_it() -> None:
    record = {"embed": {"$type": "app.bsky.embed.record", "record": {"uri": ROOT, "cid": "bafy"}}}
    plain = post("ben", "3kb", record=record, embed={"record": quoted_view("us", "3kroot", "Our words")})
    pictured = post(
        "cy", "3kc", record=record, embed={"record": {"record": quoted_view("us", "3kroot", "Our words")}}
    )
    clean = redact(ENVELOPE, {"posts": [plain, pictured]}, posts(ROOT))
    assert "Our words" not in json.dumps(clean.body)
    assert left(clean.body) == {plain["uri"], pictured["uri"]}
    assert clean.envelope["result_count"] == 5  # it was not asked for


def test_an_account_goes_with_its_posts_its_likes_and_its_name() -> None:
    text = "hello @ana.test, see bsky.app/profile/ana.test"
    named = post("ben", "3kb", text, {"facets": [mention(text, "@ana.test", did("ana"))]})
    feed = {"feed": [{"post": post("ana", "3ka")}, {"post": named, "reply": {"parent": post("ana", "3kp")}}]}
    clean = redact(ENVELOPE, feed, accounts("ana"))
    words = json.dumps(clean.body)
    assert "ana.test" not in words and "Ana" not in words
    assert left(clean.body) == {named["uri"]}
    assert clean.forgotten.post_ids == {uri("ana", "3ka"), uri("ana", "3kp")}
    # The places of mentions still fit.
    [kept] = [item.common for item in translated(ENVELOPE, clean.body) if item.common["id"] == named["uri"]]
    [place] = kept["entities"]["mentions"]
    assert kept["text"][place["start"] : place["end"]] == "@________"
    likes = {
        "likes": [{"actor": author(name), "createdAt": "2026-05-01T00:00:00Z"} for name in ("ana", "ben")]
    }
    clean = redact(ENVELOPE, likes, accounts("ana"))
    assert left(clean.body, "user") == {did("ben")} and "ana.test" not in json.dumps(clean.body)
    profile = redact(ENVELOPE, author("ana"), accounts("ana"))
    assert profile.body == {"did": did("ana"), "erased": True}


def test_a_repost_goes_with_what_it_repeats_and_with_who_made_it() -> None:
    repost = uri("us", "3kr", "app.bsky.feed.repost")
    reason = {"by": author("us"), "uri": repost, "indexedAt": "2026-05-01T00:00:00Z"}
    body = {"feed": [{"post": post("ana", "3ka"), "reason": reason}]}
    clean = redact(ENVELOPE, body, posts(uri("ana", "3ka")))
    assert left(clean.body) == set() and clean.forgotten.post_ids == {uri("ana", "3ka"), repost}
    for forgotten in (posts(repost), accounts("us")):
        clean = redact(ENVELOPE, body, forgotten)
        assert left(clean.body) == {uri("ana", "3ka")}
        [kept] = [item for item in translated(ENVELOPE, clean.body) if item.common["id"] == uri("ana", "3ka")]
        assert kept.section == "includes"


def test_what_is_not_concerned_is_not_touched() -> None:
    body = {"posts": [post("us", "3kroot", "words")], "unheardOf": {"$type": "app.bsky.unheard#of"}}
    clean = redact(ENVELOPE, body, accounts("ana"))
    assert not clean.is_changed and clean.body == body
    assert not redact(ENVELOPE, body, OnNetwork("bluesky")).is_changed


def test_as_deep_as_we_ask_a_thread_can_be_cleaned() -> None:
    node = thread(post("ana", "3k0"))
    for number in range(1, streams.THREAD_DEPTH + 1):
        node = thread(post("ana", f"3k{number}"), node)
    clean = redact(ENVELOPE, {"thread": node}, posts(uri("ana", "3k50")))
    assert len(left(clean.body)) == streams.THREAD_DEPTH
    json.loads(json.dumps(clean.body))


def test_who_is_named_by_an_older_handle_is_masked_in_its_place() -> None:
    text = "hé @was.test @ana.test and @ana.test.example"
    broken = mention(text, "é @", did("ana"))
    broken["index"]["byteStart"] += 1  # in the middle of the é
    facets = [mention(text, "@was.test", did("ana")), broken]
    body = {"posts": [post("ben", "3kb", text, {"facets": facets})]}
    clean = redact(
        ENVELOPE, body, OnNetwork("bluesky", frozenset(), frozenset({did("ana")}), frozenset({"ana.test"}))
    )
    [kept] = [item.common for item in translated(ENVELOPE, clean.body) if item.kind == "post"]
    assert kept["text"] == "hé @________ @________ and @ana.test.example"
    assert kept["entities"]["mentions"][0] == {
        "id": did("ana"),
        "start": 3,
        "end": 12,
        "username": "________",
    }
    assert not redact(clean.envelope, clean.body, clean.forgotten).is_changed


def test_a_handle_that_leads_nowhere_is_nobodys() -> None:
    body = {"profiles": [author("ana", handle="handle.invalid"), author("ben", handle="handle.invalid")]}
    clean = redact(ENVELOPE, body, accounts("ana"))
    assert clean.forgotten.handles == frozenset() and clean.body["profiles"][1] == body["profiles"][1]


def bare(name: str, key: str, kind: str, **value: Any) -> Json:
    return {
        "uri": uri(name, key, kind),
        "cid": "bafy",
        "value": {"createdAt": "2026-05-01T10:00:00.000Z", **value},
    }


def test_bare_records_go_as_views_do() -> None:
    """As a repository holds them, and as com.atproto.repo.listRecords gives them."""
    said = bare("ana", "3ka", "app.bsky.feed.post", text="Ana's words")
    repost = bare("us", "3kr", "app.bsky.feed.repost", subject={"uri": said["uri"], "cid": "bafy"})
    like = bare("ana", "3kl", "app.bsky.feed.like", subject={"uri": ROOT, "cid": "bafy"})
    profile = bare("ana", "self", "app.bsky.actor.profile", displayName="Ana", description="keeper of a bog")
    ours = bare("us", "3kroot", "app.bsky.feed.post", text="ours")
    body = {"records": [said, repost, like, profile, ours]}
    clean = redact(ENVELOPE, body, accounts("ana"))
    assert clean.body["records"] == [
        *({"uri": item["uri"], "erased": True} for item in (said, repost, like, profile)), ours,
    ]  # fmt: skip
    assert clean.forgotten.post_ids == {said["uri"], repost["uri"]}
    assert (clean.envelope["erased_object_count"], clean.envelope["result_count"]) == (4, 1)
    assert left(clean.body) == {ROOT} and left(clean.body, "user") == set()
    assert not redact(clean.envelope, clean.body, clean.forgotten).is_changed
    clean = redact(ENVELOPE, body, posts(said["uri"]))
    assert left(clean.body) == {ROOT} and clean.body["records"][2:] == [like, profile, ours]


def test_the_answer_to_a_look_up_of_one_record_goes_as_a_whole() -> None:
    """As com.atproto.repo.getRecord gives it: the page is the record."""
    said = bare("ana", "3ka", "app.bsky.feed.post", text="Ana's words")
    for forgotten in (accounts("ana"), posts(said["uri"])):
        assert redact(ENVELOPE, said, forgotten).body == {"uri": said["uri"], "erased": True}
    assert not redact(ENVELOPE, said, accounts("us")).is_changed


def test_a_page_says_how_many_results_are_left() -> None:
    """Of whatever kind: this is held against what is loaded."""
    said, ours = post("ana", "3ka", "Ana's words"), post("us", "3kroot")
    repost = {"by": author("ana"), "uri": uri("ana", "3kr", "app.bsky.feed.repost"), "indexedAt": "x"}
    like = {"createdAt": "2026-05-01T00:00:00Z"}
    bodies: list[Json] = [
        {"feed": [{"post": said}, {"post": ours, "reason": repost}, {"post": ours}]},
        {"posts": [said, ours]},
        {"thread": thread(ours, thread(said))},
        {"notifications": [said | {"reason": "reply"}, ours | {"reason": "mention"}]},
        {"notifications": [said | {"reason": "subscribed-post"}, ours | {"reason": "quote"}]},
        {"profiles": [author("ana"), author("ben")]},
        {"likes": [like | {"actor": author("ana")}, like | {"actor": author("ben")}]},
        {"repostedBy": [author("ana"), author("ben")]},
        author("ana"),
    ]
    for body in bodies:
        envelope = ENVELOPE | {"result_count": _result_count(body)}
        clean = redact(envelope, body, accounts("ana"))
        assert clean.is_changed
        assert clean.envelope["result_count"] == _result_count(clean.body), body.keys()


def _result_count(body: Json) -> int:
    return sum(
        item.section == "data" and item.kind != "error" and item.common.get("erased") is not True
        for item in translated(ENVELOPE, body)
    )
