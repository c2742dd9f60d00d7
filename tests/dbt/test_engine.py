"""What DuckDB goes by while models are made (macros/engine/session.sql), as a model sees it."""

from pathlib import Path

import duckdb
import pytest

from modelling import dbt
from rapport.config import load_settings
from tests.dbt import small


@pytest.mark.parametrize("row_count", [0, 2_000_000])
def test_a_build_may_hold_half_a_gigabyte_and_a_thousand_bytes_a_post(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row_count: int
) -> None:
    seen = (
        "select parse_formatted_bytes(current_setting('memory_limit')) as memory, "
        "current_setting('disabled_compression_methods') as unpacked"
    )
    small.project(monkeypatch, tmp_path / "project", {"seen": seen})
    settings = load_settings(tmp_path)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        [(most,)] = connection.execute(
            "select parse_formatted_bytes(current_setting('memory_limit'))"
        ).fetchall()
        connection.execute("create schema raw")
        connection.execute(f"create view raw.posts as select * from range({row_count})")
    result = dbt.run(settings, ["build"], lambda line: None)
    assert result.returncode == 0, result.reasons
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        [(memory, unpacked)] = connection.execute("from marts.seen").fetchall()
    # DuckDB tells it with one decimal; a machine may have less
    assert memory == pytest.approx(min(500_000_000 + 1000 * row_count, most), rel=0.03)
    assert "DICT_FSST" in unpacked
