"""Payloads that others use to test their own code, and license freely: all go through import and staging, or are kept
aside with the reason. They are no part of this project; RAPPORT_PAYLOADS names the folder where they are checked out.

What is expected is counted here, from the JSON, by nothing but walking it.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from extractors.files import car, repositories
from extractors.files.importer import import_files
from modelling import dbt
from rapport.config import Settings
from tests import needs
from tests.extractors.files import snapshots

Query = Callable[[str], list[tuple[Any, ...]]]
Json = dict[str, Any]
POST, REPOST = "/app.bsky.feed.post/", "/app.bsky.feed.repost/"


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


# Who made a list or a feed, and whom the asker knows: nobody who said or did something.
IN_PASSING = ("creator", "viewer")


def objects(value: Any) -> Iterator[Json]:
    """Every JSON object in a value, however deep, but what stands there in passing."""
    if isinstance(value, dict):
        yield value
        for name, child in value.items():
            yield from objects(child) if name not in IN_PASSING else ()
    elif isinstance(value, list):
        for child in value:
            yield from objects(child)


def shown_posts(value: Any) -> set[str]:
    """Addresses of the posts that are shown with their author and their record, and of reposts of such."""
    found = set()
    for item in objects(value):
        uri = str(item.get("uri"))
        is_shown = isinstance(item.get("record") or item.get("value"), dict) and "author" in item
        found |= {uri} if (POST in uri and is_shown) or (REPOST in uri and "by" in item) else set()
    return found


def shown_accounts(value: Any) -> set[str]:
    return {item["did"] for item in objects(value) if {"did", "handle"} <= item.keys()}


def written(folder: Path, name: str, values: list[Any]) -> Path:
    path = folder / f"{name}.jsonl"
    path.write_text("".join(f"{json.dumps(value)}\n" for value in values), encoding="utf-8")
    return path


@pytest.mark.slow
def test_answers_of_the_app_view(settings: Settings, tmp_path: Path, query: Query) -> None:
    checkout = needs.checkout("bluesky-social/atproto")
    paths, known = [], {}
    for number, path in enumerate(sorted((checkout / "packages/bsky/tests").rglob("*.snap"))):
        # A list is taken apart, as the import does it: each of its items stands for itself.
        items = [
            item
            for value in snapshots.answers(path, number)
            for item in (value if isinstance(value, list) else [value])
        ]
        paths.append(written(tmp_path, path.name, items))
        known[paths[-1].name] = items
    assert len(paths) > 20
    result = import_files(settings, paths, network="bluesky")
    posts, accounts = set(), set()
    rejects = {
        (Path(name).name, number): reason
        for name, number, reason in query("select source_path, line_number, reason from raw.rejects")
    }
    assert rejects and all("is not known here" in reason for reason in rejects.values())
    for found in result["files"]:
        name = Path(found["file"]).name
        items = known[name]
        assert (found["read"], found["taken"] + found["refused"]) == (len(items), len(items)), name
        if found["status"] == "refused":  # as a whole: none of it is of use
            assert not found["taken"] and "is not known here" in found["reason"]
            continue
        taken = [item for number, item in enumerate(items, start=1) if (name, number) not in rejects]
        assert len(taken) == found["taken"], name
        posts |= shown_posts(taken)
        accounts |= shown_accounts(taken)
    assert {post for (post,) in query("select post_id from raw.posts")} == posts
    assert {account for (account,) in query("select account_id from raw.users")} == accounts
    assert len(posts) > 250 and len(accounts) > 150
    again = import_files(settings, paths, network="bluesky")
    assert again["load"]["pages"] == 0

    dbt.build(settings)
    assert query("select count(*), count(distinct post_id) from marts.posts") == [(len(posts), len(posts))]
    assert query("select count(*) from marts.posts where text is null and kind <> 'repost'") == [(0,)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("network", "pattern", "at_least"), [("bluesky", "*.bsky*.json", 6), ("mastodon", "*.as2*.json", 0)]
)
def test_one_thing_in_many_forms(
    settings: Settings, tmp_path: Path, query: Query, network: str, pattern: str, at_least: int
) -> None:
    """What no network sends: records without an address, empty ids, notes that are nobody's. Of Mastodon's kind not one
    has the address that a post has there."""
    folder = needs.checkout("snarfed/granary") / "granary/tests/testdata"
    paths = [
        written(tmp_path, path.name, [json.loads(path.read_text(encoding="utf-8"))])
        for path in sorted(folder.glob(pattern))
    ]
    assert len(paths) > 20
    result = import_files(settings, paths, network=network)
    reasons = dict(query("select source_path, min(reason) from raw.rejects group by 1"))
    for found in result["files"]:
        assert found["taken"] + found["refused"] + found["passed_over"] == found["read"] == 1, found
        assert found["taken"] or found["reason"] or reasons[found["file"]], found
    dbt.build(settings)
    posts = query("select distinct post_id from raw.posts order by 1")
    assert query("select post_id from marts.posts order by 1") == posts and len(posts) >= at_least


def test_blocks_of_a_repository_say_what_their_json_says() -> None:
    checkout = needs.checkout("bluesky-social/atproto-interop-tests")
    fixtures = json.loads((checkout / "data-model/data-model-fixtures.json").read_text(encoding="utf-8"))
    for fixture in fixtures:
        encoded = fixture["cbor_base64"]
        content = base64.b64decode(encoded + "=" * (-len(encoded) % 4))
        assert repositories._as_json(car.decoded(content)) == fixture["json"]
        assert car.as_text(b"\x01\x71\x12\x20" + hashlib.sha256(content).digest()) == fixture["cid"]
