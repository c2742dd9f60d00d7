"""What the process of dbt does otherwise than dbt: how it puts an ephemeral model before a query, what it says, how it
ends."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from dbt.compilation import inject_ctes_into_sql
from dbt.contracts.graph.nodes import InjectedCTE

from modelling.dbt_process import with_ephemeral

STEPS = [
    InjectedCTE(id=name, sql=f" __dbt__cte__{name} as (select {number} as n)")
    for number, name in enumerate("ab")
]


@pytest.mark.parametrize(
    "sql",
    [
        "select * from __dbt__cte__a",
        "\n\n-- with a comment, select\nwith own as (select * from __dbt__cte__b)\nselect n from own",
        "with recursive steps as (select 0 as n union all select n + 1 from steps where n < 3) "
        "select n from steps semi join __dbt__cte__b using (n)",
        "/* with */ SELECT n from __dbt__cte__a union all select * from __dbt__cte__b",
        "WITH own as (select 7 as n) select * from own",
        "(select n from __dbt__cte__b)",
        "select 'with' as word from __dbt__cte__a",
    ],
)
def test_a_query_gets_the_steps_that_dbt_would_give_it(sql: str) -> None:
    ours, dbts = (given(sql, STEPS) for given in (with_ephemeral, inject_ctes_into_sql))
    assert duckdb.sql(ours).fetchall() == duckdb.sql(dbts).fetchall()
    assert with_ephemeral(sql, []) == sql


@pytest.mark.parametrize(("query", "code"), [("select 7 as n", 0), ("select error('of its own') as n", 1)])
def test_it_tells_what_happened_and_leaves_the_warehouse_closed(
    tmp_path: Path, query: str, code: int
) -> None:
    files = {
        "dbt_project.yml": "{name: small, version: '1.0', profile: small, flags: {send_anonymous_usage_stats: false}}",
        "profiles.yml": "small: {target: it, outputs: {it: {type: duckdb, path: warehouse.duckdb}}}",
        "models/first.sql": "{{ config(materialized='table') }} select 1 as one",
        "models/one.sql": "{{ config(materialized='table') }} -- {{ ref('first') }}\n" + query,
    }
    (tmp_path / "models").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-P", "-m", "modelling.dbt_process", "--log-path", "log", "run"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdout
        events = [json.loads(line) for line in process.stdout]
        assert process.wait() == code
    messages = [event["info"]["msg"] for event in events]
    told = "1 of 2 OK created sql table model main.first", "2 of 2 OK" if code == 0 else "of its own"
    assert [any(part in message for message in messages) for part in told] == [True, True]
    assert "2 of 2 START sql table model main.one" in (tmp_path / "log" / "dbt.log").read_text(
        encoding="utf-8"
    )
    # what is written lies in the file itself, and nothing is left to be done by who opens it next
    assert not (tmp_path / "warehouse.duckdb.wal").exists()
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute("select table_name from duckdb_tables() order by all").fetchall() == [
            ("first",), *([("one",)] if code == 0 else [])
        ]  # fmt: skip
