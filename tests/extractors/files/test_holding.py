"""What the door refused, and what somebody takes out by hand: listed, tried again, dropped, never back by itself."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractors.files import holding, quarantine
from extractors.files.importer import import_files
from extractors.landing import landing_files
from extractors.raw import raw_store
from modelling import builds
from rapport import warehouse
from rapport.config import Settings
from rapport.errors import ConfigError
from rapport.project import PROJECT_DIR
from tests.extractors.server import post, user

Query = Callable[[str], list[tuple[Any, ...]]]
PAGE = {"data": [post(1), post(2) | {"author_id": "nobody"}], "includes": {"users": [user(7, "us")]}}
FLAT = [post(3), post(4) | {"created_at": "infinity"}]


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture
def file(settings: Settings, tmp_path: Path) -> Path:
    """A file with a page on line 1 and flat posts on lines 3 and 4, imported; one object of each is refused."""
    path = tmp_path / "some posts.jsonl"
    path.write_text("\n".join([json.dumps(PAGE), "", *map(json.dumps, FLAT)]) + "\n")
    result = import_files(settings, [path])
    assert (result["refused_objects"], result["rejected_lines"], result["load"]["rejects"]) == (2, 0, 2)
    return path


def inputs(settings: Settings) -> str:
    with warehouse.connect(settings) as connection:
        return builds.inputs_of(connection, PROJECT_DIR)


def test_a_refused_object_is_named_by_file_line_and_id(settings: Settings, file: Path) -> None:
    found = quarantine.waiting(settings)
    assert [(one.what, one.source_path, one.line_number, one.reason) for one in found] == [
        ("post 2", str(file), 1, "author_id is no id of X (digits)"),
        ("post 4", str(file), 4, "created_at is later than the moment it was fetched"),
    ]
    assert len({one.reject_id for one in found}) == 2
    assert [outcome.is_taken_in for outcome in quarantine.retry(settings, found, "ana")] == [False, False]
    assert quarantine.waiting(settings) != []
    assert [one.reject_id for one in quarantine.waiting(settings)] == [one.reject_id for one in found]


def test_a_dropped_object_is_gone_from_landing_and_stays_away(
    settings: Settings, file: Path, query: Query
) -> None:
    first, second = quarantine.waiting(settings)
    quarantine.drop(settings, [first], "ana", "a test of ours")
    assert quarantine.waiting(settings) == [second]
    landed = [
        landing_files.unpacked(landing_files.path_of(settings.landing_dir, key))
        for key in landing_files.keys(settings.landing_dir)
    ]
    assert not [content for content in landed if b"nobody" in content]
    assert query("select content from raw.rejects where object_id = '2'") == [(None,)]
    import_files(settings, [file])
    settings.warehouse_path.unlink()
    raw_store.load(settings)
    assert [one.object_id for one in quarantine.waiting(settings)] == ["4"]
    assert query("select post_id from raw.posts order by all") == [("1",), ("3",)]


def test_a_post_that_was_taken_out_comes_back_by_retry_alone(
    settings: Settings, file: Path, tmp_path: Path, query: Query
) -> None:
    before = inputs(settings)
    held = holding.add(settings, "ana", "it is a test", posts=["1"])
    assert (held.post_row_count, held.page_count) == (1, 0)
    assert inputs(settings) != before  # what was built of it is built anew
    assert query("select post_id from raw.posts") == [("3",)]
    again = tmp_path / "again.jsonl"
    again.write_text(json.dumps({"data": [post(1), post(9)]}))
    assert import_files(settings, [again, file])["refused_objects"] == 1
    assert query("select post_id from raw.posts order by all") == [("3",), ("9",)]
    rejects = [one for one in quarantine.waiting(settings) if one.object_id == "1"]
    assert [(one.reason, one.source_path, one.line_number) for one in rejects] == [
        ("taken out by hand: it is a test", str(file), 1),
        ("taken out by hand: it is a test", str(again), 1),
    ]
    [outcome] = quarantine.retry(settings, rejects[:1], "ben")
    assert outcome.is_taken_in
    assert query("select post_id from raw.posts order by all") == [("1",), ("1",), ("3",), ("9",)]
    assert sorted(one.object_id or "" for one in quarantine.waiting(settings)) == ["2", "4"]


def test_pages_and_files_that_were_taken_out(settings: Settings, file: Path, query: Query) -> None:
    before = inputs(settings)
    pages = query("select page_key from raw.pages order by all")
    assert holding.add(settings, "ana", "its times are wrong", files=[str(file)]).page_count == 2
    assert inputs(settings) != before
    assert query("select (select count(*) from raw.posts), (select count(*) from raw.pages)") == [(0, 0)]
    raw_store.load(settings)
    import_files(settings, [file])
    assert query("select count(*) from raw.posts") == [(0,)]
    found = quarantine.waiting(settings)
    assert [(one.what, one.page_key, one.source_path, one.reason) for one in found] == [
        ("page", key, str(file), "taken out by hand: its times are wrong") for (key,) in pages
    ]
    first, second = found
    assert quarantine.retry(settings, [first], "ana")[0].is_taken_in
    assert query("select post_id from raw.posts") == [("1",)]
    quarantine.drop(settings, [second], "ana", "wrong")
    assert not landing_files.exists(settings.landing_dir, second.page_key)
    assert holding.add(settings, "ana", "this too", page_keys=[first.page_key]).page_count == 1
    assert query("select count(*) from raw.posts") == [(0,)]


def test_what_raw_does_not_hold_is_said_and_nothing_is_taken_out(
    settings: Settings, file: Path, query: Query
) -> None:
    for wrong, words in (
        ({"posts": ["1", "77"]}, "no post of the id 77"),
        ({"posts": ["1"], "page_keys": ["x/none"]}, "no page of the key x/none"),
        ({"posts": ["1"], "files": ["other.jsonl"]}, "no file of the name other.jsonl"),
    ):
        with pytest.raises(ConfigError, match=words):
            holding.add(settings, "ana", "why", **wrong)  # type: ignore[arg-type]
    assert query("select count(*) from raw.posts") == [(2,)]
    assert query("select count(*) from raw.held_posts") == [(0,)]


def test_a_post_of_an_odd_id_from_before_the_door_can_be_taken_out(
    settings: Settings, file: Path, query: Query
) -> None:
    with warehouse.connect(settings) as connection:
        connection.execute("update raw.posts set post_id = 'x: odd''s' where post_id = '1'")
    assert holding.add(settings, "ana", "why", posts=["x: odd's"]).post_row_count == 1
    assert query("select post_id from raw.posts") == [("3",)]
