"""An account archive through import and dbt: reposts that name no post, replies without a conversation id."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extractors.files import importer, lists
from modelling import dbt
from rapport.config import load_settings

OWNER, ANN, BOB = "42", "7", "8"
CONFIG = f"""
[[clients]]
id = "lab"
name = "The Lab"
accounts = ["{OWNER}"]
"""


def _tweet(
    post_id: int, text: str, parent: int | None = None, to: str | None = None, **more: Any
) -> dict[str, Any]:
    post = {"id_str": str(post_id), "full_text": text, "created_at": "Fri Mar 06 08:00:00 +0000 2009", **more}
    if parent:
        post["in_reply_to_status_id_str"] = str(parent)
    if to:
        post["in_reply_to_user_id_str"] = to
    return {"tweet": post}


def _named(handle: str, account_id: str, start: int) -> dict[str, Any]:
    mention = {
        "screen_name": handle,
        "id_str": account_id,
        "indices": [str(start), str(start + len(handle) + 1)],
    }
    return {"user_mentions": [mention]}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("archive")
    (home / "rapport.toml").write_text(CONFIG, encoding="utf-8")
    data = home / "archive" / "data"
    data.mkdir(parents=True)
    tweets = [
        _tweet(100, "a thread of our own"),
        _tweet(101, "goes on", parent=100, to=OWNER),
        _tweet(102, "@ann and is answered", parent=90, to=ANN, entities=_named("ann", ANN, 0)),
        _tweet(103, "@ann once more", parent=102, to=OWNER, entities=_named("ann", ANN, 0)),
        _tweet(104, "RT @bob: our museum opens", entities=_named("bob", BOB, 3)),
        _tweet(105, "RT @ann: by handle alone"),
        _tweet(106, "Agreed! RT @bob: our museum opens", entities=_named("bob", BOB, 11)),
    ]
    account = {"account": {"accountId": OWNER, "username": "our_lab", "accountDisplayName": "Our Lab"}}
    for name, value in (("tweets", tweets), ("account", [account])):
        (data / f"{name}.js").write_text(f"window.YTD.{name}.part0 = {json.dumps(value)}", encoding="utf-8")
    settings = load_settings(home)
    assert importer.import_files(settings, [home / "archive"])["posts"] == len(tweets)
    lists.sync(settings)
    dbt.build(settings)
    return settings.warehouse_path


def _rows(warehouse: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_a_repost_that_names_no_post_is_a_repost_and_no_conversation(warehouse: Path) -> None:
    assert _rows(warehouse, "select post_id, kind, root_post_id from marts.posts order by post_id") == [
        ("100", "original", "100"),
        ("101", "reply", "100"),
        ("102", "reply", "90"),
        ("103", "reply", "90"),
        ("104", "repost", None),
        ("105", "repost", None),
        ("106", "original", "106"),
    ]


def test_it_is_a_nod_to_whom_it_names(warehouse: Path) -> None:
    rows = _rows(
        warehouse,
        "select post_id, kind, is_address, to_account_id from marts.interactions order by post_id, to_account_id",
    )
    assert rows == [
        ("102", "reply", True, ANN),
        ("104", "repost", False, BOB),
        ("105", "repost", False, ANN),
        ("106", "mention", True, BOB),
    ]


def test_trees_come_right_through_parents(warehouse: Path) -> None:
    rows = _rows(
        warehouse,
        "select post_id, root_post_id, depth, is_parent_missing from marts.conversation_posts order by post_id",
    )
    assert rows == [
        ("100", "100", 0, False),
        ("101", "100", 1, False),
        ("102", "90", 1, True),
        ("103", "90", 2, False),
        ("106", "106", 0, False),
    ]
