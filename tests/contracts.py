"""The tables that readers get, as the files beside their models state them: a new column or table touches no helper."""

from functools import cache

import duckdb
import yaml

from rapport.project import PROJECT_DIR

SCHEMAS = ("marts", "reports")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C it takes a tenth of the time


@cache
def tables() -> dict[str, dict[str, str]]:
    """`schema.table` -> its columns with their types."""
    found = {}
    for schema in SCHEMAS:
        for path in sorted((PROJECT_DIR / "models" / schema).glob("*.yml")):
            for model in yaml.load(path.read_bytes(), _Loader).get("models", []):  # noqa: S506 - a safe one
                columns = {column["name"]: column["data_type"] for column in model["columns"]}
                found[f"{schema}.{model['name']}"] = columns
    return found


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Both schemas with all their tables, empty."""
    for schema in SCHEMAS:
        connection.execute(f"create schema if not exists {schema}")
    connection.execute(";".join(map(_statement, tables())))


def _statement(table: str) -> str:
    return f"create table {table} ({', '.join(f'{name} {kind}' for name, kind in tables()[table].items())})"
