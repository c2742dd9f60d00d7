"""Real responses of the API v2, collected by others: all go in, or are refused with the reason.

The files are X's and their authors' content and no part of this project; they lie beside it where they may.
What is expected is counted here, from the JSON, by nothing but walking it.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from extractors.files.importer import import_files
from rapport.config import Settings
from tests import needs

_REFUSED = {
    "counts.jsonl": "counts",
    "empty.json": "empty",
    "lists.jsonl": "lists",
    "tweets_compliance.jsonl": "compliance",
    "users_compliance.jsonl": "compliance",
}

Query = Callable[[str], list[tuple[Any, ...]]]


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object in a value, however deep."""
    if isinstance(value, dict):
        yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from _objects(child)


def _counted(path: Path) -> tuple[set[str], set[str], int]:
    """Ids of all posts (id and text), of all users (id and username, not a bare mention), and unreadable lines."""
    posts: set[str] = set()
    users: set[str] = set()
    unreadable = 0
    for line in path.read_text().splitlines():
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError:
            unreadable += 1
            continue
        for item in _objects(value):
            if "id" in item and "text" in item:
                posts.add(item["id"])
            if "id" in item and "username" in item and "name" in item:
                users.add(item["id"])
    return posts, users, unreadable


@pytest.fixture
def folder() -> Path:
    return needs.shared("x_v2_real/test-data")


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


def test_every_real_file_goes_in_or_is_refused_with_the_reason(
    folder: Path, settings: Settings, query: Query
) -> None:
    paths = sorted(folder.iterdir())
    assert len(paths) == 28
    result = import_files(settings, paths)
    all_posts: set[str] = set()
    all_users: set[str] = set()
    for path, found in zip(paths, result["files"], strict=True):
        posts, users, unreadable = _counted(path)
        if path.name in _REFUSED:
            assert found["status"] == "refused"
            assert _REFUSED[path.name] in found["reason"]
            assert not posts
            continue
        assert (path.name, found["status"], found["posts"], found["users"], found["rejects"]) == (
            path.name, "imported", len(posts), len(users), unreadable,
        )  # fmt: skip
        all_posts |= posts
        all_users |= users
    assert result["refused_files"] == len(_REFUSED)
    assert result["rejected_lines"] == 1
    assert {row[0] for row in query("select post_id from raw.posts")} == all_posts
    assert {row[0] for row in query("select account_id from raw.users")} == all_users
    assert query(
        "select count(*) from raw.posts where text is null or created_at is null or observed_at is null"
    ) == [(0,)]
    # What the API said of each object, and what its id says: the Snowflake time, to the second (ids above 2^40).
    late = "abs(epoch_ms(created_at) - ((post_id::ubigint >> 22) + 1288834974657)) > 1000"
    assert query(f"select count(*) from raw.posts where post_id::ubigint > 1099511627776 and {late}") == [
        (0,)
    ]
    before = query("select count(*) from raw.posts")
    assert import_files(settings, paths)["load"]["pages"] == 0
    assert query("select count(*) from raw.posts") == before


def test_flat_and_paged_hold_the_same(folder: Path, settings: Settings, query: Query) -> None:
    import_files(settings, [folder / "flat.jsonl"])
    columns = "post_id, author_id, text, created_at, conversation_id, in_reply_to_user_id, referenced_tweets"
    flat = query(f"select distinct {columns} from raw.posts order by post_id")
    mentions = query(
        "select post_id, list_transform(mentions, lambda m: m.username) from raw.posts group by all order by 1"
    )
    users = query(
        "select distinct account_id, username, description, public_metrics from raw.users order by 1"
    )
    for path in (settings.warehouse_path, *settings.landing_dir.glob("*/*/*/*.json.zst")):
        path.unlink()
    import_files(settings, [folder / "noflat.jsonl"])
    assert query(f"select distinct {columns} from raw.posts order by post_id") == flat
    assert (
        query(
            "select post_id, list_transform(mentions, lambda m: m.username) from raw.posts group by all order by 1"
        )
        == mentions
    )
    assert (
        query("select distinct account_id, username, description, public_metrics from raw.users order by 1")
        == users
    )
