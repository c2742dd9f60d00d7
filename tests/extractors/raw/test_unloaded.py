"""A load looks at what is new, counted in folders and files; and finds whatever way a page came or left."""

import json
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import duckdb
import pytest

from extractors.landing import landing_files
from extractors.raw import healing, raw_pages, raw_store, unloaded
from rapport import warehouse
from rapport.config import Settings
from tests.extractors.server import post

DAYS, PAGES = 40, 5
Query = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def settings(make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home of many days that are loaded, whose folders have not changed for long."""
    settings = make_settings()
    monkeypatch.setattr(unloaded, "SETTLED_NS", 0)
    for day in range(DAYS):
        for page in range(PAGES):
            land(settings, f"day-{day}", page, day * PAGES + page)
    assert raw_store.load(settings)["pages"] == DAYS * PAGES
    return settings


def land(settings: Settings, run: str, page: int, post_id: int) -> str:
    key = landing_files.page_key("x", "own_posts", run, f"page-{page:06d}")
    envelope = {"network": "x", "data_kind": "post", "fetched_at": "2026-05-02T03:04:05+00:00"}
    landing_files.write(settings.landing_dir, key, envelope, json.dumps({"data": [post(post_id)]}).encode())
    return key


def look(settings: Settings, everything: bool = False) -> unloaded.Look:
    with warehouse.connect(settings) as connection:
        return unloaded.look(connection, settings.landing_dir, everything)


def test_a_look_costs_one_entry_a_run_and_the_files_of_those_that_changed(settings: Settings) -> None:
    assert look(settings).entry_count == DAYS
    keys = [land(settings, f"day-{DAYS}", page, 1000 + page) for page in range(PAGES)]
    seen = look(settings)
    assert seen.keys == keys
    assert seen.entry_count == DAYS + 1 + PAGES
    assert raw_store.load(settings)["pages"] == PAGES
    assert look(settings).entry_count == DAYS + 1
    everything = look(settings, everything=True)
    assert everything.entry_count == (DAYS + 1) * (1 + PAGES)
    assert everything.keys == []


def test_a_page_that_comes_late_into_an_old_run_is_found(settings: Settings, query: Query) -> None:
    key = land(settings, "day-3", 77, 2000)
    seen = look(settings)
    assert (seen.keys, seen.entry_count) == ([key], DAYS + PAGES + 1)
    assert raw_store.load(settings)["pages"] == 1
    assert query("select count(*) from raw.pages") == [(DAYS * PAGES + 1,)]


def test_a_copy_that_keeps_the_times_of_its_folder_is_found(settings: Settings) -> None:
    """As rsync and cp -a do: they put a folder's times back once its files are there."""
    folder = settings.landing_dir / "x" / "own_posts" / "day-5"
    before = folder.stat()
    key = land(settings, "day-5", 78, 2001)
    os.utime(folder, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert look(settings).keys == [key]


def test_pages_that_left_raw_are_found(settings: Settings) -> None:
    gone = landing_files.page_key("x", "own_posts", "day-7", "page-000002")
    with warehouse.connect(settings) as connection:
        healing.forget_pages(connection, [gone])
    assert look(settings).keys == [gone]
    assert raw_store.load(settings)["pages"] == 1
    assert look(settings).entry_count == DAYS


def test_a_load_that_is_stopped_has_seen_nothing(
    settings: Settings, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = land(settings, "day-9", 79, 2002)

    def stop(*given: Any) -> None:
        raise duckdb.IOException("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(raw_pages, "read", stop)
        with pytest.raises(duckdb.IOException):
            raw_store.load(settings)
    with monkeypatch.context() as patch:  # the last moment before the transaction ends
        remember = unloaded.remember
        patch.setattr(unloaded, "remember", lambda *given: (remember(*given), stop()))
        with pytest.raises(duckdb.IOException):
            raw_store.load(settings)
    assert query("select count(*) from raw.pages") == [(DAYS * PAGES,)]
    assert look(settings).keys == [key]


def test_an_older_warehouse_finds_what_came_after_it(settings: Settings) -> None:
    older = settings.warehouse_path.read_bytes()
    keys = [land(settings, "day-2", 80, 2003), land(settings, "day-99", 0, 2004)]
    assert raw_store.load(settings)["pages"] == 2
    settings.warehouse_path.write_bytes(older)
    assert look(settings).keys == keys


def test_where_folders_keep_no_times_the_weekly_look_finds_all(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = landing_files.run_folders(settings.landing_dir)
    monkeypatch.setattr(landing_files, "run_folders", lambda landing_dir: times)
    key = land(settings, "day-4", 81, 2005)
    assert look(settings).keys == []
    assert look(settings, everything=True).keys == [key]
    late = unloaded.FULL_LOOK_EVERY + timedelta(hours=1)
    for later in (-late, 2 * late):  # after a clock that went wrong, too
        with warehouse.connect(settings) as connection:
            connection.execute("update raw.landing_looks set full_look_at = full_look_at + ?", [later])
        assert look(settings).keys == [key]
    assert raw_store.load(settings, everything=True)["pages"] == 1
    assert look(settings).entry_count == DAYS


def test_a_folder_that_has_just_changed_is_looked_into_again(
    settings: Settings, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unloaded, "SETTLED_NS", 60 * 10**9)
    land(settings, "day-1", 82, 2006)
    assert raw_store.load(settings)["pages"] == 1
    assert look(settings).entry_count == DAYS + PAGES + 1
    assert query("select count(*) from raw.landing_folders") == [(DAYS,)]


def test_a_folder_that_is_gone_is_no_matter(settings: Settings) -> None:
    folder = settings.landing_dir / "x" / "own_posts" / "day-6"
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    seen = look(settings)
    assert (seen.keys, seen.entry_count) == ([], DAYS - 1)
    assert raw_store.load(settings)["pages"] == 0
