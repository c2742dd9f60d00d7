"""Files into the same landing and tables: every form, cut lines, twice, packed; made by the test itself."""

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from extractors.files.importer import import_files
from rapport.config import Settings
from tests.extractors.server import new_post, post, user

Query = Callable[[str], list[tuple[Any, ...]]]
NOTE = {
    "url": "https://api.twitter.com/2/tweets/search/all?query=x",
    "version": "2.13.0",
    "retrieved_at": "2026-05-02T03:04:05+00:00",
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
        "__twarc": {**NOTE, "retrieved_at": "2026-05-09T00:00:00+00:00"},
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
            "network": "x",
            "status": "imported",
            "reason": "",
            "read": 3,
            "taken": 2,
            "passed_over": 0,
            "passed_over_because": {},
            "private_posts": 0,
            "notices": 0,
            "empty": 1,
            "refused": 0,
            "refused_because": {},
            "left_out": 0,
            "left_out_because": {},
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
    at = "2026-05-02 03:04:05+00"
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
        ("1", "includes", "7", None, None, "2026-05-02 03:04:05+00"),
        ("3", "data", "8", [{"type": "replied_to", "id": "1"}], 1, "2026-05-02 03:04:05+00"),
        ("4", "data", "8", None, None, "2026-05-09 00:00:00+00"),
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
    assert [file["status"] for file in result["files"]] == ["refused", "refused", "refused", "imported"]
    assert (result["refused_files"], result["posts"]) == (3, 3)


def test_a_document_over_many_lines_and_a_list_of_posts(settings: Settings, tmp_path: Path) -> None:
    pretty = tmp_path / "pretty.json"
    pretty.write_text(json.dumps(PAGED, indent=2))
    listed = tmp_path / "list.json"
    listed.write_text(json.dumps([post(11), post(12)]))
    result = import_files(settings, [pretty, listed])
    assert [(file["status"], file["posts"]) for file in result["files"]] == [("imported", 3), ("imported", 2)]


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


def test_packed_files(settings: Settings, file: Callable[..., Path], tmp_path: Path, query: Query) -> None:
    plain = file("a.jsonl", PAGED, {"data": post(5)}).read_bytes()
    packed = tmp_path / "b.jsonl.zst"
    packed.write_bytes(zstandard.compress(plain))
    frames = tmp_path / "two frames.zst"
    frames.write_bytes(zstandard.compress(plain[:200]) + zstandard.compress(plain[200:]))
    members = tmp_path / "two members.gz"
    members.write_bytes(gzip.compress(plain[:100]) + gzip.compress(plain[100:]))
    result = import_files(settings, [packed, frames, members, tmp_path / "a.jsonl"])
    assert [(file["status"], file["posts"], file["rejects"]) for file in result["files"]] == [
        ("imported", 4, 0)
    ] * 4
    assert query("select count(*) from raw.pages") == [(2,)]


@pytest.mark.parametrize(("pack", "ending"), [(gzip.compress, ".gz"), (zstandard.compress, ".zst")])
def test_a_packed_file_written_by_half_gives_what_is_whole(
    pack: Callable[[bytes], bytes], ending: str, settings: Settings, tmp_path: Path, query: Query
) -> None:
    # What can't be packed well, so that the cut falls among many lines.
    lines = [
        json.dumps({"data": post(number, text=random.Random(number).randbytes(2000).hex())})
        for number in range(400)
    ]
    path = tmp_path / f"half.jsonl{ending}"
    packed = pack("\n".join(lines).encode())
    path.write_bytes(packed[: len(packed) // 2])
    result = import_files(settings, [path])
    (found,) = result["files"]
    assert (found["status"], found["rejects"]) == ("imported", 2)
    assert 50 < found["posts"] < 350
    rows = query("select line_number, reason, content from raw.rejects order by line_number")
    assert [row[0] for row in rows] == [found["posts"] + 1, found["posts"] + 2]
    assert "not whole JSON" in rows[0][1] and lines[found["posts"]].startswith(rows[0][2])
    assert "cut short" in rows[1][1]


def test_a_folder_is_walked_and_what_is_no_input_is_named(
    settings: Settings, tmp_path: Path, query: Query
) -> None:
    folder = tmp_path / "collected"
    (folder / "2025" / "may").mkdir(parents=True)
    (folder / "a.jsonl").write_text(json.dumps(PAGED))
    (folder / "2025" / "may" / "b.json.zst").write_bytes(zstandard.compress(json.dumps([post(11)]).encode()))
    (folder / "2025" / "notes.md").write_text("# notes")
    (folder / "2025" / ".hidden.json").write_text("{}")
    (folder / "2025" / "half.json").write_text('{"data": [')
    messages: list[str] = []
    result = import_files(settings, [folder], messages.append)
    assert [(Path(file["file"]).name, file["status"]) for file in result["files"]] == [
        ("half.json", "refused"),
        ("b.json.zst", "imported"),
        ("a.jsonl", "imported"),
    ]
    assert {Path(file["file"]).name for file in result["skipped"]} == {"notes.md", ".hidden.json"}
    assert any("notes.md" in message and "skipped" in message for message in messages)
    assert (result["posts"], result["refused_files"]) == (4, 1)


def test_what_tweepy_and_xdk_dump(settings: Settings, tmp_path: Path, query: Query) -> None:
    """tweepy: a Response as JSON dumps a tuple, and as a dict; a list of both. xdk: models with empty members."""
    response = [[post(1), post(2)], {"users": [user(7, "us")]}, [], {"result_count": 2}]
    as_dict = dict(zip(("data", "includes", "errors", "meta"), [[post(3)], *response[1:]], strict=True))
    single = [post(4), {}, [], {}]
    new = new_post(5, referenced_posts=[{"type": "replied_to", "id": "1"}])
    models = [
        {"data": [new], "includes": {"posts": [new_post(1)], "users": None}, "errors": None, "meta": {}},
        {
            "data": [new_post(6) | {"lang": None, "note_post": None}],
            "includes": None,
            "errors": None,
            "meta": None,
        },
    ]
    values = {
        "response": response, "dict": as_dict, "one": single, "responses": [as_dict, {**as_dict, "data": [post(7)]}],
        "models": models, "flat": [new_post(8), new_post(9)],
    }  # fmt: skip
    paths = []
    for indent in (None, 2):
        for name, value in values.items():
            paths.append(tmp_path / f"{name}-{indent}.json")
            paths[-1].write_text(json.dumps(value, indent=indent))
    result = import_files(settings, paths)
    found = [(file["posts"], file["rejects"], file["status"]) for file in result["files"]]
    assert found == [(count, 0, "imported") for count in (2, 1, 1, 2, 3, 2)] * 2
    assert {row[0] for row in query("select post_id from raw.posts")} == {
        str(number) for number in range(1, 10)
    }
    assert query("select distinct referenced_posts from raw.posts where post_id = '5'") == [
        ([{"type": "replied_to", "id": "1"}],)
    ]


@pytest.mark.parametrize("indent", [None, 1])
def test_a_list_cut_short_gives_its_whole_items(
    indent: int | None, settings: Settings, tmp_path: Path, query: Query
) -> None:
    path = tmp_path / "list.json"
    text = json.dumps([post(number) for number in range(10)], indent=indent)
    path.write_text(text[: text.index('"post 7"') + 4])
    result = import_files(settings, [path])
    assert (result["posts"], result["rejected_lines"]) == (7, 1)
    path.write_text(text.replace('"post 7"', '"post 7'))
    result = import_files(settings, [path])
    assert (result["posts"], result["rejected_lines"]) == (9, 1)


@pytest.mark.parametrize(
    ("asked", "endpoint"),
    [
        ("/2/tweets/search/recent?query=from%3Aeight", "/2/tweets/search/recent"),
        ("/2/users/by/username/eight", "/2/users/by/username/:username"),
        ("/2/users/8/tweets?max_results=5", "/2/users/8/tweets"),
    ],
)
def test_of_what_twarc_asked_the_endpoint_alone_is_kept(
    settings: Settings, file: Callable[..., Path], query: Query, asked: str, endpoint: str
) -> None:
    note = NOTE | {"url": f"https://api.twitter.com{asked}"}
    path = file("in.jsonl", PAGED | {"__twarc": note}, FLAT[1] | {"__twarc": note})
    assert import_files(settings, [path])["files"][0]["status"] == "imported"
    assert query("select distinct endpoint from raw.pages") == [(endpoint,)]
    noted = query(
        "select distinct payload->'__twarc'->>'url' from raw.posts where (payload->'__twarc') is not null"
    )
    assert noted == [(f"https://api.twitter.com{endpoint}",)]
