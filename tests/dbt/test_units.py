"""dbt's own unit tests of the models. Builds leave them out, as they hold the models and not the data."""

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb

from modelling import dbt
from rapport.project import PROJECT_DIR
from tests.dbt.conftest import Built


def queries(target_dir: Path) -> dict[str, str]:
    """`<schema>.<model>` → the query that dbt made of it there."""
    compiled = target_dir / "compiled" / "rapport" / "models"
    return {
        f"{path.relative_to(compiled).parts[0]}.{path.stem}": path.read_text(encoding="utf-8")
        for path in sorted(compiled.rglob("*.sql"))
    }


def written() -> int:
    """How many unit tests the models have."""
    models = list((PROJECT_DIR / "models").rglob("*.yml"))
    return sum(path.read_text(encoding="utf-8").count("\n    given:") for path in models)


def test_every_unit_test_of_the_models_holds(built: Built, tmp_path: Path) -> None:
    # Unit tests take the types of their rows from tables that stand. An ephemeral model is part of those that read it,
    # and stands here as a view.
    shutil.copy(built.settings.warehouse_path, tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        for name, query in queries(built.settings.dbt_target_dir).items():
            connection.execute(f"create view if not exists {name} as {query}")
    settings = replace(built.settings, home=tmp_path)
    seen: list[str] = []
    result = dbt.run(settings, ["test", "--select", "test_type:unit"], seen.append)
    assert result.returncode == 0, result.reasons
    assert result.node_count == written() > 30
