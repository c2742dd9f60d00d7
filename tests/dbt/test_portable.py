"""Models are written in what DuckDB and Spark both understand; the rest stands in macros that each engine can
have its own of. See docs/decisions/0025-engines.md."""

import re
from collections import Counter
from pathlib import Path

import duckdb
import pytest
import yaml
from dbt_common.clients.jinja import get_environment
from jinja2 import nodes

from rapport.project import PROJECT_DIR
from tests.dbt.conftest import Built
from tests.dbt.portable import of_one_engine
from tests.dbt.test_units import queries

MODELS = [path for folder in ("models", "tests") for path in sorted((PROJECT_DIR / folder).rglob("*.sql"))]
DESCRIBED = sorted((PROJECT_DIR / "models").rglob("*.yml"))
# Texts for people; how each engine makes a table; and what a build of DuckDB writes down about itself.
EXEMPT = {"column_comments.sql", "materializations.sql", "record_build.sql"}
_TO_WHOLE = re.compile(r"\s+as (?:bigint|integer)\b")
MACROS = sorted(path for path in (PROJECT_DIR / "macros").rglob("*.sql") if path.name not in EXEMPT)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_is_understood_by_both_engines(path: Path) -> None:
    assert of_one_engine(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", MACROS, ids=lambda path: path.stem)
def test_a_macro_for_all_engines_is_understood_by_both(path: Path) -> None:
    assert of_one_engine(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", DESCRIBED, ids=lambda path: path.stem)
def test_rows_of_a_unit_test_are_of_no_engine(path: Path) -> None:
    """A list is a text: written as a list, dbt hands it on in DuckDB's words."""
    for test in yaml.safe_load(path.read_text(encoding="utf-8")).get("unit_tests", []):
        for part in (*test["given"], test["expect"]):
            rows = part.get("rows") or []
            if isinstance(rows, str):
                assert of_one_engine(rows) == [], test["name"]
            else:
                values = [value for row in rows for value in row.values()]
                assert [value for value in values if isinstance(value, list | dict)] == [], test["name"]


@pytest.mark.parametrize(
    "sql",
    [
        "select arg_max(a, b) from t",
        "select lower(a) from t",
        "select {{ each_of('list_distinct(a)') }} from t",
        "select count(*) filter (a) from t",
        "select count(*) filter (\n    where a\n), b[1] from t",
        "select a::date from t",
        "select 7 // 2",
        "select seconds / 60.0",
        "select regexp_extract(a, '[^/]+$') from t",
        "select regexp_extract(a, '\\s', 0) from t",
        "select cast(null as varchar)",
        "select list_filter(a, lambda one: one > 1) from t",
        "select a + interval 1 day from t",
        "select * exclude (a) from t",
        # decimals
        "select a / .5 from t",
        "select a / 5. from t",
        "select {{ half('a', 2.5) }} from t",
        "{% set step = 0.5 %}select a * {{ step }} from t",
        "select {{ each_of('a / 60.0') }} from t",
        # what jinja hands on
        "{% set days = 'a::date' %}select {{ days }} from t",
        "select {{ each_of('a::date') }} from t",
        "select {{ first_known('x[1]') }} from t",
        "{% set first %}x[1]{% endset %}select {{ first }} from t",
        "{% set first = 'x[1]' %}select {{ first }} from t",
        "{% set found = ['list_sort(' ~ name ~ ')'] %}select {{ found[0] }} from t",
        "select {{ json_text('x[1]', '$.a') }} from t",
        "select {{ ['x[1]', a] | join(', ') }} from t",
        "{% do columns.append('arg_max (a, b)') %}select {{ columns | join(', ') }} from t",
        # other ways to write it
        "select list_sort (a) from t",
        "select LIST_SORT(a) from t",
        "select *  EXCLUDE(a) from t",
        "select t.* exclude (a) from t",
        "select *\n    replace (1 as a) from t",
        "select cast(null as VARCHAR)",
        "select a from t union all by name select b from t",
        # signs
        "select a ^ 2 from t",
        "select a ** 2 from t",
        "select a % 2 from t",
        "select a | b from t",
        "select a >> 2 from t",
        "select a == b from t",
        "select {'a': 1} from t",
        'select "a" from t',
        "select `a` from t",
        "select $$a$$, #1 from t",
        # literals
        "select 5L from t",
        "select 1_000 from t",
        "select 'it''s' from t",
        "select e'a' from t",
        "select timestamp '2026-01-01' from t",
        "select interval '1 day'",
        # another meaning there
        "select split(a, '-') from t",
        "select any_value(a) from t",
        "select cast(x / 60e0 as integer) from t",
        "select cast(coalesce(sum(x / 60e0) over (order by y), 0) as bigint) from t",
        "select cast({{ seconds_between('a', 'b') }} as bigint) from t",
        "select cast(cast(x as double) as integer) from t",
        "select cast(a as float) from t",
        "select regexp_extract_all(trim(a), '[a-z]') from t",
        # words
        "select a from t where a ilike 'b'",
        "select a from t where a similar to 'b'",
        "select a from t where a isnull",
        "select a from t using sample 10",
        "select a from t tablesample (10)",
        "select a from (from t)",
        "select a at time zone 'UTC' from t",
        "select a from t pivot (sum(b) for c in ('d'))",
        "select last(a respect nulls) over (order by b) from t",
        # of aggregates, windows and patterns
        "select max(a order by b) from t",
        "select sum(a) over (order by b groups 1 preceding) from t",
        "select sum(a) over (order by b rows 1 preceding exclude current row) from t",
        "select count(distinct a) over (partition by b) from t",
        "select count() from t",
        "select sum(a = 'x') from t",
        "select regexp_extract(a, '[[:alpha:]]+', 0) from t",
        "select regexp_extract(a, '(?P<name>a)', 1) from t",
        "select cast(5e-1 as decimal) from t",
        "select cast(1e-5 as string) from t",
        "select a, from t",
    ],
)
def test_what_only_duckdb_understands_is_found(sql: str) -> None:
    assert of_one_engine(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select cast(floor(x / 60e0) as integer), 5e-1 * a from t",
        "select cast(count(*) filter (where a / 7e0 > b) as bigint) from t",
        "select cast(cast(x as double) as decimal(18, 12)) from t",
        "select sum(case when a = 'x' then 1 end) over (order by b), count(distinct a) from t",
        "select a, b.* from t where c like '%[x]::%' and d <> e || '.5' -- f[1]",
        "select {{ json_text('a', '$.b[0]') }}, {{ columns[0].split('%')[1] }} from t",
        "{% macro duckdb__first_item(list) %}{{ list }}[1]{% endmacro %}",
        "select a from t qualify row_number() over (partition by b order by c desc nulls last) = 1",
        "select a - interval '{{ definition('waiting_days') }}' day from t",
    ],
)
def test_what_both_understand_is_not(sql: str) -> None:
    assert of_one_engine(sql) == []


def test_no_whole_number_is_made_of_a_fraction(built: Built) -> None:
    """DuckDB rounds there, and Spark cuts. The types of columns tell: `&` takes whole numbers only."""

    def held(query: str) -> str:
        return "explain " + _TO_WHOLE.sub(r" & -1\g<0>", query).replace("floor(", "floored(")

    with duckdb.connect(str(built.settings.warehouse_path), read_only=True) as connection:
        connection.execute("create temp macro floored(number) as cast(floor(number) as bigint)")
        for of_fraction in ("a / 2", "median(a)", "cast(a as decimal(9, 1))"):
            with pytest.raises(duckdb.BinderException, match="&"):
                connection.execute(held(f"select cast({of_fraction} as bigint) from range(3) as t(a)"))
        made = queries(built.settings.dbt_target_dir).values()
        for query in made:
            connection.execute(held(query))
    assert sum(len(_TO_WHOLE.findall(query)) for query in made) > 100


def test_nothing_asks_which_engine_it_is_for() -> None:
    """A macro that is dispatched has a version for each."""
    asked = re.compile(r"\btarget\.(type|name)\b|\badapter\.type\b")
    paths = [PROJECT_DIR / "dbt_project.yml", *MODELS, *DESCRIBED, *(PROJECT_DIR / "macros").rglob("*.sql")]
    assert [path.name for path in paths if asked.search(path.read_text(encoding="utf-8"))] == []


def test_no_order_hangs_on_what_no_other_engine_repeats() -> None:
    """A DuckDB of another version may hash otherwise, too. What is only held against itself may be hashed."""
    macros = {path.name: path.read_text(encoding="utf-8") for path in (PROJECT_DIR / "macros").rglob("*.sql")}
    assert [name for name, text in macros.items() if re.search(r"(?<!_)\bhash\(", text)] == []


def test_every_engine_has_every_macro() -> None:
    macros = "\n".join(path.read_text(encoding="utf-8") for path in (PROJECT_DIR / "macros").rglob("*.sql"))
    dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)', 'rapport'\)", macros))
    assert len(dispatched) > 20
    for engine in ("duckdb", "spark"):
        assert set(re.findall(rf"macro {engine}__(\w+)\(", macros)) == dispatched


def test_a_macro_that_is_only_sql_is_called_more_than_once() -> None:
    """What is said once stands in its place. It pays if an engine has its own, or it is made of what is declared."""
    environment = get_environment(None)
    trees = {
        path: environment.parse(path.read_text(encoding="utf-8"))
        for path in (*MODELS, *(PROJECT_DIR / "macros").rglob("*.sql"))
    }
    calls = Counter(name for tree in trees.values() for name in _called_in(tree))
    once = {
        name
        for path, tree in trees.items()
        for macro in tree.find_all(nodes.Macro)
        if "macros" in path.parts and calls[name := macro.name.removeprefix("dbt_macro__")] < 2
        # what returns a value or runs something is no part of a query
        if not ({"return", "var"} & {*_called_in(macro)} or any(macro.find_all(nodes.ExprStmt)))
    }
    # one way of each engine, which tests call as well; and what dbt calls
    assert {name for name in once if not re.match("duckdb__|spark__", name)} == {
        "tops_by_recursion", "descendants_by_recursion", "generate_schema_name", "get_where_subquery",
    }  # fmt: skip


def _called_in(node: nodes.Node) -> list[str]:
    return [call.node.name for call in node.find_all(nodes.Call) if isinstance(call.node, nodes.Name)]
