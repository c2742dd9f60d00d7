"""No rule stands both in dbt and in Great Expectations: dbt proves shape, the gate fitness (docs/checks.md)."""

from pathlib import Path
from typing import Any

import yaml

from quality import suites
from rapport.project import PROJECT_DIR

# The expectations that say what a generic test of dbt says.
SAME = {
    "not_null": {"expect_column_values_to_not_be_null"},
    "never_null": {"expect_column_values_to_not_be_null"},
    "unique": {"expect_column_values_to_be_unique"},
    "accepted_values": {"expect_column_values_to_be_in_set", "expect_column_distinct_values_to_be_in_set"},
    "unique_combination": {"expect_compound_columns_to_be_unique"},
    # a reference is dbt's to prove; no expectation of ours may stand for it
    "relationships": set(),
}


def dbt_tests() -> list[tuple[str, str, tuple[str, ...], frozenset[str]]]:
    """(model, test, columns, values) of every generic test in the project."""
    found = []
    for path in (PROJECT_DIR / "models").rglob("*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models") or []:
            for test in model.get("data_tests") or []:
                found.append(_read(model["name"], test, ()))
            for column in model.get("columns") or []:
                for test in column.get("data_tests") or []:
                    found.append(_read(model["name"], test, (column["name"],)))
    return found


def _read(
    model: str, test: Any, columns: tuple[str, ...]
) -> tuple[str, str, tuple[str, ...], frozenset[str]]:
    name, arguments = (test, {}) if isinstance(test, str) else next(iter(test.items()))
    arguments = (arguments or {}).get("arguments", arguments or {})
    columns = columns or tuple(sorted(arguments.get("columns", ())))
    return model, name, columns, frozenset(str(value) for value in arguments.get("values", ()))


def test_no_expectation_says_what_a_test_of_dbt_says() -> None:
    in_dbt = dbt_tests()
    assert len(in_dbt) > 80
    assert {name for _, name, _, _ in in_dbt} <= set(SAME), "say above which expectation says the same"
    twice = []
    for check in suites.CHECKS:
        for rule in check.suite().expectations:
            arguments = rule.configuration.kwargs
            columns = tuple(sorted(arguments.get("column_list") or [arguments.get("column")]))
            values = frozenset(str(value) for value in arguments.get("value_set") or ())
            for model, name, dbt_columns, dbt_values in in_dbt:
                has_columns = (
                    set(columns) <= set(dbt_columns) if name == "never_null" else columns == dbt_columns
                )
                if rule.expectation_type not in SAME[name] or not has_columns:
                    continue
                # the same set of words is the same rule wherever the column came from; else only in the same table
                if (values and values == dbt_values) or (not values and model == check.table_name):
                    twice.append(f"{check.table_name}.{rule.meta['rule']} and {name} of {model}")
    assert twice == []


def test_no_rule_bears_the_name_of_a_test_of_dbt() -> None:
    singular = {path.stem for path in (PROJECT_DIR / "tests").glob("*.sql")}
    assert singular
    rules = {rule.meta["rule"] for check in suites.CHECKS for rule in check.suite().expectations}
    assert not rules & singular


def test_the_docs_name_the_boundary_and_both_severities() -> None:
    text = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")
    for severity in ("block", "warn"):
        assert f"**{severity}**" in text
    warning = {
        rule.meta["rule"]
        for check in suites.CHECKS
        for rule in check.suite().expectations
        if rule.meta["severity"] == "warn"
    }
    assert warning
    for name in warning:
        assert f"`{name}`" in text, f"docs/checks.md does not say that {name} warns"
