"""The shape of a model is checked as it is made. A table of another shape is not made: the old one stays."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

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
# model: its query, whose columns are not those that its contract promises
BROKEN_CONTRACTS = {
    "other_type": "select '1' as n, 'new' as kind, true as is_current",
    "one_too_many": f"{_GOOD}, 1 as more",
    "one_too_few": "select 1 as n, 'new' as kind",
    "other_order": "select 'new' as kind, 1 as n, true as is_current",
}


@pytest.fixture(params=["table", "view", "incremental"])
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with our macros and tests, and with models of one row each."""
    project = tmp_path / "project"
    for folder in ("macros", "tests/generic"):
        shutil.copytree(PROJECT_DIR / folder, project / folder)
    for name in ("profiles.yml", "selectors.yml"):
        shutil.copy(PROJECT_DIR / name, project)
    (project / "dbt_project.yml").write_text(
        "name: small\nprofile: rapport\nvars: {definitions: {}}\nmodels: {small: {checked: "
        f"{{+materialized: {request.param}, +unique_key: [n], +meta: {{changes: touched}}}}}}}}\n"
    )
    (project / "models" / "checked").mkdir(parents=True)
    (project / "models" / "touched.sql").write_text("select 1 as n union all select 2")
    models = []
    for model, (test, *_) in (FAULTS | HELD).items():
        _write(project, model, _GOOD)
        models.append({"name": model, "data_tests": [test]})
    (project / "models" / "checked" / "models.yml").write_text(yaml.safe_dump({"models": models}))
    monkeypatch.setattr(dbt, "PROJECT_DIR", project)
    return project


def _write(project: Path, model: str, query: str) -> None:
    text = f"-- depends_on: {{{{ ref('touched') }}}}\n{query}"
    (project / "models" / "checked" / f"{model}.sql").write_text(text)


def test_another_shape_stops_the_build_and_the_table_stays(project: Path, tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    command = ["build", "--selector", "build"]
    first = dbt.run(settings, [*command, "--full-refresh"], lambda line: None)
    assert first.returncode == 0, first.reasons
    is_view = "view" in str(yaml.safe_load((project / "dbt_project.yml").read_text())["models"])
    assert {node.row_count for node in first.nodes if node.name in HELD} == {None if is_view else 1}
    for model, (_, row, *_) in (FAULTS | HELD).items():
        _write(project, model, f"{_GOOD} union all ({row})")
    second = dbt.run(settings, command, lambda line: None)
    assert second.returncode != 0
    for model, (_, _, words) in FAULTS.items():
        assert f"{model} (not of its shape: {words})" in second.kinds
        assert _row_count(settings, model) == 1, "what stood there"
    for model in HELD:
        assert f"{model} (" not in second.kinds
        assert _row_count(settings, model) > 1


def test_another_table_than_its_contract_promises_stops_the_build(project: Path, tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    types = {"n": "integer", "kind": "varchar", "is_current": "boolean"}
    columns = [{"name": name, "data_type": kind} for name, kind in types.items()]
    config = {"contract": {"enforced": True}}
    models = [{"name": name, "config": config, "columns": columns} for name in BROKEN_CONTRACTS]
    (project / "models" / "contracts.yml").write_text(yaml.safe_dump({"models": models}))
    for queries in (dict.fromkeys(BROKEN_CONTRACTS, _GOOD), BROKEN_CONTRACTS):
        for name, query in queries.items():
            (project / "models" / f"{name}.sql").write_text(query)
        result = dbt.run(settings, ["build", "--select", *BROKEN_CONTRACTS], lambda line: None)
        assert (result.returncode == 0) == (queries is not BROKEN_CONTRACTS), result.reasons
    for name in BROKEN_CONTRACTS:
        assert f"{name} (Compilation Error)" in result.kinds
        assert _row_count(settings, name) == 1
    assert result.reasons.count("enforced contract") == len(BROKEN_CONTRACTS)


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


def test_raw_of_another_shape_is_not_built(built: Built, tmp_path: Path) -> None:
    shutil.copy(built.settings.warehouse_path, tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute(
            "insert into raw.pages by name select page_key, 'mail' as source, 'late' as load_id from raw.pages limit 1"
        )
    with pytest.raises(BuildFailed) as found:
        dbt.build(replace(built.settings, home=tmp_path), lambda line: None)
    words = "not of its shape: raw.pages, unique page_key: 1 rows; accepted_values source: 1 rows"
    assert words in str(found.value)


def test_each_test_that_a_build_leaves_out_is_checked_with_its_model(manifest: dict[str, Any]) -> None:
    """And is configured in no way that the check does not know."""
    selector = yaml.safe_load((PROJECT_DIR / "selectors.yml").read_text(encoding="utf-8"))["selectors"][0]
    [excluded] = [part["exclude"] for part in selector["definition"]["union"] if "exclude" in part]
    assert {rule["method"] for rule in excluded} == {"test_name"}
    left_out = {rule["value"] for rule in excluded}
    found: set[str] = set()
    for test in manifest["nodes"].values():
        if test["resource_type"] != "test" or test.get("test_metadata", {}).get("name") not in left_out:
            continue
        found.add(test["test_metadata"]["name"])
        given = test["test_metadata"]["kwargs"]
        if test["sources"]:  # checked before anything is built
            assert given.keys() <= {"model", "column_name", "columns", "values"}, test["name"]
            continue
        model = manifest["nodes"][test["attached_node"]]
        assert model["resource_type"] == "model", f"{test['name']}: nobody makes what it is about"
        # an ephemeral model is part of what reads it: what is said of its own shape, the suite tests (above)
        assert model["config"]["materialized"] in ("table", "view", "incremental", "ephemeral"), test["name"]
        assert test["test_metadata"]["kwargs"].keys() <= {"model", "column_name", "columns", "values"}, test[
            "name"
        ]
        config = test["config"]
        assert (config["severity"].lower(), config["error_if"], config["limit"]) == ("error", "!= 0", None), (
            test["name"]
        )
    assert found == left_out
