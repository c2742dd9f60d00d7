"""Thousands of spoilt objects through import and load: each is a row or a reject, and the sum is exact."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from extractors.files.importer import import_files
from extractors.landing import landing_files
from extractors.raw import raw_store
from rapport.config import Settings
from tests.mutations import Maker

Query = Callable[[str], list[tuple[Any, ...]]]
_OBJECTS = "select " + ", ".join(
    f"(select count(*) from raw.{table})" for table in ("posts", "users", "errors")
)


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


def objects_on(settings: Settings) -> int:
    """How many objects lie on the landed pages, counted without any of what loads them."""
    count = 0
    for key in landing_files.keys(settings.landing_dir):
        page = json.loads(landing_files.unpacked(landing_files.path_of(settings.landing_dir, key)))
        body, kind = page["body"], page["envelope"]["data_kind"]
        includes = body.get("includes") if isinstance(body.get("includes"), dict) else {}
        data = body.get("data") if kind in ("post", "user") else None
        for found in (data, includes.get("tweets"), includes.get("posts"), includes.get("users")):
            count += len(found) if isinstance(found, list) else 0
        count += isinstance(data, dict)
    return count


@pytest.mark.parametrize("seed", range(3))
def test_each_object_is_a_row_or_a_reject(
    seed: int, settings: Settings, query: Query, tmp_path: Path
) -> None:
    maker = Maker(seed, datetime(2026, 9, 1, tzinfo=UTC))
    chance = maker.chance
    path = tmp_path / "anything.jsonl"
    lines = []
    for _ in range(120):
        posts = [maker.spoiled(maker.post(), chance.choice([1, 1, 1, 2, 5])) for _ in range(6)]
        # the first says what the page is
        page = {"data": [maker.post(), *posts], "includes": {
            "users": [maker.spoiled(maker.user()) for _ in range(3)], "tweets": [maker.spoiled(maker.post())],
        }}  # fmt: skip
        lines.append(json.dumps(page))
        lines += [json.dumps(maker.spoiled(maker.post())) for _ in range(4)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = import_files(settings, [path])
    landed = objects_on(settings)
    assert landed > 1000
    [counts] = query(_OBJECTS)
    [(refused,)] = query("select count(*) from raw.rejects where object_kind not in ('line', 'page')")
    assert sum(counts) + refused == landed
    assert refused == result["refused_objects"] > 100
    [(lines_refused,)] = query("select count(*) from raw.rejects where object_kind = 'line'")
    assert lines_refused == result["rejected_lines"]
    assert query("select count(*) from raw.rejects where reason is null or source_path is null") == [(0,)]
    assert query(
        "select count(*) from raw.posts where post_id is null or author_id is null "
        "or not regexp_full_match(post_id, '[0-9]{1,19}')"
    ) == [(0,)]
    before = query("select * exclude (load_id) from raw.posts order by all")
    again = raw_store.load(settings)
    assert not any(again[name] for name in again if name != "load_id")
    import_files(settings, [path])
    assert query("select * exclude (load_id) from raw.posts order by all") == before
