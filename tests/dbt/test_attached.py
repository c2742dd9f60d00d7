"""A build names the database of each table: where the warehouse is attached beside another database that is the first,
as DuckLake would be, all of it goes into the warehouse, and nothing into the other.
"""

import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from modelling import dbt
from rapport.config import load_settings
from rapport.project import PROJECT_DIR
from tests.dbt.conftest import Built

pytestmark = pytest.mark.slow


def test_all_of_a_build_goes_into_the_attached_database(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings(tmp_path)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute(f"attach '{built.settings.warehouse_path}' as old (read_only)")
        connection.execute(
            "create schema raw; create schema marts; create table marts.of_no_model as select 1"
        )
        tables = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'old' and schema_name = 'raw'"
        ).fetchall()
        for (table,) in tables:
            connection.execute(f"create table raw.{table} as from old.raw.{table}")
    _attached(monkeypatch, tmp_path / "project")
    first = dbt.run(settings, [*dbt.BUILD, "--full-refresh"], lambda line: None)
    assert first.returncode == 0, first.reasons
    daily = dbt.run(settings, dbt.BUILD, lambda line: None)
    assert daily.returncode == 0, daily.reasons
    with duckdb.connect(str(tmp_path / "other.duckdb"), read_only=True) as connection:
        assert connection.execute("select table_name from duckdb_tables()").fetchall() == []
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        kept = connection.execute("select build_id, is_success from quality.builds order by rowid").fetchall()
        assert kept == [(first.invocation_id, True), (daily.invocation_id, True)]
        [(loads, days)] = connection.execute(
            "select (select count(*) from quality.built_loads), (select count(*) from quality.built_horizons)"
        ).fetchall()
        assert loads and days
        names = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        assert ("marts.of_no_model",) not in names and ("marts.posts",) in names


def _attached(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    """From now on dbt opens another database, and has the warehouse attached."""
    shutil.copytree(PROJECT_DIR, project)
    profiles = yaml.safe_load((project / "profiles.yml").read_text(encoding="utf-8"))
    output = profiles["rapport"]["outputs"]["duckdb"]
    output |= {
        "path": "other.duckdb",
        "database": "warehouse",
        "attach": [{"path": "warehouse.duckdb", "alias": "warehouse"}],
    }
    (project / "profiles.yml").write_text(yaml.safe_dump(profiles), encoding="utf-8")
    monkeypatch.setattr(dbt, "PROJECT_DIR", project)
