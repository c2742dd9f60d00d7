"""What the process of dbt does otherwise than dbt: how it puts an ephemeral model before a query."""

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
