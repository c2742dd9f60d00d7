"""The dashboard for Superset shows what the published file has, and no number that one could buy.

That Superset imports and draws it, `test_superset_drawn` tries: it needs an environment of its own.
"""

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa
import yaml

from quality import record, restatements
from quality.suites.report_columns import _VANITY
from rapport.config import Settings
from reporting.published import ReportError
from reporting.superset import label, pack
from tests import contracts

PLACE = Path("/srv/where #1 superset ü looks/engagement.duckdb")
# Where a chart names columns; entries of the last are JSON of [column, is ascending].
COLUMN_PARAMS = ("x_axis", "all_columns", "groupby")


@pytest.fixture
def packed(settings: Settings) -> dict[str, Any]:
    """Name in the zip → document, of a published file whose tables are those of the contracts."""
    settings.published_path.parent.mkdir(parents=True)
    with duckdb.connect() as con:
        con.execute(f"attach '{settings.published_path}' as draft")
        con.execute("use draft")
        contracts.create_tables(con)
        con.execute("comment on table reports.rpt_waiting is 'It''s a list'")
        con.execute("comment on column reports.rpt_waiting.waiting_hours is 'Hours: to <the> end'")
        restatements.make_table(con)
        record.write_record(con, defaultdict(lambda: None))
    with zipfile.ZipFile(io.BytesIO(pack(settings, PLACE))) as archive:
        return {
            name.removeprefix("rapport/"): yaml.safe_load(archive.read(name)) for name in archive.namelist()
        }


def of(packed: dict[str, Any], folder: str) -> list[dict[str, Any]]:
    found = [document for name, document in packed.items() if name.startswith(folder + "/")]
    assert found
    return found


def columns_of_chart(chart: dict[str, Any]) -> Iterator[str]:
    params = chart["params"]
    for key in COLUMN_PARAMS:
        named = params.get(key) or []
        yield from [named] if isinstance(named, str) else named
    yield from (yaml.safe_load(column)[0] for column in params.get("order_by_cols") or [])
    yield from (filter_["subject"] for filter_ in params.get("adhoc_filters") or [])
    labels = {metric["label"] for metric in params.get("metrics") or []}
    yield from set(params.get("column_config") or {}) - labels
    for metric in [*(params.get("metrics") or []), *([params["metric"]] if "metric" in params else [])]:
        yield from (
            words(metric["sqlExpression"]) if "sqlExpression" in metric else [metric["column"]["column_name"]]
        )


def words(sql: str) -> list[str]:
    """The columns of an expression: what is neither a function, a keyword nor a literal."""
    keywords = {"case", "when", "then", "else", "end", "and", "or", "not", "null"}
    bare = re.sub(r"'[^']*'", "", sql)
    return [word for word in re.findall(r"\b[a-z_]+\b(?!\s*\()", bare) if word not in keywords]


def test_charts_show_what_their_dataset_has(packed: dict[str, Any]) -> None:
    datasets = {dataset["uuid"]: dataset for dataset in of(packed, "datasets")}
    for dataset in datasets.values():
        has = {column["column_name"] for column in dataset["columns"]}
        computed = [column["expression"] for column in dataset["columns"] if column.get("expression")]
        assert {word for sql in computed for word in words(sql)} <= has
        times = {column["column_name"] for column in dataset["columns"] if column.get("is_dttm")}
        assert dataset["main_dttm_col"] in times if times else dataset["main_dttm_col"] is None
    for chart in of(packed, "charts"):
        columns = {column["column_name"] for column in datasets[chart["dataset_uuid"]]["columns"]}
        named = set(columns_of_chart(chart))
        assert named, chart["slice_name"]
        assert named <= columns, (chart["slice_name"], named - columns)


def test_no_change_is_shown_as_a_percentage(packed: dict[str, Any]) -> None:
    """From 0% to 67% is no percentage, and +100% of one conversation is one: both weeks' values stand side by side."""
    for chart in of(packed, "charts"):
        assert not chart["params"].get("compare_lag"), chart["slice_name"]
        assert "time_compare" not in chart["params"], chart["slice_name"]
    big = {words(chart["params"]["metric"]["sqlExpression"])[0] if "sqlExpression" in chart["params"]["metric"]
           else chart["params"]["metric"]["column"]["column_name"]
           for chart in of(packed, "charts") if chart["viz_type"] == "big_number"}  # fmt: skip
    [weeks] = [chart for chart in of(packed, "charts") if chart["slice_name"].startswith("Week by week")]
    assert big <= set(columns_of_chart(weeks))


def test_no_number_that_one_could_buy(packed: dict[str, Any]) -> None:
    for dataset in of(packed, "datasets"):
        assert dataset["table_name"] != "rpt_context_counts"
        assert not [
            column["column_name"] for column in dataset["columns"] if re.match(_VANITY, column["column_name"])
        ]


def test_everything_on_the_dashboard_is_in_the_zip(packed: dict[str, Any]) -> None:
    [database] = of(packed, "databases")
    address = sa.make_url(database["sqlalchemy_uri"])
    assert (address.database, dict(address.query)) == (
        str(PLACE),
        {"access_mode": "read_only", "timezone": "UTC"},
    )
    # SQLAlchemy 1.4, which Superset has, undoes no escapes.
    assert database["sqlalchemy_uri"].startswith(f"duckdb:///{PLACE}?")
    assert not any(database[f"allow_{what}"] for what in ("dml", "ctas", "cvas", "file_upload"))
    assert {dataset["database_uuid"] for dataset in of(packed, "datasets")} == {database["uuid"]}
    [dashboard] = of(packed, "dashboards")
    placed = [element["meta"] for name, element in dashboard["position"].items() if name.startswith("CHART-")]
    charts = {chart["uuid"]: chart["slice_name"] for chart in of(packed, "charts")}
    assert {element["uuid"]: element["sliceName"] for element in placed} == charts
    datasets = {
        dataset["uuid"]: {column["column_name"] for column in dataset["columns"]}
        for dataset in of(packed, "datasets")
    }
    for native_filter in dashboard["metadata"]["native_filter_configuration"]:
        for target in native_filter["targets"]:
            assert target["column"]["name"] in datasets[target["datasetUuid"]]


def test_what_people_wrote_is_shown_as_text(packed: dict[str, Any]) -> None:
    tables = [chart["params"] for chart in of(packed, "charts") if chart["viz_type"] == "table"]
    assert tables and not any(table["allow_render_html"] for table in tables)


def test_tables_and_columns_bring_what_they_mean(packed: dict[str, Any]) -> None:
    [waiting] = [dataset for dataset in of(packed, "datasets") if dataset["table_name"] == "rpt_waiting"]
    assert waiting["description"] == "It's a list"
    [hours] = [column for column in waiting["columns"] if column["column_name"] == "waiting_hours"]
    assert hours["description"] == "Hours: to <the> end"
    [publication] = [
        dataset for dataset in of(packed, "datasets") if dataset["table_name"] == "rpt_publication"
    ]
    assert all("Means:" in column["description"] for column in publication["columns"])


def test_columns_are_called_what_people_call_them(packed: dict[str, Any]) -> None:
    """In every table that is shown: neither a column's own name nor an id."""
    for dataset in of(packed, "datasets"):
        named = {
            column["column_name"]: column["verbose_name"]
            for column in dataset["columns"]
            if "verbose_name" in column
        }
        assert not [word for word in named.values() if "_" in word or not word], dataset["table_name"]
    shown = {column for chart in of(packed, "charts") for column in chart["params"].get("all_columns") or []}
    assert len(shown) > 40 and not [column for column in shown if column.endswith("_id")]
    columns = ("real_conversation_count", "new_person_count", "is_stretched", "due_date")
    assert [*map(label, columns)] == ["real conversations", "new people", "stretched?", "due"]


def test_every_table_of_a_client_is_filtered_by_the_client_s_name(packed: dict[str, Any]) -> None:
    [dashboard] = of(packed, "dashboards")
    [chosen] = dashboard["metadata"]["native_filter_configuration"]
    assert chosen["targets"][0]["column"]["name"] == "client_name"
    for dataset in of(packed, "datasets"):
        columns = {column["column_name"] for column in dataset["columns"]}
        assert ("client_name" in columns) == ("client_id" in columns), dataset["table_name"]


def test_stages_and_movements_stand_in_their_order(packed: dict[str, Any]) -> None:
    """Superset sorts the parts of a bar by their names."""
    by_title = {chart["slice_name"]: chart["params"] for chart in of(packed, "charts")}
    for title, words_in_order in (
        (
            "Relationships by stage, week by week",
            ["connected", "conversing", "acquainted", "noticed", "dormant"],
        ),
        ("Which way ties moved, week by week", ["new", "deepened", "revived", "cooled", "lapsed"]),
    ):
        params = by_title[title]
        assert (params["sort_series_type"], params["sort_series_ascending"]) == ("name", True)
        assert [
            name.split()[1] for name in sorted(metric["label"] for metric in params["metrics"])
        ] == words_in_order


def test_nothing_published_or_a_table_missing_is_said(settings: Settings) -> None:
    with pytest.raises(ReportError, match="nothing is published yet"):
        pack(settings)
    settings.published_path.parent.mkdir(parents=True)
    with duckdb.connect(str(settings.published_path)) as con:
        con.execute("create table nothing as select 1 as n")
    with pytest.raises(ReportError, match=r"no table reports\.rpt_"):
        pack(settings)


@pytest.mark.parametrize(
    "place", ["published/engagement.duckdb", "/srv/a?b/engagement.duckdb", "/srv/100%25/engagement.duckdb"]
)
def test_a_place_that_superset_would_read_otherwise_is_refused(settings: Settings, place: str) -> None:
    with pytest.raises(ReportError, match="Superset can't open"):
        pack(settings, Path(place))
