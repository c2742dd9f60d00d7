"""What DuckDB goes by while models are made (macros/engine/session.sql), as a model sees it."""

import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from modelling import dbt
from rapport.config import load_settings
from rapport.project import PROJECT_DIR


@pytest.mark.parametrize("row_count", [0, 2_000_000])
def test_a_build_may_hold_half_a_gigabyte_and_a_thousand_bytes_a_post(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row_count: int
) -> None:
    monkeypatch.setattr(dbt, "PROJECT_DIR", _project(tmp_path / "project"))
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
        [(memory, unpacked)] = connection.execute("from seen").fetchall()
    # DuckDB tells it with one decimal; a machine may have less
    assert memory == pytest.approx(min(500_000_000 + 1000 * row_count, most), rel=0.03)
    assert "DICT_FSST" in unpacked


def _project(project: Path) -> Path:
    """Our macros, and what ours runs first; one model."""
    ours = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
    shutil.copytree(PROJECT_DIR / "macros", project / "macros")
    shutil.copy(PROJECT_DIR / "profiles.yml", project)
    (project / "dbt_project.yml").write_text(
        yaml.safe_dump({"name": "small", "profile": "rapport", "on-run-start": ours["on-run-start"][:1]}),
        encoding="utf-8",
    )
    (project / "models").mkdir()
    (project / "models" / "seen.sql").write_text(
        "{{ config(materialized='table') }} select "
        "parse_formatted_bytes(current_setting('memory_limit')) as memory, "
        "current_setting('disabled_compression_methods') as unpacked",
        encoding="utf-8",
    )
    return project
