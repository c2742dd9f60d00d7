"""Which model may read which: the layers of dbt_project, read from what dbt understood of it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rapport import dbt
from rapport.config import load_settings

MODELS = dbt.PROJECT_DIR / "models"
# Where a model reads a table as the last build left it (macros/changes.sql).
_BEFORE = re.compile(r"\bbefore\(\s*'(\w+)',\s*'(\w+)'")


class Project:
    """The models of the project: what each reads, and where it stands."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        self.nodes: dict[str, dict[str, Any]] = {
            node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"
        }
        self.reads = {
            name: {one.rpartition(".")[2] for one in node["depends_on"]["nodes"] if one.startswith("model.")}
            for name, node in self.nodes.items()
        }

    def folder(self, name: str) -> str:
        """The folder of a model below models/, such as staging/x."""
        return str(Path(self.nodes[name]["original_file_path"]).parent.relative_to("models"))

    def all_below(self, name: str) -> set[str]:
        """Every model that it reads, directly or through others."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            for one in self.reads[waiting.pop()] - found:
                found.add(one)
                waiting.append(one)
        return found

    def befores(self) -> Iterator[tuple[str, str]]:
        """(model, the one that it reads as the last build left it)."""
        for name, node in self.nodes.items():
            for schema, table in _BEFORE.findall(node["raw_code"]):
                assert self.nodes[table]["schema"] == schema, (
                    f"{name} reads {schema}.{table}, which no model makes"
                )
                yield name, table


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    settings = load_settings(tmp_path_factory.mktemp("parsed"))
    outcome = dbt.run(settings, ["parse"], lambda line: None)
    assert outcome.returncode == 0, outcome.reasons
    return Project(json.loads((settings.dbt_target_dir / "manifest.json").read_text(encoding="utf-8")))


def test_what_a_table_was_is_read_before_it_is_replaced(project: Project) -> None:
    pairs = list(project.befores())
    assert len(pairs) >= 6
    assert [
        f"{one} must be built before {table}" for one, table in pairs if one not in project.all_below(table)
    ] == []


def test_every_model_has_its_description_beside_it() -> None:
    written = {path.relative_to(MODELS).with_suffix("") for path in MODELS.rglob("*.sql")}
    described = {path.relative_to(MODELS).with_suffix("") for path in MODELS.rglob("*__*.yml")}
    assert len(written) > 100
    assert described <= written
    assert {str(one) for one in written if not (MODELS / one).with_suffix(".yml").exists()} == set()


def test_a_table_of_changes_says_that_it_is_for_the_build(project: Project) -> None:
    changes = {name: node for name, node in project.nodes.items() if project.folder(name) == "changes"}
    assert len(changes) > 10
    for name, node in changes.items():
        assert node["schema"] == "changes" and name.startswith("_changes__")
        assert "not for readers" in node["description"]
