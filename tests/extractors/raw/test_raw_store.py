"""Landing files into raw tables: every shape that has been seen, whole or not at all, never twice."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pytest

from extractors.files import lists
from extractors.landing import landing_files
from extractors.raw import raw_pages, raw_store
from extractors.raw.tables import TABLES
from extractors.state.store import open_state
from rapport import warehouse
from rapport.config import Config, Settings
from rapport.on_disk import make_home
from tests.extractors.server import new_post, post, user

Query = Callable[[str], list[tuple[Any, ...]]]
FETCHED_AT = "2026-05-02T03:04:05+00:00"
SEEN = datetime(2026, 5, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


def land(settings: Settings, name: str, body: Any, kind: str = "post", **envelope: Any) -> str:
    """One landed page; `body` is a value or the bytes themselves."""
    key = landing_files.page_key("x", "own_posts", "run-1", name)
    known = {"network": "x", "client_id": "acme", "stream": "own_posts", "run_id": "run-1", "page_number": 1}
    known |= {"source": "api", "data_kind": kind, "fetched_at": FETCHED_AT, "parameters": {"a": "b"}}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    landing_files.write(settings.landing_dir, key, {**known, **envelope}, content)
    return key


def test_with_nothing_to_load_the_tables_are_there(settings: Settings, query: Query) -> None:
    result = raw_store.load(settings)
    assert {name: result[name] for name in ("pages", "posts", "users", "errors", "rejects")} == dict.fromkeys(
        ("pages", "posts", "users", "errors", "rejects"), 0
    )
    names = {
        row[0] for row in query("select table_name from information_schema.tables where table_schema = 'raw'")
    }
    assert names == set(TABLES)


def test_a_warehouse_of_an_older_version_gets_its_new_columns_filled(
    settings: Settings, query: Query
) -> None:
    land(settings, "before", {"data": [{**user(7, "us"), "location": "Kyoto"}, user(8, "them")]}, kind="user")
    raw_store.load(settings)
    with warehouse.connect(settings) as connection:
        connection.execute("alter table raw.users drop column location")
    land(settings, "after", {"data": [{**user(9, "late"), "location": "Wien"}]}, kind="user")
    assert raw_store.load(settings)["users"] == 1
    assert query("select account_id, location from raw.users order by account_id") == [
        ("7", "Kyoto"),
        ("8", None),
        ("9", "Wien"),
    ]


def test_old_and_new_dialect_fill_columns_of_their_own(settings: Settings, query: Query) -> None:
    mention = {"start": 0, "end": 3, "username": "us", "id": "7", "more": 1}
    extra = {"entities": {"mentions": [mention]}, "in_reply_to_user_id": "7", "lang": "en"}
    old = post(1, referenced_tweets=[{"type": "replied_to", "id": "0"}], **extra)
    old["note_tweet"] = {"text": "longer", "entities": {"mentions": [mention]}}
    new = new_post(2, referenced_posts=[{"type": "quoted", "id": "0"}], **extra)
    new["note_post"] = {"text": "longer too", "entities": {"mentions": [mention]}}
    land(settings, "old", {"data": [old], "includes": {"tweets": [post(0)], "users": [user(7, "us")]}})
    land(settings, "new", {"data": [new], "includes": {"posts": [new_post(0)]}})
    result = raw_store.load(settings)
    assert (result["pages"], result["posts"], result["users"]) == (2, 4, 1)
    columns = """post_id, section, author_id, text, created_at, conversation_id, in_reply_to_user_id, lang,
        referenced_tweets, referenced_posts, edit_history_tweet_ids, edit_history_post_ids, mentions,
        note_tweet_text, note_post_text, note_mentions, public_metrics, is_withheld, observed_at"""
    rows = query(f"select {columns} from raw.posts where section = 'data' order by post_id")
    typed = {"start": 0, "end": 3, "username": "us", "id": "7"}
    metrics = {
        "reply_count": 2,
        "like_count": 3,
        "quote_count": 0,
        "bookmark_count": None,
        "impression_count": None,
    }
    at = datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert rows == [
        ("1", "data", "7", "post 1", at, "1", "7", "en", [{"type": "replied_to", "id": "0"}], None, ["1"], None,
         [typed], "longer", None, [typed], {"retweet_count": 1, "repost_count": None, **metrics}, False, SEEN),
        ("2", "data", "7", "post 2", at, "2", "7", "en", None, [{"type": "quoted", "id": "0"}], None, ["2"],
         [typed], None, "longer too", [typed], {"retweet_count": None, "repost_count": 1, **metrics}, False, SEEN),
    ]  # fmt: skip
    assert query("select count(*) from raw.posts where section = 'includes' and post_id = '0'") == [(2,)]
    assert query("select payload->>'text' from raw.posts where post_id = '1'") == [("post 1",)]


def test_the_page_row_says_where_it_came_from(settings: Settings, query: Query) -> None:
    window = {"window_start_at": "2026-05-01T00:00:00+00:00", "window_end_at": "2026-05-02T00:00:00+00:00"}
    numbers = {"status_code": 200, "result_count": 1, "object_count": 1, "estimated_cost_usd": 0.005}
    key = land(
        settings,
        "p",
        {"data": [post(1)]},
        endpoint="/2/x",
        next_token="t",
        api_version="2.166",
        **window,
        **numbers,
    )
    result = raw_store.load(settings)
    (row,) = query("select * exclude (body_sha256, loaded_at, requested_at) from raw.pages")
    start, end = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC)
    assert row == (
        key, "x", "acme", "own_posts", "run-1", 1, "api", "/2/x", '{"a":"b"}', start, end, SEEN, 200, "2.166", "t",
        1, 1, 0.005, f"landing/{key}.json.zst", result["load_id"], None,
    )  # fmt: skip


def test_a_window_is_read_as_far_as_it_was_over_when_the_page_was_fetched(
    settings: Settings, query: Query
) -> None:
    """Also of pages that are in already: what they say was read to come is never asked for again."""
    start, ahead, later = (
        "2026-05-01T00:00:00+00:00",
        "2026-06-01T00:00:00+00:00",
        "2026-07-01T00:00:00+00:00",
    )
    land(settings, "ends later", {"data": [post(1)]}, window_start_at=start, window_end_at=ahead)
    land(settings, "begins later", {"data": [post(2)]}, window_start_at=ahead, window_end_at=later)
    raw_store.load(settings)
    read = "select window_start_at, window_end_at from raw.pages order by all"
    cut = [(datetime(2026, 5, 1, tzinfo=UTC), SEEN), (None, None)]
    assert query(read) == cut
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute("delete from raw.withdrawals")
        connection.execute(
            f"update raw.pages set window_start_at = '{start}', window_end_at = '{later}'"
            " where window_end_at is not null"
        )
    raw_store.load(settings)
    assert query(read) == cut
    assert query("select count(*) from raw.withdrawals where row_count > 0") == [(1,)], "all is built anew"


def test_users_and_partial_errors(settings: Settings, query: Query) -> None:
    five = {
        **user(5, "five"),
        "protected": True,
        "url": "https://t.co/x",
        "verified_type": "blue",
        "description": "d",
    }
    new = {**user(6, "six"), "public_metrics": {"followers_count": 1, "post_count": 9}}
    error = {"resource_type": "user", "resource_id": "gone", "parameter": "usernames", "value": "gone",
             "title": "Not Found Error", "type": "https://api.x.com/2/problems/resource-not-found",
             "detail": "no such user", "section": "data"}  # fmt: skip
    land(settings, "u", {"data": [five, new], "errors": [error, {"title": "odd"}]}, kind="user")
    result = raw_store.load(settings)
    assert (result["users"], result["posts"], result["errors"]) == (2, 0, 2)
    rows = query(
        "select account_id, username, description, is_protected, url, verified_type, "
        "public_metrics.tweet_count, public_metrics.post_count, section from raw.users order by account_id"
    )
    assert rows == [("5", "five", "d", True, "https://t.co/x", "blue", 3, None, "data"),
                    ("6", "six", None, None, None, None, None, 9, "data")]  # fmt: skip
    rows = query(
        "select position, resource_type, resource_id, parameter, value, section, title, type from raw.errors order by 1"
    )
    assert rows[0] == (0, "user", "gone", "usernames", "gone", "data", "Not Found Error", error["type"])
    assert rows[1] == (1, None, None, None, None, None, "odd", None)


@pytest.mark.parametrize(
    ("body", "refused_count"),
    [
        ({"data": post(1)}, 0),
        ({"data": [post(1), None, 3, "text", [1]], "includes": [], "errors": {"title": "alone"}, "meta": 4}, 4),
        ({"data": [post(1), {**post(2), "public_metrics": "many", "referenced_tweets": {"id": "2"}, "entities": [1],
                   "created_at": "soon", "edit_history_tweet_ids": "1", "note_tweet": 5,
                   "withheld": {"copyright": True}}]}, 1),
        ({"data": [{**post(1), "unknown": {"deep": [1, {"deeper": None}]}, "id": 1}]}, 0),
        (b'{"data": [{"id": "1", "text": "half a pair \\ud83d here", "author_id": "7"}]}', 0),
        (b'\xef\xbb\xbf{"data": [{"id": "1", "text": "byte order mark", "author_id": "7"}]}', 0),
        (b'{\n "data": [\n  {"id": "1",\n   "text": "over\\nmany\\u0000 lines", "author_id": 7}\n ]\n}\n', 0),
    ],
    ids=["one object", "odd members", "odd types", "unknown", "surrogate", "bom", "lines"],
)  # fmt: skip
def test_no_shape_stops_a_load(body: Any, refused_count: int, settings: Settings, query: Query) -> None:
    land(settings, "odd", body)
    land(settings, "good", {"data": [post(9)]})
    result = raw_store.load(settings)
    assert result["pages"] == 2
    assert result["rejects"] == refused_count
    assert query("select post_id from raw.posts order by all") == [("1",), ("9",)]


@pytest.mark.parametrize(
    "body", [b"[]", b"null", b'"text"', b"{}", b'{"data": null}', b'{"data": "x", "includes": {"users": 1}}']
)
def test_a_body_without_objects_is_a_page_and_no_fault(body: bytes, settings: Settings, query: Query) -> None:
    land(settings, "odd", body)
    assert raw_store.load(settings)["pages"] == 1
    assert query("select count(*) from raw.posts") == [(0,)]


def test_a_damaged_file_is_set_apart_and_the_rest_goes_in(settings: Settings, query: Query) -> None:
    land(settings, "good", {"data": [post(1)]})
    cut = land(settings, "cut", {"data": [post(2)]})
    path = landing_files.path_of(settings.landing_dir, cut)
    path.write_bytes(path.read_bytes()[:-30])
    broken = land(settings, "broken", b'{"data": [')
    not_utf8 = land(settings, "not_utf8", b'{"data": [{"id": "3", "text": "\xff"}]}')
    moved = landing_files.page_key("x", "own_posts", "run-1", "moved")
    good = landing_files.path_of(
        settings.landing_dir, landing_files.page_key("x", "own_posts", "run-1", "good")
    )
    landing_files.path_of(settings.landing_dir, moved).write_bytes(good.read_bytes())
    result = raw_store.load(settings)
    assert (result["pages"], result["posts"], result["rejects"]) == (1, 1, 4)
    rows = query("select page_key, source_path, reason is not null from raw.rejects order by page_key")
    assert rows == [(key, f"landing/{key}.json.zst", True) for key in sorted([cut, broken, not_utf8, moved])]
    again = raw_store.load(settings)
    assert (again["pages"], again["rejects"]) == (0, 0)


def test_loading_twice_adds_nothing_and_later_pages_add_themselves(settings: Settings, query: Query) -> None:
    land(settings, "a", {"data": [post(1), post(2)]})
    first = raw_store.load(settings)
    before = query("select * from raw.posts order by all")
    assert raw_store.load(settings)["pages"] == 0
    assert query("select * from raw.posts order by all") == before
    land(settings, "b", {"data": [post(3)]})
    second = raw_store.load(settings)
    assert (first["posts"], second["posts"]) == (2, 1)
    assert first["load_id"] != second["load_id"]
    assert query("select load_id, count(*) from raw.posts group by all order by 2 desc") == [
        (first["load_id"], 2),
        (second["load_id"], 1),
    ]


def test_a_payload_is_the_bytes_that_came(settings: Settings, query: Query) -> None:
    came = [
        '{"id" : "1",\t"text": "caf\\u00e9 é 🌱", "n": 1.50e+2, "id": "twice", "author_id":7}',
        '{"id":"2"  ,"author_id":"7" }',
    ]
    land(settings, "a", ('{"data": [' + " ,\n ".join(came) + "]}").encode())
    land(settings, "one", b'{"data":  {"id":"3", "x" : [ ], "author_id": "7"} }')
    raw_store.load(settings)
    rows = query("select payload::varchar from raw.posts order by page_key, position")
    assert rows == [(came[0],), (came[1],), ('{"id":"3", "x" : [ ], "author_id": "7"}',)]


def test_batches_make_no_difference(
    settings: Settings, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw_pages, "BATCH_ROWS", 3)
    landed = []
    for number in range(10):
        key = land(settings, f"p{number}", {"data": [post(number), post(100 + number)]})
        landed += [(key, 0, f"{number}"), (key, 1, f"{100 + number}")]
    result = raw_store.load(settings)
    assert (result["pages"], result["posts"]) == (10, 20)
    assert query("select page_key, position, post_id from raw.posts order by page_key, position") == landed
    assert query("select count(distinct load_id) from raw.posts") == [(1,)]


def test_a_load_that_fails_leaves_nothing(
    settings: Settings, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw_pages, "BATCH_ROWS", 1)
    for number in range(3):
        land(settings, f"p{number}", {"data": [post(number)]})
    with warehouse.connect(settings) as connection:
        raw_store.create_tables(connection)
        # The first chunk fits, the second does not.
        connection.execute("create unique index one_post_only on raw.posts (position)")
    with pytest.raises(duckdb.ConstraintException):
        raw_store.load(settings)
    assert query("select count(*) from raw.pages") == [(0,)]
    assert query("select count(*) from raw.posts") == [(0,)]


def test_temporary_files_are_not_pages(settings: Settings) -> None:
    key = land(settings, "a", {"data": [post(1)]})
    path = landing_files.path_of(settings.landing_dir, key)
    path.rename(path.with_name(f".{path.name}.1.tmp"))
    assert landing_files.keys(settings.landing_dir) == []
    assert raw_store.load(settings)["pages"] == 0


def test_known_post_ids(settings: Settings) -> None:
    assert raw_store.known_post_ids(settings, "x", ["1"]) == set()
    land(settings, "a", {"data": [post(1)], "includes": {"tweets": [post(2), post(4, lang=[])]}})
    raw_store.load(settings)
    assert raw_store.known_post_ids(settings, "x", ["1", "2", "3", "4"]) == {"1", "2", "4"}
    assert raw_store.known_post_ids(settings, "mastodon", ["1"]) == set()


def test_the_configuration_is_written_whole_each_time(
    make_settings: Callable[..., Settings], query: Query
) -> None:
    goal = {
        "words": "talk 'more'",
        "measure": "real_conversation_count",
        "target": 5,
        "by": date(2026, 12, 31),
    }
    client = {"id": "acme", "name": "Acme; drop", "accounts": ["@Acme", "12"], "team": ["@Ann"], "bots": ["@botty"],
              "stakeholders": [{"handle": "@mayor", "why": "why", "topic": "parks", "priority": 1}],
              "goals": [goal]}  # fmt: skip
    settings = make_settings(clients=[client])
    with open_state(settings) as state:
        state.remember_handles("x", {"ACME": "10", "twelve": "12"})
    lists.sync(settings)
    lists.sync(settings)
    assert query("select * from raw.clients") == [("acme", "Acme; drop")]
    assert query("select * from raw.client_accounts order by role, account_id") == [
        ("acme", "x", "botty", None, "bot"),
        ("acme", "x", "Ann", None, "team"),
        ("acme", "x", "Acme", "10", "tracked"),
        ("acme", "x", None, "12", "tracked"),
    ]
    assert query("select * from raw.stakeholders") == [("acme", "x", "mayor", None, "why", "parks", 1)]
    assert query("select * from raw.goals") == [
        ("acme", "talk 'more'", "real_conversation_count", 5.0, date(2026, 12, 31))
    ]
    lists.sync(make_settings())
    assert query("select count(*) from raw.clients") == [(0,)]


def test_an_outcome_that_is_still_to_come_is_left_out_and_said(
    make_settings: Callable[..., Settings], query: Query, caplog: pytest.LogCaptureFixture
) -> None:
    settings = make_settings(clients=[{"id": "acme", "name": "Acme", "accounts": ["12"]}])
    make_home(settings)
    (settings.home / "outcomes.csv").write_text(
        "outcome_id,client_id,kind,occurred_date,handle,consent_basis,note\n"
        "past,acme,meeting,2026-10-30,77,consent,\nlater,acme,meeting,2027-10-30,77,consent,\n"
    )
    lists.sync(settings)
    assert query("select outcome_id from raw.outcomes") == [("past",)]
    assert caplog.messages == ["outcome later of 2027-10-30 is left out until then"]


def test_people_are_written_by_account(make_settings: Callable[..., Settings], query: Query) -> None:
    people = [
        {"id": "ana-lima", "name": "Ana", "accounts": ["@Ana", "77"], "kind": "person"},
        {"name": "Ben", "accounts": ["@ben"]},
    ]
    settings = replace(make_settings(), config=Config.model_validate({"people": people}))
    with open_state(settings) as state:
        state.remember_handles("x", {"ana": "10"})
    lists.sync(settings)
    assert query("select * from raw.people_accounts order by all") == [
        (0, "Ana", "person", "x", "Ana", "10", "person:ana-lima"),
        (0, "Ana", "person", "x", None, "77", "person:ana-lima"),
        (1, "Ben", None, "x", "ben", None, "person:6700869c8ff7"),
    ]
    lists.sync(make_settings())
    assert query("select count(*) from raw.people_accounts") == [(0,)]
