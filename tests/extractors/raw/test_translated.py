"""Pages of networks with words of their own, into the same tables: nothing lost, and no page costs another."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from types import ModuleType
from typing import Any

import pytest

from extractors.landing import landing_files
from extractors.raw import raw_store
from extractors.translation import Translated, translator_of
from rapport.config import Settings
from rapport.networks import BLUESKY, NETWORKS
from tests.extractors.bluesky import shapes as bluesky
from tests.extractors.mastodon import payloads as mastodon
from tests.extractors.server import post as x_post
from tests.mutations import Maker

Query = Callable[[str], list[tuple[Any, ...]]]
FETCHED_AT = "2026-11-03T03:04:05+00:00"
POST = bluesky.uri("us", "3kroot")


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


def land(settings: Settings, network: str, name: str, body: Any, **envelope: Any) -> dict[str, Any]:
    """One landed page; returns its envelope."""
    key = landing_files.page_key(network, "own_posts", "run-1", name)
    known = {
        "network": network,
        "client_id": "acme",
        "stream": "own_posts",
        "run_id": "run-1",
        "source": "api",
    }
    known |= {"data_kind": "post", "fetched_at": FETCHED_AT, "parameters": {}} | envelope
    landing_files.write(settings.landing_dir, key, known, json.dumps(body).encode())
    return known


def test_posts_are_in_raws_words_and_as_their_network_has_them(settings: Settings, query: Query) -> None:
    text = "hé @ana.test"
    facets = {"facets": [bluesky.mention(text, "@ana.test", bluesky.did("ana"))]}
    view = bluesky.post("ben", "3kb", text, {**facets, **bluesky.answers(POST)})
    land(settings, "bluesky", "1", {"posts": [view]}, about_post_id=POST)
    assert raw_store.load(settings)["posts"] == 1
    columns = """section, position, network, post_id, author_id, text, created_at, conversation_id,
        in_reply_to_user_id, referenced_tweets, mentions, public_metrics.reply_count"""
    assert query(f"select {columns} from raw.posts") == [
        ("data", 0, "bluesky", view["uri"], bluesky.did("ben"), text, datetime(2026, 5, 1, 10, tzinfo=UTC), POST,
         bluesky.did("us"), [{"type": "replied_to", "id": POST}],
         [{"start": 3, "end": 12, "username": "ana.test", "id": bluesky.did("ana")}], 2),
    ]  # fmt: skip
    [(payload,)] = query("select payload::varchar from raw.posts")
    # its author has a row of its own
    assert json.loads(payload) == view | {"author": {"did": bluesky.did("ben")}}
    assert query("select about_post_id from raw.pages") == [(POST,)]
    users = "select section, account_id, username, name, acted_at, is_bot from raw.users"
    assert query(users) == [("includes", bluesky.did("ben"), "ben.test", "Ben", None, False)]


def test_who_liked_when_and_who_is_a_bot(settings: Settings, query: Query) -> None:
    label = {"val": "bot", "src": bluesky.did("feedy")}
    like = {"createdAt": "2026-05-02T10:00:00Z", "indexedAt": "2026-05-02T10:00:01Z"}
    likes = [{**like, "actor": bluesky.author("feedy", labels=[label])}]
    land(settings, "bluesky", "1", {"uri": POST, "likes": likes}, about_post_id=POST)
    land(settings, "mastodon", "1", {"data": [mastodon.account(bot=True)]}, host=mastodon.HOST)
    raw_store.load(settings)
    assert query("select account_id, acted_at, is_bot from raw.users order by network") == [
        (bluesky.did("feedy"), datetime(2026, 5, 2, 10, tzinfo=UTC), True),
        ("lichtung@wald.test", None, True),
    ]


def test_pages_about_a_post_of_x_say_so_by_their_path(settings: Settings, query: Query) -> None:
    land(settings, "x", "1", {"data": []}, endpoint="/2/tweets/1997/liking_users", data_kind="user")
    land(settings, "x", "2", {"data": []}, endpoint="/2/tweets/search/recent")
    raw_store.load(settings)
    assert query("select about_post_id from raw.pages order by page_key") == [("1997",), (None,)]


def test_what_was_erased_is_no_row_and_no_reject(settings: Settings, query: Query) -> None:
    gone = {"uri": bluesky.uri("ana", "3ka"), "erased": True}
    node = bluesky.thread(gone, bluesky.thread(bluesky.post("ben", "3kb")))
    land(settings, "bluesky", "1", {"thread": node})
    result = raw_store.load(settings)
    assert (result["posts"], result["rejects"]) == (1, 0)


def test_the_grammar_of_its_own_network_is_asked_of_each_id(settings: Settings, query: Query) -> None:
    foreign = bluesky.post("ben", "3kb") | {"uri": "1997"}
    handle = bluesky.post("ben", "3kc", record=bluesky.answers("at://ben.test/app.bsky.feed.post/3k"))
    land(settings, "bluesky", "1", {"posts": [foreign, handle, bluesky.post("ben", "3kd")]})
    named = mastodon.status("7", account=mastodon.account("a b@c"), uri="https://c/7")
    land(settings, "mastodon", "1", {"data": [named, mastodon.status("8")]}, host=mastodon.HOST)
    raw_store.load(settings)
    assert query("select post_id from raw.posts order by network") == [
        (bluesky.uri("ben", "3kd"),),
        ("https://wald.test/users/lichtung/statuses/8",),
    ]
    reasons = "select network, reason from raw.rejects where object_kind = 'post' order by network, position"
    assert query(reasons) == [
        ("bluesky", "its id is no id of Bluesky (at://did:…/app.bsky.feed.post/…)"),
        ("bluesky", "conversation_id is no id of Bluesky (at://did:…/app.bsky.feed.post/…)"),
        ("mastodon", "author_id is no id of Mastodon (name@host, in small letters)"),
    ]


def test_a_page_that_cannot_be_translated_is_refused_and_the_rest_goes_on(
    settings: Settings, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    def translate(envelope: dict[str, Any], body: dict[str, Any]) -> Iterator[Translated]:
        for number, item in enumerate(body["data"]):
            yield Translated(
                "post",
                "data",
                number,
                {"id": item["id"].lower(), "text": object() if item.get("odd") else ""},
                item,
            )

    module = ModuleType("extractors.z.objects")
    module.translated = translate  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "extractors.z.objects", module)
    monkeypatch.setitem(NETWORKS, "z", replace(BLUESKY, name="z"))
    land(settings, "z", "1", {"data": [{"id": POST}, {"id": ["somebody's words"]}]})
    land(settings, "z", "2", {"data": [{"id": POST, "odd": True}]})
    land(settings, "bluesky", "1", {"posts": [bluesky.post("ben", "3kb")]})
    land(settings, "x", "1", {"data": [x_post(1)]})
    result = raw_store.load(settings)
    assert (result["pages"], result["posts"], result["rejects"]) == (2, 2, 2)
    refused = query("select page_key, object_kind, reason from raw.rejects order by page_key")
    assert [(key, kind) for key, kind, _ in refused] == [
        ("z/own_posts/run-1/1", "page"),
        ("z/own_posts/run-1/2", "page"),
    ]
    for (_, _, reason), problem in zip(refused, ("AttributeError", "TypeError"), strict=True):
        assert reason.startswith(f"ValueError: it can't be translated: {problem} in ")
    assert not any(raw_store.load(settings)[name] for name in ("pages", "rejects"))


def whole_page(network: str, maker: Random, number: int) -> dict[str, Any]:
    if network == "bluesky":
        quote = {"embed": {"record": bluesky.quoted_view("cat", f"3kq{number}", "said before")}}
        first = bluesky.post("us", f"3kr{number}")
        answer = bluesky.post("ben", f"3kb{number}", record=bluesky.answers(first["uri"]), **quote)
        reason = {"by": bluesky.author("ana"), "uri": bluesky.uri("ana", f"3kp{number}", "app.bsky.feed.repost"),
                  "indexedAt": "2026-05-01T11:00:00Z"}  # fmt: skip
        like = {
            "actor": bluesky.author("dan"),
            "createdAt": "2026-05-01T12:00:00Z",
            "indexedAt": "2026-05-01T12:00:00Z",
        }
        thread = bluesky.thread(first, bluesky.thread(answer), bluesky.not_found(bluesky.uri("eve", "3k")))
        return maker.choice(
            [{"feed": [{"post": first}, {"post": answer, "reason": reason}]}, {"thread": thread}, {"likes": [like]},
             {"posts": [first, answer]}, {"profiles": [bluesky.author("ana"), bluesky.author("ben")]}]
        )  # fmt: skip
    ana = mastodon.account("ana@fedi.test", "9")
    said = mastodon.status(str(number), mentions=[mastodon.mention("ben@moor.test", "4")])
    answer = mastodon.status(
        f"{number}1", account=ana, in_reply_to_id=str(number), in_reply_to_account_id="1"
    )
    boost = mastodon.status(f"{number}2", account=ana, reblog=said)
    quote = mastodon.status(f"{number}3", quote={"state": "accepted", "quoted_status": answer})
    return maker.choice(
        [{"ancestors": [said], "descendants": [answer]}, {"data": [said, boost, quote]}, {"data": [ana]},
         {"data": [{"id": "1", "type": "mention", "account": ana, "status": answer}]}]
    )  # fmt: skip


@pytest.mark.parametrize("network", ["bluesky", "mastodon"])
def test_of_spoilt_pages_each_object_is_a_row_or_a_reject(
    network: str, settings: Settings, query: Query
) -> None:
    spoiler = Maker(7, datetime(2026, 9, 1, tzinfo=UTC))
    translate = translator_of(network)
    assert translate
    expected = {"post": 0, "user": 0, "message": 0, "error": 0}
    for number in range(400):
        body: Any = {
            name: [spoiler.spoiled(item, spoiler.chance.choice([1, 1, 2])) for item in found]
            if isinstance(found, list)
            else spoiler.spoiled(found)
            for name, found in whole_page(network, spoiler.chance, number + 10).items()
        }
        if "\\ud83d" in json.dumps(body):  # half a character: it would be mended before it is read
            continue
        envelope = land(settings, network, str(number), body, host=mastodon.HOST)
        for one in translate(envelope, body):
            expected[one.kind] += 1
    result = raw_store.load(settings)
    assert query("select count(*) from raw.rejects where object_kind = 'page'") == [(0,)]
    refused = dict(query("select object_kind, count(*) from raw.rejects group by all"))
    rows = {kind: result[f"{kind}s"] for kind in expected}
    assert {kind: rows[kind] + refused.get(kind, 0) for kind in rows} == expected
    assert rows["post"] > 300 and rows["user"] > 300 and sum(refused.values()) > 30
    known = NETWORKS[network]
    for post_id, author_id in query("select post_id, author_id from raw.posts"):
        assert known.is_post_id(post_id) and known.is_account_id(author_id)
    again = raw_store.load(settings)
    assert not any(again[name] for name in again if name != "load_id")
