"""A file is read to its end: joined lists, values over many lines, answers of v1.1, damaged signs, older imports."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractors.files.importer import import_files
from extractors.landing import landing_files
from extractors.raw import raw_store
from rapport.config import Settings
from tests.extractors.server import post, user

Query = Callable[[str], list[tuple[Any, ...]]]
PAGE = {"data": [post(3)], "includes": {"users": [user(8, "eight")], "tweets": [post(1)]}}


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


def test_joined_lists_and_pages_over_many_lines(settings: Settings, tmp_path: Path, query: Query) -> None:
    """As `cat` joins two lists, and as `jq .` writes the lines of a file."""
    lists = [[post(1), post(2)], [post(3), post(4), post(5)]]
    joined = tmp_path / "joined.json"
    joined.write_text("\n".join(json.dumps(one, indent=2) for one in lists))
    pretty = tmp_path / "pretty.json"
    pretty.write_text("\n".join(json.dumps(PAGE | {"data": [post(n)]}, indent=2) for n in (6, 7, 8)))
    found = import_files(settings, [joined, pretty])["files"]
    assert [(file["read"], file["taken"], file["refused"], file["posts"]) for file in found] == [
        (5, 5, 0, 5),
        (3, 3, 0, 4),
    ]
    assert query("select count(distinct post_id) from raw.posts") == [(8,)]


@pytest.mark.parametrize("envelope", ["statuses", "results"])
def test_answers_of_the_api_v1(envelope: str, settings: Settings, tmp_path: Path, query: Query) -> None:
    statuses = [
        {"id_str": str(number), "full_text": "hi", "created_at": "Tue Apr 02 10:00:00 +0000 2019",
         "user": {"id_str": "7", "screen_name": "us"}}
        for number in (1, 2)
    ]  # fmt: skip
    path = tmp_path / "answers.json"
    answers = [
        {envelope: statuses, "search_metadata": {"count": 2}},
        {envelope: []},
        {envelope: [{"odd": 1}]},
    ]
    path.write_text("\n".join(json.dumps(answer, indent=1) for answer in answers))
    [found] = import_files(settings, [path])["files"]
    assert (found["read"], found["taken"], found["empty"], found["refused"]) == (4, 2, 1, 1)
    assert query("select post_id, author_id from raw.posts order by 1") == [("1", "7"), ("2", "7")]


def test_half_a_sign_becomes_one_that_means_nothing(settings: Settings, tmp_path: Path, query: Query) -> None:
    """A "?" would make a question of the post; on a page as in flat posts. A sign of two halves is whole again."""
    path = tmp_path / "damaged.jsonl"
    halves = json.dumps(post(1, text="lovely X")).replace("X", r"\ud83d").encode()
    cesu8 = json.dumps(post(2, text="lovely X Y")).encode().replace(b"X", b"\xed\xa0\xbd\xed\xb2\x9b")
    values = [halves, cesu8.replace(b"Y", b"\xed\xb2\x9b")]
    pages = [b'{"data": [' + value.replace(b'"id": "', b'"id": "1') + b"]}" for value in values]
    path.write_bytes(b"\n".join([*values, *pages]))
    [found] = import_files(settings, [path])["files"]
    assert (found["read"], found["taken"]) == (4, 4)
    texts = ["lovely \ufffd", "lovely \ufffd", "lovely 💛 \ufffd", "lovely 💛 \ufffd"]
    assert [text for (text,) in query("select text from raw.posts order by right(post_id, 1), 1")] == texts
    for key in landing_files.keys(settings.landing_dir):
        landing_files.unpacked(landing_files.path_of(settings.landing_dir, key)).decode()


def test_what_an_older_version_left_out_of_a_file_comes_in(
    settings: Settings, tmp_path: Path, query: Query
) -> None:
    """It read only the first of two joined lists, and landed that as the first page of the same file."""
    path = tmp_path / "joined.json"
    path.write_text(f"{json.dumps([post(1)])}\n{json.dumps([post(2), post(3)])}")
    import_files(settings, [path])
    [page] = settings.landing_dir.glob("*/*/*/page*")
    key = str(page.relative_to(settings.landing_dir)).removesuffix(landing_files.SUFFIX)
    landed = landing_files.read(settings.landing_dir, key)
    older = {"data": landed.body["data"][:1]}
    landing_files.write(
        settings.landing_dir, key, landed.envelope | {"object_count": 1}, json.dumps(older).encode()
    )
    settings.warehouse_path.unlink()
    raw_store.load(settings)
    assert query("select post_id from raw.posts") == [("1",)]
    for _ in range(2):
        import_files(settings, [path])
        assert query("select distinct post_id from raw.posts order by 1") == [("1",), ("2",), ("3",)]
        assert query("select count(*) from raw.pages") == [(2,)]
