"""The shape of a model is checked as it is made, and what has another shape does not come to stand."""

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import yaml

from modelling import dbt
from rapport.config import Settings, load_settings
from rapport.errors import BuildFailed
from rapport.project import PROJECT_DIR
from tests.dbt.conftest import Built

_GOOD = "select 1 as n, 'new' as kind, true as is_current"
# model: (its tests, a row beside the good one, what the build says of it)
FAULTS = {
    "pair_twice": (
        {"unique_combination": {"arguments": {"columns": ["n", "kind"]}}},
        "select 1, 'new', true", "unique_combination n, kind: 1 rows",
    ),
    "pair_lacking": (
        {"unique_combination": {"arguments": {"columns": ["n", "kind"]}}},
        "select 2, null, true", "unique_combination n, kind: 1 rows",
    ),
    "twice": ({"unique": {"arguments": {"column_name": "n"}}}, "select 1, 'old', true", "unique n: 1 rows"),
    "lacking": (
        {"never_null": {"arguments": {"columns": ["n", "kind"]}}},
        "select null, 'old', true", "never_null n, kind: 1 rows",
    ),
    "empty": ({"not_null": {"arguments": {"column_name": "n"}}}, "select null, 'old', true", "not_null n: 1 rows"),
    "unknown": (
        {"accepted_values": {"arguments": {"column_name": "kind", "values": ["new", "it's"]}}},
        "select 2, 'odd', true", "accepted_values kind: 1 rows",
    ),
    "current_twice": (
        {"unique": {"arguments": {"column_name": "n"}, "config": {"where": "is_current"}}},
        "select 1, 'old', true", "unique n: 1 rows",
    ),
}  # fmt: skip
# model: (its tests, a row beside the good one): these hold
HELD = {
    "nulls_are_no_pair": ({"unique": {"arguments": {"column_name": "kind"}}}, "select 2, null, true from range(2)"),
    "only_those": (
        {"unique": {"arguments": {"column_name": "n"}, "config": {"where": "is_current"}}}, "select 1, 'old', false",
    ),
    "no_value_is_none_too_many": (
        {"accepted_values": {"arguments": {"column_name": "kind", "values": ["new"]}}}, "select 2, null, true",
    ),
}  # fmt: skip


@pytest.fixture(params=["table", "view"])
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with our macros and tests, and with models of one row each."""
    project = tmp_path / "project"
    for folder in ("macros", "tests/generic"):
        shutil.copytree(PROJECT_DIR / folder, project / folder)
    for name in ("profiles.yml", "selectors.yml"):
        shutil.copy(PROJECT_DIR / name, project)
    (project / "dbt_project.yml").write_text(
        "name: small\nprofile: rapport\nvars: {definitions: {}}\n"
        'on-run-start: ["{{ create_build_log() }}"]\non-run-end: ["{{ record_build(results) }}"]\n'
        f"models: {{small: {{+materialized: {request.param}}}}}\n"
    )
    (project / "models").mkdir()
    models = []
    for model, (test, *_) in (FAULTS | HELD).items():
        (project / "models" / f"{model}.sql").write_text(_GOOD)
        models.append({"name": model, "data_tests": [test]})
    (project / "models" / "models.yml").write_text(yaml.safe_dump({"models": models}))
    monkeypatch.setattr(dbt, "PROJECT_DIR", project)
    return project


def test_another_shape_stops_the_build_and_the_table_stays(project: Path, tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    dbt.build(settings)
    for model, (_, row, *_) in (FAULTS | HELD).items():
        (project / "models" / f"{model}.sql").write_text(f"{_GOOD} union all ({row})")
    with pytest.raises(BuildFailed) as caught:
        dbt.build(settings)
    for model, (_, _, words) in FAULTS.items():
        assert words in caught.value.detail and model in caught.value.detail
        assert f"{model} (Compilation Error)" in str(caught.value)
        assert _row_count(settings, model) == 1, "what stood there"
    for model in HELD:
        assert f"{model} (" not in str(caught.value)
        assert _row_count(settings, model) > 1


def _row_count(settings: Settings, model: str) -> int:
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        return int(connection.execute(f"select count(*) from {model}").fetchall()[0][0])


def test_each_test_holds_on_its_own_as_well(built: Built, tmp_path: Path) -> None:
    shutil.copy(built.settings.warehouse_path, tmp_path / "warehouse.duckdb")
    result = dbt.run(
        replace(built.settings, home=tmp_path), ["test", "--exclude", "test_type:unit"], lambda line: None
    )
    assert result.returncode == 0, result.reasons
    assert result.node_count > 150


def test_every_kind_of_test_is_either_part_of_making_a_model_or_a_node_of_the_build() -> None:
    selector = yaml.safe_load((PROJECT_DIR / "selectors.yml").read_text(encoding="utf-8"))["selectors"][0]
    [excluded] = [part["exclude"] for part in selector["definition"]["union"] if "exclude" in part]
    shape = (PROJECT_DIR / "macros" / "shape.sql").read_text(encoding="utf-8")
    for rule in excluded:
        assert rule["method"] == "test_name" and f"'{rule['value']}'" in shape
    own = {path.stem for path in (PROJECT_DIR / "tests" / "generic").glob("*.sql")}
    assert {rule["value"] for rule in excluded} == own | {"unique", "not_null", "accepted_values"}
