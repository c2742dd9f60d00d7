"""What the door of raw lets in and what it refuses: every kind of object, every place where something stands."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from extractors.landing import landing_files
from extractors.landing.pages import clean_page
from extractors.raw import healing, raw_store
from extractors.state import tombstones
from extractors.state.store import open_state
from rapport import warehouse
from rapport.config import Settings
from rapport.forgotten import Forgotten
from rapport.networks import X
from tests.extractors.server import post, user

Query = Callable[[str], list[tuple[Any, ...]]]
FETCHED_AT = datetime(2026, 5, 2, 3, 4, 5, tzinfo=UTC)
NO_ID = "is no id of X (digits)"


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


def land(settings: Settings, name: str, body: Any, kind: str = "post", **envelope: Any) -> str:
    key = landing_files.page_key("x", "own_posts", "run-1", name)
    known = {"network": "x", "client_id": "acme", "stream": "own_posts", "run_id": "run-1", "page_number": 1}
    known |= {"source": "api", "data_kind": kind, "fetched_at": FETCHED_AT.isoformat(), "parameters": {}}
    landing_files.write(settings.landing_dir, key, known | envelope, json.dumps(body).encode())
    return key


def with_time(at: datetime, number: int = 0) -> str:
    """An id that holds the time."""
    assert X.epoch_ms is not None
    return str(((int(at.timestamp() * 1000) - X.epoch_ms) << 22) + number)


IN_2080 = with_time(datetime(2080, 1, 1, tzinfo=UTC))


def mentioning(*mentions: Any) -> dict[str, Any]:
    return {"entities": {"mentions": list(mentions)}}


POSTS: list[tuple[dict[str, Any], str]] = [
    ({"id": None}, "it has no id"),
    ({"id": 1.5859343964210463e18}, f"its id {NO_ID}"),
    ({"id": "12\n34"}, f"its id {NO_ID}"),
    ({"id": "-5"}, f"its id {NO_ID}"),
    ({"id": "1" * 20}, f"its id {NO_ID}"),
    ({"id": ""}, f"its id {NO_ID}"),
    ({"id": {"a": 1}}, f"its id {NO_ID}"),
    ({"id": IN_2080, "created_at": None}, "its id holds a time that is yet to come"),
    ({"author_id": None}, "nothing says who wrote it: it has no author_id"),
    ({"author_id": 900201.0}, f"author_id {NO_ID}"),
    ({"conversation_id": "c1"}, f"conversation_id {NO_ID}"),
    ({"in_reply_to_user_id": "@us"}, f"in_reply_to_user_id {NO_ID}"),
    ({"edit_history_tweet_ids": ["1", "two"]}, "edit_history_tweet_ids holds what is no id of X (digits)"),
    ({"edit_history_post_ids": [None]}, "edit_history_post_ids holds what is no id of X (digits)"),
    ({"edit_history_tweet_ids": "1"}, "edit_history_tweet_ids is no list"),
    ({"referenced_tweets": [{"type": "quoted", "id": 7.5}]}, "referenced_tweets holds what is no id of X (digits)"),
    ({"referenced_tweets": [{"id": "7"}]}, "referenced_tweets holds what is no reference: it has no type"),
    ({"referenced_posts": [7]}, "referenced_posts holds what is no reference: it has no type"),
    ({"referenced_posts": {"id": "7"}}, "referenced_posts is no list"),
    (mentioning({"start": 0, "end": 4}), "a mention names nobody: it has neither id nor username"),
    (mentioning({"start": 0, "end": 4, "username": " "}), "a mention names nobody: it has neither id nor username"),
    (mentioning(None), "a mention names nobody: it has neither id nor username"),
    (mentioning({"username": "us", "id": "seven"}), "a mention has what is no id of X (digits)"),
    (mentioning({"start": "zero", "end": 3, "id": "7"}), "the start of a mention is no whole number"),
    (mentioning({"id": "7"}, {"start": 0, "end": 2**40, "id": "7"}), "the end of a mention is no whole number"),
    ({"entities": {"mentions": {}}}, "entities.mentions is no list"),
    ({"entities": [1]}, "entities is no object"),
    ({"note_tweet": {"text": "x", **mentioning(None)}}, "a mention names nobody: it has neither id nor username"),
    ({"note_post": 5}, "note_post is no object"),
    ({"text": ["a"]}, "text is no text"),
    ({"lang": True}, "lang is no text"),
    ({"created_at": "soon"}, "created_at is no time"),
    ({"created_at": 1777630200}, "created_at is no time"),
    ({"created_at": "infinity"}, "created_at is later than the moment it was fetched"),
    ({"created_at": "-infinity"}, "created_at is before the network began"),
    ({"created_at": "290000-01-01"}, "created_at is later than the moment it was fetched"),
    ({"created_at": "9999-12-31T00:00:00Z"}, "created_at is later than the moment it was fetched"),
    ({"created_at": "4713-01-01 (BC)"}, "created_at is before the network began"),
    ({"created_at": "2006-03-20T23:59:59Z"}, "created_at is before the network began"),
    ({"created_at": "2026-05-03T03:04:06Z"}, "created_at is later than the moment it was fetched"),
    (
        {"__twarc": {"retrieved_at": "1969-12-31T00:00:00Z"}},
        "it was seen (retrieved_at of its note __twarc) at a time that cannot be",
    ),
    ({"__twarc": {"retrieved_at": "yesterday"}}, "__twarc.retrieved_at is no time"),
    ({"public_metrics": {"like_count": -1}}, "a count of public_metrics is negative"),
    ({"public_metrics": {"reply_count": 2**53}}, "a count of public_metrics is too large to be one"),
    ({"public_metrics": {"quote_count": 2**63}}, "public_metrics.quote_count is no whole number"),
    ({"public_metrics": {"quote_count": 2.5}}, "public_metrics.quote_count is no whole number"),
    ({"public_metrics": {"repost_count": "many"}}, "public_metrics.repost_count is no whole number"),
    ({"public_metrics": 3}, "public_metrics is no object"),
]  # fmt: skip
GOOD_POSTS: list[dict[str, Any]] = [
    {"id": 5},
    {"created_at": None},
    {"id": IN_2080},
    {"created_at": "2026-05-03T03:04:05Z"},
    {"public_metrics": {"like_count": 2**53 - 1, "reply_count": None}},
    {"referenced_tweets": [{"type": "retweeted"}]},
    mentioning({"username": "us"}, {"start": 0, "end": 4, "id": 7}),
    {
        "entities": None,
        "note_tweet": None,
        "lang": None,
        "conversation_id": None,
        "edit_history_tweet_ids": None,
    },
    {"edit_history_tweet_ids": ["1", "2"], "__twarc": {"retrieved_at": "2026-05-01T12:00:00Z"}},
]
USERS = [
    ({"id": "seven"}, f"its id {NO_ID}"),
    ({"username": {"a": 1}}, "username is no text"),
    ({"protected": "perhaps"}, "protected is no true or false"),
    ({"created_at": "2005-01-01T00:00:00Z"}, "created_at is before the network began"),
    ({"created_at": "infinity"}, "created_at is later than the moment it was fetched"),
    ({"public_metrics": {"followers_count": -3}}, "a count of public_metrics is negative"),
]
MESSAGE = {
    "id": "500", "event_type": "MessageCreate", "dm_conversation_id": "7-8", "sender_id": "7",
    "participant_ids": ["7", "8"], "text": "hello", "created_at": "2026-05-01T10:00:00.000Z",
}  # fmt: skip
MESSAGES = [
    ({"id": None}, "it has no id"),
    ({"sender_id": None}, "nothing says who wrote it: it has no sender_id"),
    ({"sender_id": "me"}, f"sender_id {NO_ID}"),
    ({"dm_conversation_id": "7-8-9"}, f"dm_conversation_id {NO_ID}"),
    ({"participant_ids": ["7", 8.5]}, "participant_ids holds what is no id of X (digits)"),
    ({"created_at": "-infinity"}, "created_at is before the network began"),
]


def test_each_wrong_object_is_refused_with_its_reason_and_the_rest_comes_in(
    settings: Settings, query: Query
) -> None:
    odd: list[Any] = [None, 3, "text", [1]]
    posts = [post(1) | wrong for wrong, _ in POSTS] + odd + [post(1) | good for good in GOOD_POSTS]
    users = [user(7, "us") | wrong for wrong, _ in USERS] + odd + [user(8, "them")]
    messages = [MESSAGE | wrong for wrong, _ in MESSAGES] + [
        MESSAGE,
        MESSAGE | {"sender_id": None, "event_type": "x"},
    ]
    land(settings, "posts", {"data": posts, "includes": {"users": users}, "errors": [{"title": "t"}, 5]})
    land(settings, "beside", {"data": [], "includes": {"tweets": posts}})
    land(settings, "messages", {"data": messages}, kind="message")
    result = raw_store.load(settings)
    odd_reasons = ["it is no object"] * 4
    wanted = {
        ("post", "data"): [reason for _, reason in POSTS] + odd_reasons,
        ("post", "includes"): [reason for _, reason in POSTS] + odd_reasons,
        ("user", "includes"): [reason for _, reason in USERS] + odd_reasons,
        ("message", "data"): [reason for _, reason in MESSAGES],
        ("error", "errors"): ["it is no object"],
    }
    rows = query("select object_kind, section, list(reason order by position) from raw.rejects group by all")
    assert {(kind, section): reasons for kind, section, reasons in rows} == wanted
    assert (result["posts"], result["users"], result["messages"], result["errors"]) == (
        2 * len(GOOD_POSTS), 1, 2, 1
    )  # fmt: skip
    assert result["rejects"] == result["refused_objects"] == sum(map(len, wanted.values()))
    nothing_null = "select count(*) from raw.{} where {} is null"
    for table, column in (("posts", "post_id"), ("posts", "author_id"), ("users", "account_id")):
        assert query(nothing_null.format(table, column)) == [(0,)]
    again = raw_store.load(settings)
    assert all(again[name] == 0 for name in again if name != "load_id")


def test_a_refused_object_is_named_by_page_position_and_id(settings: Settings, query: Query) -> None:
    key = land(settings, "p", {"data": [post(1), post(2) | {"id": 2.5}]})
    raw_store.load(settings)
    [row] = query(
        "select page_key, source_path, section, position, network, object_kind, object_id, content from raw.rejects"
    )
    assert row[:7] == (key, f"landing/{key}.json.zst", "data", 1, "x", "post", "2.5")
    assert json.loads(row[7]) == post(2) | {"id": 2.5}


def test_the_time_in_the_id_stands_where_created_at_is_off(settings: Settings, query: Query) -> None:
    at = datetime(2026, 5, 1, 10, tzinfo=UTC)
    stated = {0: at, 1: at + timedelta(seconds=2), 2: at + timedelta(hours=1), 3: at - timedelta(days=300)}
    posts = [post(int(with_time(at, n)), created_at=time.isoformat()) for n, time in stated.items()]
    land(settings, "p", {"data": [*posts, post(4, created_at=(at - timedelta(days=9)).isoformat())]})
    assert raw_store.load(settings)["rejects"] == 0
    rows = query("select created_at, replaced_created_at from raw.posts order by position")
    assert rows == [
        (at, None), (stated[1], None), (at, stated[2]), (at, stated[3]), (at - timedelta(days=9), None),
    ]  # fmt: skip


@pytest.mark.parametrize("stated", ["1901-01-01T00:00:00+00:00", "9999-12-31T00:00:00+00:00", "never", None])
def test_a_page_that_cannot_have_been_fetched_then_was_fetched_when_it_was_loaded(
    stated: str | None, settings: Settings, query: Query
) -> None:
    land(settings, "p", {"data": [post(1)]}, fetched_at=stated)
    assert raw_store.load(settings)["posts"] == 1
    assert query("select count(*) from raw.posts inner join raw.pages using (page_key) "
                 "where observed_at = loaded_at and fetched_at = loaded_at") == [(1,)]  # fmt: skip


@pytest.mark.parametrize("body", [{"rejects": []}, {"data": [post(1)], "rejects": []}, {"rejects": [{"reason": "x"}]},
                                  {"rejects": 5, "includes": 3, "errors": "x", "data": [post(1)]}])  # fmt: skip
def test_members_of_a_wrong_kind_are_read_once(body: Any, settings: Settings, query: Query) -> None:
    land(settings, "p", body)
    assert raw_store.load(settings)["pages"] == 1
    assert raw_store.load(settings)["pages"] == 0
    assert query("select count(*) from raw.posts") == [("data" in body,)]
    assert query("select count(*) from raw.rejects") == [(0,)]


def test_the_sum_is_exact(settings: Settings, query: Query) -> None:
    """Objects landed are rows in raw, rejects or erased; also after an erasure and when all is loaded anew."""
    posts = [post(1) | wrong for wrong, _ in POSTS] + [post(900), post(901, author=9), None]
    users = [user(7, "us") | wrong for wrong, _ in USERS] + [user(9, "nine")]
    landed = 2 * len(posts) + len(users) + 2
    with open_state(settings) as state:
        tombstones.put(state, Forgotten.of("x", account_ids=["9"]), "on request", is_finished=True)
    key = land(
        settings, "p", {"data": posts, "includes": {"users": users, "posts": posts}, "errors": [{}, 7]}
    )
    with open_state(settings) as state:
        clean_page(state, settings.landing_dir, key, tombstones.erased(state))
    for _ in range(2):
        raw_store.load(settings)
        [(held, refused)] = query(
            "select (select count(*) from raw.posts) + (select count(*) from raw.users) + "
            "(select count(*) from raw.errors), (select count(*) from raw.rejects)"
        )
        content = landing_files.unpacked(landing_files.path_of(settings.landing_dir, key))
        assert held + refused + content.count(b'"erased": true') == landed
        assert (held, content.count(b'"erased": true')) == (2 + 1, 3)
        settings.warehouse_path.unlink()


def test_rows_from_before_the_door_are_moved_to_the_rejects(settings: Settings, query: Query) -> None:
    good = land(settings, "good", {"data": [post(1), post(2)], "includes": {"users": [user(7, "us")]}})
    raw_store.load(settings)
    off = with_time(datetime(2026, 5, 1, tzinfo=UTC))
    with warehouse.connect(settings) as connection:
        connection.execute("delete from raw.withdrawals")
        for column, value in (
            ("post_id", "null"), ("post_id", "'1.5e+18'"), ("author_id", "'@us'"), ("created_at", "'infinity'"),
            ("mentions", "[null]"), ("public_metrics", "{'like_count': -1}"), ("observed_at", "'1969-01-01'"),
            ("referenced_tweets", "[{'type': 'quoted', 'id': 'x'}]"),
        ):  # fmt: skip
            connection.execute(
                f"insert into raw.posts by name select * replace ({value} as {column}) from raw.posts "
                "where post_id = '1' and position = 0 limit 1"
            )
        connection.execute(f"insert into raw.posts by name select * replace ('{off}' as post_id) from raw.posts "
                           "where post_id = '2'")  # fmt: skip
        connection.execute(
            "insert into raw.users by name select * replace ('us' as account_id) from raw.users"
        )
        connection.execute("update raw.pages set fetched_at = '1901-01-01'")
    said: list[str] = []
    raw_store.load(settings, said.append)
    assert [line for line in said if "9 rows do not fit" in line]
    assert query("select post_id, replaced_created_at is not null from raw.posts order by all") == [
        ("1", False), ("2", False), (off, True),
    ]  # fmt: skip
    rows = query(
        "select object_kind, object_id, reason, source_path from raw.rejects order by reason, object_id"
    )
    assert len(rows) == 9 and {row[3] for row in rows} == {f"landing/{good}.json.zst"}
    assert ("user", "us", f"its id {NO_ID}") in [row[:3] for row in rows]
    assert query("select count(*) from raw.withdrawals where row_count > 0") == [(1,)]
    said.clear()
    raw_store.load(settings, said.append)
    assert said == ["nothing new to load"]
    assert healing.latest_at(settings.now()) > settings.now()
