"""What is not X's, or holds no posts, is refused with what it is and what to do. An object is known by its shape."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractors.files import shapes
from extractors.files.importer import import_files
from rapport.config import Settings
from tests.extractors.server import message, new_post, post, user

Query = Callable[[str], list[tuple[Any, ...]]]
# Invented, each in the shape of another network's API or of a program that reads web pages.
FOREIGN = {
    "messenger": {"id": 41, "date": "2026-03-01T10:00:00", "text": "hello", "from_id": "user77", "reply_to": 40},
    "messenger of two": {"id": 41, "text": [{"type": "bold", "text": "hello"}], "author_id": 7},
    "fediverse status": {
        "id": "108000000000000002", "created_at": "2026-03-01T10:00:00.000Z", "content": "<p>hello</p>",
        "text": "hello", "account": {"id": "108000000000000001", "username": "us", "acct": "us"},
    },
    "photo account": {
        "id": "17841400000000000", "username": "us", "name": "Us", "biography": "a lab", "followers_count": 3,
        "media_count": 1, "profile_picture_url": "https://p.example/1.jpg",
    },
    "thread": {
        "id": "18000000000000000", "text": "hello", "username": "us", "timestamp": "2026-03-01T10:00:00+0000",
        "media_type": "TEXT_POST", "permalink": "https://t.example/1",
    },
    "forge account": {"id": 12, "username": "us", "name": "Us", "state": "active", "web_url": "https://f.example/us"},
    "chat account": {"id": "80351110224678912", "username": "us", "discriminator": "0", "global_name": "Us"},
    "page of photos": {"data": [{"id": "17895695668004550", "username": "us", "caption": "hello"}], "paging": {}},
    "page of threads": {"data": [{"id": "18000000000000000", "text": "hello", "username": "us"}]},
    "page and users of a forge": {
        "data": [{"what": "ever"}],
        "includes": {"users": [{"id": 12, "username": "us", "name": "Us", "state": "active"}]},
    },
    "scraped post": {
        "type": "tweet", "id": "2028409980318646272", "text": "hello", "createdAt": "Mon Mar 02 10:00:00 +0000 2026",
        "url": "https://x.com/us/status/2028409980318646272", "likeCount": 3, "conversationId": "2028409980318646272",
        "author": {"id": "900100", "userName": "us", "name": "Us"},
    },
    "scraped line": {
        "id": 2028409980318646272, "conversation_id": "2028409980318646272", "created_at": "2026-03-02 10:00:00 UTC",
        "date": "2026-03-02", "user_id": 900100, "username": "us", "name": "Us", "tweet": "hello", "replies_count": 0,
    },
    "ids as floats": {"id": 2.028409980318646e18, "text": "hello", "author_id": 9.001e5},
}  # fmt: skip
# Each of them is X's, however little it has.
OURS: dict[str, tuple[Any, str]] = {
    "with an unknown field": (post(1, brand_new_field={"of": "X"}), shapes.FLAT_POST),
    "few fields": ({"id": "1", "text": "hi", "author_id": "7"}, shapes.FLAT_POST),
    "ids as whole numbers": (post(1) | {"id": 1, "author_id": 7}, shapes.FLAT_POST),
    "author inlined": (
        {"id": "1", "text": "hi", "author": {"id": "7", "username": "us", "name": "Us"}},
        shapes.FLAT_POST,
    ),
    "withheld": ({name: value for name, value in post(1).items() if name != "text"}, shapes.FLAT_POST),
    "smallest account": ({"id": "7", "username": "us", "name": "Us"}, shapes.FLAT_USER),
    "account with an unknown field": (user(7, "us") | {"brand_new": 1}, shapes.FLAT_USER),
    "page of few fields": ({"data": [{"id": "1", "text": "hi"}]}, shapes.PAGE_OF_POSTS),
    "page of the new dialect": ({"data": new_post(1)}, shapes.PAGE_OF_POSTS),
    "page of accounts": ({"data": [{"id": "7", "username": "us", "name": "Us"}]}, shapes.PAGE_OF_USERS),
    "who liked": (
        {"data": [{"media_key": "3_1"}], "includes": {"users": [user(7, "us")]}},
        shapes.INCLUDES_ONLY,
    ),
}


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.mark.parametrize("name", FOREIGN)
def test_objects_of_others_are_refused(name: str, settings: Settings, tmp_path: Path, query: Query) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text(f"{json.dumps(FOREIGN[name])}\n{json.dumps(post(5))}\n")
    [found] = import_files(settings, [path])["files"]
    assert (found["read"], found["taken"], found["refused"]) == (2, 1, 1)
    assert query("select post_id from raw.posts") == [("5",)]
    assert query("select count(*) from raw.users") == [(0,)]
    alone = tmp_path / "alone.jsonl"
    alone.write_text(json.dumps(FOREIGN[name]))
    [found] = import_files(settings, [alone])["files"]
    assert (found["status"], found["refused"]) == ("refused", 1)


@pytest.mark.parametrize("name", OURS)
def test_objects_of_x_are_taken_however_little_they_have(name: str) -> None:
    value, kind = OURS[name]
    assert shapes.kind_of(value) == kind


def test_what_is_said_of_them(settings: Settings, tmp_path: Path) -> None:
    def said(value: Any, count: int = 1) -> str:
        path = tmp_path / "x.jsonl"
        path.write_text(json.dumps(value))
        [found] = import_files(settings, [path])["files"]
        assert (found["status"], found["taken"], found["refused"]) == ("refused", 0, count)
        return found["reason"]

    assert "nothing of X has the fields id, date, text, from_id, reply_to" in said(FOREIGN["messenger"])
    assert "lost digits" in said(FOREIGN["ids as floats"])
    assert "consent" in said(message(1))
    assert "consent" in said({"data": [message(1)], "includes": {"users": [user(20, "us")]}})
    assert "author_id" in said({"id": "1", "text": "hi", "edit_history_tweet_ids": ["1"]})
    assert "hydrate" in said([2028409980318646272, 2028425079813046272], 2)
    assert "hydrate" in said(["2028409980318646272", "2028425079813046272"], 2)
    # what stands in a file may be made to harm whoever reads the message
    assert "\x1b" not in said({"\x1b[31mid": 1, "text": "x", "id\n": 2})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("2028409980318646272\n2028425079813046272\n", ("list of ids", "twarc2 hydrate")),
        ("\ufefftweet_id\r\n2028409980318646272\r\n", ("list of ids", "twarc2 hydrate")),
        ('"2028409980318646272",\n"2028425079813046272"', ("list of ids", "twarc2 hydrate")),
        ("id,text,author_id\n2028409980318646272,hello,7\n", ("table", "CSV", "twarc2 hydrate")),
        ('"tweet_id";"text"\n"1";"a {brace}"\n', ("table", "twarc2 hydrate")),
        ("id\ttext\n1\thello\n", ("table",)),
        ("<!DOCTYPE html><html>{}</html>", ("web",)),
        ("SQLite format 3\x00 and so on", ("SQLite",)),
        ("PAR1\x00\x15", ("Parquet",)),
        ("some\x00thing that is no text\n", ("no text",)),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_files_that_hold_no_json(
    content: str, words: tuple[str, ...], encoding: str, settings: Settings, tmp_path: Path, query: Query
) -> None:
    path = tmp_path / "file.csv"
    path.write_text(content, encoding=encoding)
    [found] = import_files(settings, [path])["files"]
    assert found["status"] == "refused"
    assert [word for word in words if word not in found["reason"]] == []
    assert query("select count(*) from raw.rejects") == [(0,)]
    assert not list(settings.landing_dir.glob("*/*/*/*"))


def test_lines_that_look_like_a_table_stand_before_posts(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "headed.jsonl"
    path.write_text(f"collected, 2026, by us\nwith, a, tool\n{json.dumps(post(1))}\n")
    [found] = import_files(settings, [path])["files"]
    assert (found["read"], found["taken"], found["refused"]) == (3, 1, 2)
    assert found["refused_because"] == {"it is not JSON": 2}


def test_a_million_refused_lines_need_no_memory_and_are_all_kept(
    settings: Settings, tmp_path: Path, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small million: they go to disk after a few, and into several landing files."""
    monkeypatch.setattr("extractors.files.results._HELD_BYTES", 1000)
    monkeypatch.setattr("extractors.files.results._PAGE_SIZE", 10)
    path = tmp_path / "lines.jsonl"
    lines = [json.dumps(FOREIGN["messenger"] | {"id": number}) for number in range(35)]
    path.write_text("\n".join([*lines, json.dumps(post(1))]))
    for _ in range(2):
        [found] = import_files(settings, [path])["files"]
        assert (found["read"], found["taken"], found["refused"]) == (36, 1, 35)
        assert query(
            "select count(*), count(distinct line_number), count(distinct page_key) from raw.rejects"
        ) == [(35, 35, 4)]


def test_of_a_page_not_only_the_first_object_tells_what_it_is(
    settings: Settings, tmp_path: Path, query: Query
) -> None:
    """One that is spoilt must not cost the others."""
    path = tmp_path / "page.json"
    path.write_text(
        json.dumps({"data": [{"id": None}, {"odd": 1}, post(1)], "includes": {"users": [{}, user(7, "us")]}})
    )
    [found] = import_files(settings, [path])["files"]
    assert (found["status"], found["taken"]) == ("imported", 1)
    assert query("select count(*) from raw.posts where post_id = '1'") == [(1,)]
