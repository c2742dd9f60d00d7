"""dbt's unit tests of the models hold on Spark, too: `make test-spark`, which needs Java."""

import shutil
from pathlib import Path

import duckdb
import pytest

from extractors.raw import raw_store
from modelling import dbt, spark
from rapport.config import load_settings
from rapport.project import PROJECT_DIR
from tests.dbt import engines
from tests.dbt.test_units import written

pytestmark = [pytest.mark.spark, pytest.mark.slow]

# What dbt's own of Spark lacks: a list or a struct is a text of JSON here, and what a query asks to be made first is.
_MACROS = """
{% macro spark__safe_cast(field, type) -%}
    {%- if cast_from_string_unsupported_for(type) and field != 'null' -%}
        from_json({{ field }}, '{{ type }}')
    {%- else -%}
        cast({{ field }} as {{ type }})
    {%- endif -%}
{%- endmacro %}

{% materialization unit, adapter='spark' %}
    {%- set made_first = make_first(sql) -%}
    {%- set result = dbt.materialization_unit_default() -%}
    {%- do drop_tables(made_first) -%}
    {{- return(result) -}}
{% endmaterialization %}
"""


def test_every_unit_test_of_the_models_holds_on_spark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if needed := spark.missing():
        pytest.skip(f"Spark can't build here: {'; '.join(needed)}")
    project = tmp_path / "project"
    _copy_project(project)
    monkeypatch.setattr(dbt, "PROJECT_DIR", project)
    settings = engines.for_few_rows(load_settings(tmp_path))
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        raw_store.create_tables(connection)
        spark.export_raw(connection, settings.spark_dir / "raw")
    command = [
        "build", "--full-refresh", "--resource-type", "model", "--resource-type", "unit_test", "--target", "spark",
    ]  # fmt: skip
    place = dbt.Elsewhere(settings.spark_dir, spark.target_dir(settings), spark.given(settings))
    result = dbt.run(settings, command, print, place)
    assert result.returncode == 0, result.reasons
    assert sum(node.kind == "unit_test" for node in result.nodes) == written() > 30


def _copy_project(folder: Path) -> None:
    """Our project, in which all is a table that unit tests take the types of their rows from."""
    shutil.copytree(PROJECT_DIR, folder)
    for path in (folder / "dbt_project.yml", *(folder / "models").rglob("*.sql")):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("ephemeral", "table"), encoding="utf-8")
    (folder / "macros" / "units_on_spark.sql").write_text(_MACROS, encoding="utf-8")
