"""Answers of Bluesky and Mastodon in files, one a line: known by their content, landed as they came, and looked at."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractors.files.importer import import_files
from extractors.landing import landing_files
from rapport.config import Settings
from tests.extractors.server import post as x_post

Query = Callable[[str], list[tuple[Any, ...]]]
DID, ANA = "did:plc:ragtimewatcher22222222aa", "did:plc:somebodyelse2222222222222"
AT = "2026-10-01T09:00:00.000Z"
SECRET = "where the nest really is"


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def to_file(*values: Any, name: str = "answers.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(value if isinstance(value, str) else json.dumps(value) for value in values))
        return path

    return to_file


def profile(did: str = DID, handle: str = "heron.example") -> dict[str, Any]:
    return {"did": did, "handle": handle, "displayName": "Heron"}


def view(name: str, did: str = DID, **record: Any) -> dict[str, Any]:
    return {
        "uri": f"at://{did}/app.bsky.feed.post/{name}", "cid": "bafy", "author": profile(did), "indexedAt": AT,
        "record": {"$type": "app.bsky.feed.post", "text": f"post {name}", "createdAt": AT, **record},
    }  # fmt: skip


def account(name: str, host: str = "") -> dict[str, Any]:
    return {
        "id": f"1{len(name)}", "username": name, "acct": f"{name}@{host}" if host else name,
        "display_name": name.title(), "note": "<p>hi</p>", "created_at": AT,
        "url": f"https://{host or 'social.example'}/@{name}",
    }  # fmt: skip


def status(number: int, author: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": str(number), "uri": f"https://social.example/users/x/statuses/{number}", "created_at": AT,
        "visibility": "public", "content": f"<p>status {number}</p>", "account": author, "reblog": None,
        "in_reply_to_id": None, "in_reply_to_account_id": None, "mentions": [], **more,
    }  # fmt: skip


def test_answers_of_bluesky(settings: Settings, write: Callable[..., Path], query: Query) -> None:
    root = view("3kaaa")
    answers = [
        {"feed": [{"post": root}, {"post": view("3kbbb", ANA)}], "cursor": "x"},
        {"thread": {"post": root, "replies": [{"post": view("3kccc", ANA)}]}},
        {"uri": root["uri"], "likes": [{"actor": profile(ANA, "ana.example"), "createdAt": AT, "indexedAt": AT}]},
        {"uri": root["uri"], "posts": [view("3kddd", ANA)]},
        {"records": [{"uri": f"at://{DID}/app.bsky.feed.post/3keee", "cid": "b", "value": root["record"]}]},
        view("3kfff"), view("3kfff"), profile(),
        {"feed": []},
        {"convos": [{"id": "1"}]},
        {"odd": 1},
    ]  # fmt: skip
    path = write(*answers)
    [found] = import_files(settings, [path])["files"]
    assert found["network"] == "bluesky"
    assert (found["read"], found["taken"], found["empty"], found["refused"]) == (11, 8, 1, 2)
    posts = query("select distinct right(post_id, 5) from raw.posts order by 1")
    assert [name for (name,) in posts] == ["3kaaa", "3kbbb", "3kccc", "3kddd", "3keee", "3kfff"]
    assert (
        query("select about_post_id from raw.pages where about_post_id is not null") == [(root["uri"],)] * 3
    )
    assert query("select stream, count(*) from raw.pages group by 1 order by 1") == [
        ("import", 7),
        ("likers", 1),
    ]
    reasons = query("select line_number, reason from raw.rejects order by 1")
    assert [number for number, _ in reasons] == [10, 11]
    assert "direct messages" in reasons[0][1] and "nothing of Bluesky has the fields odd" in reasons[1][1]
    assert import_files(settings, [path])["load"]["pages"] == 0


def test_a_thread_without_the_answer_that_brought_it(
    settings: Settings, write: Callable[..., Path], query: Query
) -> None:
    """As programs keep it: all of it is taken in, not the post alone."""
    reply = {"post": view("3kbbb", ANA), "replies": [{"post": view("3kccc"), "replies": []}]}
    nodes = [
        {"post": view("3kaaa"), "replies": [reply]},
        {"post": view("3kddd"), "parent": {"post": view("3keee")}},
    ]
    [found] = import_files(settings, [write(*nodes)])["files"]
    assert (found["network"], found["read"], found["taken"], found["posts"]) == ("bluesky", 2, 2, 5)
    posts = query("select distinct right(post_id, 5) from raw.posts order by 1")
    assert [name for (name,) in posts] == ["3kaaa", "3kbbb", "3kccc", "3kddd", "3keee"]


def test_an_answer_that_is_whole_is_landed_as_it_came(settings: Settings, write: Callable[..., Path]) -> None:
    line = '{"feed":  [{"post": ' + json.dumps(view("3kaaa", text="é")) + '}], "brand_new": 1.50}'
    import_files(settings, [write(line)])
    [key] = landing_files.keys(settings.landing_dir)
    assert line.encode() in landing_files.unpacked(landing_files.path_of(settings.landing_dir, key))


def test_answers_of_mastodon(settings: Settings, write: Callable[..., Path], query: Query) -> None:
    heron, ana = account("heron"), account("ana", "other.example")
    top = status(1, heron)
    answers = [
        [top, status(2, ana, in_reply_to_id="1", in_reply_to_account_id="15")],
        {
            "ancestors": [top],
            "descendants": [status(3, heron, in_reply_to_id="1", in_reply_to_account_id="15")],
        },
        status(4, ana),
        {"id": "9", "type": "mention", "created_at": AT, "account": ana, "status": status(5, ana)},
        {"accounts": [account("bo")], "statuses": [status(6, ana)], "hashtags": []},
        [heron],
    ]
    [found] = import_files(settings, [write(*answers)])["files"]
    assert found["network"] == "mastodon"
    assert (found["read"], found["taken"], found["refused"]) == (8, 8, 0)
    assert query(
        "select distinct right(post_id, 1), author_id, text, "
        "list_transform(referenced_tweets, lambda one: right(one.id, 1)) from raw.posts order by 1"
    ) == [
        ("1", "heron@social.example", "status 1", None),
        ("2", "ana@other.example", "status 2", ["1"]),
        ("3", "heron@social.example", "status 3", ["1"]),
        ("4", "ana@other.example", "status 4", None),
        ("5", "ana@other.example", "status 5", None),
        ("6", "ana@other.example", "status 6", None),
    ]
    assert query("select distinct account_id from raw.users order by 1") == [
        ("ana@other.example",), ("bo@social.example",), ("heron@social.example",),
    ]  # fmt: skip


@pytest.mark.parametrize("visibility", ["direct", "list", "local", "of a server to come"])
def test_private_posts_of_mastodon_are_never_kept(
    settings: Settings, write: Callable[..., Path], query: Query, visibility: str
) -> None:
    heron = account("heron")
    hidden = [status(number, heron, visibility=visibility, content=f"<p>{SECRET}</p>") for number in (7, 8)]
    answers = [
        hidden[0],
        {"data": [status(1, heron), hidden[1]]},
        {"data": [hidden[1]]},
        {"ancestors": [], "descendants": hidden},
        {"id": "9", "type": "mention", "created_at": AT, "account": heron, "status": hidden[0]},
        {"id": "10", "type": "pleroma:chat_mention", "account": heron, "chat_message": {"content": SECRET}},
        json.dumps(hidden[0])[:-30],
    ]
    [found] = import_files(settings, [write(*answers)])["files"]
    assert (found["read"], found["taken"], found["passed_over"], found["refused"]) == (7, 1, 5, 1)
    assert found["private_posts"] == 7
    assert query("select text from raw.posts") == [("status 1",)]
    assert query("select count(*) from raw.messages") == [(0,)]
    for path in [*settings.landing_dir.rglob("*.zst")]:
        assert SECRET not in landing_files.unpacked(path).decode()
    assert SECRET.encode() not in settings.warehouse_path.read_bytes()


def test_one_file_is_of_one_network(settings: Settings, write: Callable[..., Path], query: Query) -> None:
    """That of most of its first values; what is another's is refused, and goes in when the network is named."""
    heron = account("heron")
    mixed = write(x_post(1), status(2, heron), status(3, heron), view("3kaaa"))
    for network, count in (("", 2), ("x", 1), ("mastodon", 2), ("bluesky", 1)):
        [found] = import_files(settings, [mixed], network=network)["files"]
        assert (found["network"], found["taken"], found["refused"]) == (
            network or "mastodon",
            count,
            4 - count,
        )
    assert query("select network, count(distinct post_id) from raw.posts group by 1 order by 1") == [
        ("bluesky", 1), ("mastodon", 2), ("x", 1),
    ]  # fmt: skip
    # as many of one as of the other
    [found] = import_files(settings, [write(view("3kaaa"), x_post(1), name="even.jsonl")])["files"]
    assert found["network"] == "x"


def test_files_of_several_networks_at_once(settings: Settings, write: Callable[..., Path]) -> None:
    paths = [
        write(x_post(1), {**x_post(2), "created_at": "2999-01-01T00:00:00Z"}, name="x.jsonl"),
        write(status(1, account("heron")), name="m.jsonl"),
        write(view("3kaaa"), view("3kbbb", createdAt=AT) | {"author": {"did": "nobody"}}, name="b.jsonl"),
    ]
    result = import_files(settings, paths)
    assert [(one["network"], one["taken"], one["refused"]) for one in result["files"]] == [
        ("x", 1, 1), ("mastodon", 1, 0), ("bluesky", 1, 1),
    ]  # fmt: skip
    assert result["posts"] == 3


def test_a_page_has_no_post_twice_so_that_every_refused_one_has_its_line(
    settings: Settings, write: Callable[..., Path], query: Query
) -> None:
    bad = view("3kbbb") | {"indexedAt": "2999-01-01T00:00:00Z"}
    bad["record"] = {**bad["record"], "createdAt": "2998-01-01T00:00:00Z"}
    lines = [view("3kaaa"), view("3kaaa"), bad, view("3kaaa"), bad]
    [found] = import_files(settings, [write(*lines)])["files"]
    assert (found["read"], found["taken"], found["refused"]) == (5, 3, 2)
    assert query("select line_number from raw.rejects order by 1") == [(3,), (5,)]
