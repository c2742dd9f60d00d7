"""dbt's own unit tests of the models. Builds leave them out, as they hold the models and not the data."""

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb

from modelling import dbt
from rapport.project import PROJECT_DIR
from tests.dbt.conftest import Built


def test_every_unit_test_of_the_models_holds(built: Built, tmp_path: Path) -> None:
    # Unit tests take the types of their rows from tables that stand. What only selects columns of other tables is part
    # of the models that read it, and stands here as a view.
    shutil.copy(built.settings.warehouse_path, tmp_path / "warehouse.duckdb")
    compiled = built.settings.dbt_target_dir / "compiled" / "rapport" / "models"
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        for path in sorted((compiled / "staging" / "rapport").glob("*.sql")):
            connection.execute(f"create view if not exists staging.{path.stem} as {path.read_text()}")
    settings = replace(built.settings, home=tmp_path)
    seen: list[str] = []
    result = dbt.run(settings, ["test", "--select", "test_type:unit"], seen.append)
    assert result.returncode == 0, result.reasons
    models = list((PROJECT_DIR / "models").rglob("*.yml"))
    written = sum(path.read_text(encoding="utf-8").count("\n    given:") for path in models)
    assert result.node_count == written > 30
