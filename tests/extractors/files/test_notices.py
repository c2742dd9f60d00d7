"""Dumps of streams: notices between the posts are counted, and deletions of posts that are here are told."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractors.files import notices
from extractors.files.importer import import_files
from rapport.config import Settings
from tests.extractors.server import post

OTHERS = [
    {"limit": {"track": 1234, "timestamp_ms": "1556000000000"}},
    {"scrub_geo": {"user_id": 7, "user_id_str": "7", "up_to_status_id": 3, "up_to_status_id_str": "3"}},
    {"status_withheld": {"id": 1, "user_id": 7, "withheld_in_countries": ["DE"]}, "timestamp_ms": "1556000000000"},
    {"user_withheld": {"id": 7, "withheld_in_countries": ["DE"]}},
    {"friends": [7, 8]},
]  # fmt: skip


def deletion(post_id: int, author: int) -> dict[str, Any]:
    status = {"id": post_id, "id_str": str(post_id), "user_id": author, "user_id_str": str(author)}
    return {"delete": {"status": status, "timestamp_ms": "1556000000000"}}


def status(post_id: int, author: int) -> dict[str, Any]:
    return {
        "id_str": str(post_id), "text": f"status {post_id}", "created_at": "Wed Oct 10 20:19:24 +0000 2018",
        "user": {"id_str": str(author), "screen_name": f"user{author}"},
    }  # fmt: skip


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def to_file(name: str, *values: Any) -> Path:
        (tmp_path / name).write_text("\n".join(json.dumps(value) for value in values))
        return tmp_path / name

    return to_file


def test_a_dump_of_a_stream(settings: Settings, write: Callable[..., Path]) -> None:
    path = write(
        "dump.json", status(11, 7), deletion(11, 7), *OTHERS, status(12, 8), deletion(99, 9), {"odd": {}}
    )
    result = import_files(settings, [path])
    [found] = result["files"]
    counts = {name: found[name] for name in ("read", "taken", "notices", "empty", "refused", "posts")}
    assert counts == {"read": 10, "taken": 2, "notices": 7, "empty": 0, "refused": 1, "posts": 2}
    # 99 was never here
    assert (result["deletions"], result["deleted_posts"]) == (2, {"x": ["11"]})


def test_a_post_that_came_by_another_way_is_known_and_its_author_must_fit(
    settings: Settings, write: Callable[..., Path]
) -> None:
    import_files(settings, [write("posts.jsonl", post(21, author=7), post(22, author=7))])
    result = import_files(settings, [write("notices.json", deletion(21, 7), deletion(22, 666))])
    assert result["files"][0]["status"] == "imported"
    assert result["deleted_posts"] == {"x": ["21"]}


def test_notices_alone_are_no_posts(settings: Settings, write: Callable[..., Path]) -> None:
    [found] = import_files(settings, [write("dump.json", *OTHERS)])["files"]
    assert (found["status"], found["read"], found["notices"], found["refused"]) == ("refused", 5, 5, 0)
    assert "notices of a stream" in found["reason"]


@pytest.mark.parametrize(
    ("value", "deleted"),
    [
        (deletion(1, 2), ("1", "2")),
        ({"delete": {"status": {"id": 1, "user_id": 2}}}, ("1", "2")),
        (
            {
                "data": {
                    "delete": {"tweet": {"id": "1", "author_id": "2"}, "event_at": "2026-01-01T00:00:00Z"}
                }
            },
            ("1", "2"),
        ),
        ({"data": {"delete": {"post": {"id": "1", "author_id": "2"}}}}, ("1", "2")),
        ({"delete": {"status": {"id": "all", "user_id": 2}}}, None),
        ({"delete": "everything"}, None),
        ({"data": [{"delete": {}}]}, None),
        (post(1), None),
    ],
)
def test_what_was_deleted(value: dict[str, Any], deleted: tuple[str, str] | None) -> None:
    assert notices.deletion(value) == deleted
    assert notices.is_notice(value) == (deleted is not None)
