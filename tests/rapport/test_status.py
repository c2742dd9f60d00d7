"""What `rapport status` says of what is in the warehouse."""

from pathlib import Path

import duckdb

from extractors import raw_store
from rapport.config import load_settings
from rapport.status import describe


def test_a_changed_api_version_is_told_with_its_day(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    raw_store.load(settings, lambda message: None)
    assert dict(describe(settings))["X API version"] == "not yet"
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        for key, version, at in (
            ("a", "2.166", "2026-11-01"), ("b", "2.166", "2026-11-02"),
            ("c", "2.167", "2026-11-03"), ("d", None, "2026-11-04"),
        ):  # fmt: skip
            connection.execute(
                "insert into raw.pages by name select $key as page_key, $version as api_version,"
                " $at::timestamptz as fetched_at",
                {"key": key, "version": version, "at": at},
            )
    assert dict(describe(settings))["X API version"] == (
        "2.167 since 2026-11-03 00:00 UTC, before that 2.166 since 2026-11-01 00:00 UTC"
    )
