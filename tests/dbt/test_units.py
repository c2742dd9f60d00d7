"""dbt's own unit tests of the models. Builds leave them out, as they hold the models and not the data."""

import shutil
from dataclasses import replace
from pathlib import Path

from modelling import dbt
from rapport.project import PROJECT_DIR
from tests.dbt.conftest import Built


def test_every_unit_test_of_the_models_holds(built: Built, tmp_path: Path) -> None:
    # unit tests take the types of their rows from tables that stand
    shutil.copy(built.settings.warehouse_path, tmp_path / "warehouse.duckdb")
    settings = replace(built.settings, home=tmp_path)
    seen: list[str] = []
    result = dbt.run(settings, ["test", "--select", "test_type:unit"], seen.append)
    assert result.returncode == 0, result.reasons
    models = list((PROJECT_DIR / "models").rglob("*.yml"))
    written = sum(path.read_text(encoding="utf-8").count("\n    given:") for path in models)
    assert result.node_count == written > 30
