"""Models are written in what DuckDB and Spark both understand; the rest stands in macros that each engine can
have its own of. See docs/decisions/0025-engines.md."""

import re
from pathlib import Path

import pytest
import yaml

from rapport.project import PROJECT_DIR

# Functions with the same meaning in both; a pattern without a backslash reads the same, and the group is said.
BOTH = {
    "abs", "any_value", "avg", "bool_or", "cast", "coalesce", "contains", "count", "date_trunc", "decimal",
    "first_value", "floor", "greatest", "lag", "lead", "least", "length", "ln", "lower", "max", "md5", "median", "min",
    "nullif", "pow", "rank", "regexp_extract", "regexp_extract_all", "replace", "row_number", "split", "sqrt",
    "sum", "trim",
}  # fmt: skip
# What is no function and yet of one engine, with what to write instead.
ONE_ENGINE = {
    r"::": "cast(... as ...)",
    r"//": "floor(a / 7e0)",
    r"(?<![\w.])\d+\.\d": "7e0: what is divided by a decimal is a decimal there, and rounded",
    r"\[": "a macro: lists are counted from 1 here and from 0 there",
    r"\blambda\b|->": "a macro: functions of a list",
    r"\bfilter \((?!\s*where\b)": "filter (where ...)",
    r"\bignore nulls\b": "first_known",
    r"\bvarchar\b": "string",
    r"\btimestamptz\b": "start_of",
    r"\bdistinct on\b|\bgroup by all\b|\border by all\b|\bby name\b|\basof\b|\bpositional join\b": "standard SQL",
    r"\bselect \* (exclude|replace|rename)\b": "the columns by name",
    r"\binterval \d": "interval '1' day",
    r"\\": "a macro: a text with a backslash is read otherwise",
    r"regexp_extract(_all)?\([^()]*, *'[^']*'\)": "with the group said, for without it the engines differ",
}
_CALL = re.compile(r"\b([a-z_]\w*)\(")
# What jinja puts in: macros go, but the text handed to them stands in the query.
_COMMENTS = re.compile(r"\{#.*?#\}|--[^\n]*", re.DOTALL)
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_HANDED_OVER = re.compile(r"\"([^\"]*)\"|'([^']*)'")

DESCRIBED = sorted((PROJECT_DIR / "models").rglob("*.yml"))
MODELS = sorted((PROJECT_DIR / "models").rglob("*.sql")) + sorted((PROJECT_DIR / "tests").rglob("*.sql"))

# What a build writes down about itself has its own tables, which another engine's builds will keep elsewhere; what lies
# in the warehouse is asked of this engine; and Spark has a file of its own.
EXEMPT = {"record_build.sql", "orphans.sql", "spark.sql"}
MACROS = sorted(path for path in (PROJECT_DIR / "macros").rglob("*.sql") if path.name not in EXEMPT)
_OF_DUCKDB = re.compile(r"\{% macro duckdb__.*?\{%-? endmacro -?%\}", re.DOTALL)


def of_one_engine(sql: str) -> list[str]:
    """What in a model only one engine understands: a function, or a construct with what to write instead."""
    text = _COMMENTS.sub(" ", sql)
    handed = [first or other for part in _JINJA.findall(text) for first, other in _HANDED_OVER.findall(part)]
    plain = "\n".join([_JINJA.sub("''", text), *handed])
    calls = set(_CALL.findall(re.sub(r"'[^']*'", "''", plain)))
    # a path or a separator that a macro is given is no SQL
    constructs = re.sub(r"'[^'\\]*'", "''", _JINJA.sub("''", text))
    found = [f"{name}()" for name in sorted(calls - BOTH)]
    found += [
        f"{construct}: write {two}"
        for construct, two in ONE_ENGINE.items()
        if re.search(construct, constructs)
    ]
    return found


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_is_understood_by_both_engines(path: Path) -> None:
    assert of_one_engine(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", MACROS, ids=lambda path: path.stem)
def test_a_macro_for_all_engines_is_understood_by_both(path: Path) -> None:
    assert of_one_engine(_OF_DUCKDB.sub("", path.read_text(encoding="utf-8"))) == []


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
    ],
)
def test_what_only_duckdb_understands_is_found(sql: str) -> None:
    assert of_one_engine(sql)


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
