"""Files into the same landing and tables: every form, cut lines, twice, packed; made by the test itself."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractors.files.importer import import_files
from rapport.config import Settings
from tests.extractors.server import post, user

Query = Callable[[str], list[tuple[Any, ...]]]
NOTE = {
    "url": "https://api.twitter.com/2/tweets/search/all?query=x",
    "version": "2.13.0",
    "retrieved_at": "2023-01-02T03:04:05+00:00",
}
REPLY = post(3, author=8, conversation_id="1", referenced_tweets=[{"type": "replied_to", "id": "1"}])
PAGED = {
    "data": [REPLY, post(4, author=8)],
    "includes": {"users": [user(8, "eight"), user(7, "us")], "tweets": [post(1)]},
    "errors": [{"title": "Not Found Error", "parameter": "referenced_tweets.id", "resource_id": "99"}],
    "__twarc": NOTE,
}
FLAT = [
    {
        **REPLY,
        "author": user(8, "eight"),
        "in_reply_to_user": user(7, "us"),
        "referenced_tweets": [{"type": "replied_to", **post(1), "author": user(7, "us")}],
        "entities": {"mentions": [{"start": 0, "end": 3, **user(9, "nine")}]},
        "__twarc": NOTE,
    },
    {
        **post(4, author=8),
        "author": user(8, "eight"),
        "__twarc": {**NOTE, "retrieved_at": "2023-01-09T00:00:00+00:00"},
    },
]


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of one JSON value (or raw text) a line."""

    def write(name: str, *lines: Any) -> Path:
        path = tmp_path / name
        path.write_text(
            "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n"
        )
        return path

    return write


def test_a_paged_file(settings: Settings, file: Callable[..., Path], query: Query) -> None:
    path = file("paged.jsonl", PAGED, "", {"data": post(5), "__twarc": NOTE}, {"meta": {"result_count": 0}})
    result = import_files(settings, [path])
    assert result["files"] == [
        {
            "file": str(path),
            "status": "imported",
            "reason": "",
            "pages": 2,
            "posts": 4,
            "users": 2,
            "rejects": 0,
        }
    ]
    assert (result["rejected_lines"], result["refused_files"], result["posts"], result["users"]) == (
        0,
        0,
        4,
        2,
    )
    rows = query("select post_id, section, observed_at::varchar from raw.posts order by post_id")
    at = "2023-01-02 03:04:05+00"
    assert rows == [("1", "includes", at), ("3", "data", at), ("4", "data", at), ("5", "data", at)]
    assert query("select resource_id from raw.errors") == [("99",)]
    assert query("select distinct source, client_id, stream, endpoint from raw.pages") == [
        ("file", "", "import", "/2/tweets/search/all")
    ]


def test_a_flat_file_gives_the_same_posts_and_users(
    settings: Settings, file: Callable[..., Path], query: Query
) -> None:
    result = import_files(settings, [file("flat.jsonl", *FLAT)])
    assert (result["pages"], result["posts"], result["users"]) == (1, 3, 3)
    rows = query(
        "select post_id, section, author_id, referenced_tweets, len(mentions), observed_at::varchar "
        "from raw.posts order by 1"
    )
    assert rows == [
        ("1", "includes", "7", None, None, "2023-01-02 03:04:05+00"),
        ("3", "data", "8", [{"type": "replied_to", "id": "1"}], 1, "2023-01-02 03:04:05+00"),
        ("4", "data", "8", None, None, "2023-01-09 00:00:00+00"),
    ]
    assert query("select account_id, username from raw.users order by 1") == [
        ("7", "us"),
        ("8", "eight"),
        ("9", "nine"),
    ]


def test_a_cut_line_is_kept_with_its_reason_and_the_rest_goes_in(
    settings: Settings, file: Callable[..., Path], query: Query
) -> None:
    cut = '{"data": {"id": "6", "text": "cut sh'
    path = file("cut.jsonl", PAGED, cut, {"data": post(5)}, {"what": "ever"}, '{"data": NaN}')
    result = import_files(settings, [path])
    assert (result["posts"], result["rejected_lines"], result["load"]["rejects"]) == (4, 3, 3)
    rows = query("select source_path, line_number, content from raw.rejects order by line_number")
    assert rows == [(str(path), 2, cut), (str(path), 4, '{"what": "ever"}'), (str(path), 5, '{"data": NaN}')]
    assert query("select count(*) from raw.rejects where reason like '%not whole JSON%'") == [(2,)]
    again = import_files(settings, [path])
    assert (again["rejected_lines"], again["load"]["rejects"], again["load"]["posts"]) == (3, 0, 0)
    assert query("select count(*) from raw.rejects") == [(3,)]


def test_the_same_content_under_another_name_or_packed_adds_nothing(
    settings: Settings, file: Callable[..., Path], tmp_path: Path, query: Query
) -> None:
    path = file("a.jsonl", PAGED)
    packed = tmp_path / "b.jsonl.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert import_files(settings, [packed])["load"]["posts"] == 3
    before = query("select * from raw.posts order by all")
    assert import_files(settings, [path, packed, path])["load"]["pages"] == 0
    assert query("select * from raw.posts order by all") == before


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "empty"),
        (["", " "], "empty"),
        (
            [
                {
                    "id": "1",
                    "action": "delete",
                    "created_at": "2019-09-06T17:25:54.667Z",
                    "reason": "protected",
                }
            ],
            "compliance",
        ),
        (
            [{"data": [{"start": "a", "end": "b", "tweet_count": 4}], "meta": {"total_tweet_count": 4}}],
            "counts",
        ),
        ([{"data": [{"id": "1", "name": "n", "owner_id": "2", "member_count": 3}]}], "lists"),
        (["not json at all"], "line 1"),
        (["[1, 2]"], "not known"),
        ([{"meta": {"result_count": 0}}], "without posts"),
    ],
    ids=["empty", "blank", "compliance", "counts", "lists", "text", "numbers", "no result"],
)
def test_a_file_without_posts_is_refused_with_the_reason(
    lines: list[Any], reason: str, settings: Settings, file: Callable[..., Path], query: Query
) -> None:
    messages: list[str] = []
    result = import_files(settings, [file("odd.jsonl", *lines)], messages.append)
    assert result["refused_files"] == 1
    assert result["files"][0]["status"] == "refused"
    assert reason in result["files"][0]["reason"]
    assert any("refused" in message and reason in message for message in messages)
    assert query("select count(*) from raw.pages") == [(0,)]


def test_files_that_cannot_be_read_do_not_stop_the_others(
    settings: Settings, file: Callable[..., Path], tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.jsonl.gz"
    damaged.write_bytes(gzip.compress(b'{"data": []}' * 1000)[:40])
    folder = tmp_path / "nothing here"
    folder.mkdir()
    result = import_files(settings, [tmp_path / "absent.jsonl", damaged, folder, file("good.jsonl", PAGED)])
    assert [one["status"] for one in result["files"]] == ["refused", "refused", "refused", "imported"]
    assert (result["refused_files"], result["posts"]) == (3, 3)


def test_a_document_over_many_lines_and_a_list_of_posts(settings: Settings, tmp_path: Path) -> None:
    pretty = tmp_path / "pretty.json"
    pretty.write_text(json.dumps(PAGED, indent=2))
    listed = tmp_path / "list.json"
    listed.write_text(json.dumps([post(11), post(12)]))
    result = import_files(settings, [pretty, listed])
    assert [(one["status"], one["posts"]) for one in result["files"]] == [("imported", 3), ("imported", 2)]


def test_users(settings: Settings, file: Callable[..., Path], query: Query) -> None:
    page = {"data": [user(1, "one"), user(2, "two")], "includes": {"tweets": [post(5, author=1)]}}
    result = import_files(settings, [file("users.jsonl", page), file("flat_users.jsonl", user(3, "three"))])
    assert (result["users"], result["posts"]) == (3, 1)
    assert query("select account_id from raw.users where section = 'data' order by 1") == [
        ("1",),
        ("2",),
        ("3",),
    ]


def test_many_flat_posts_go_into_few_pages(
    settings: Settings, file: Callable[..., Path], query: Query
) -> None:
    result = import_files(settings, [file("flat.jsonl", *(post(number) for number in range(1200)))])
    assert (result["pages"], result["posts"]) == (3, 1200)
    assert query("select count(distinct post_id) from raw.posts") == [(1200,)]
