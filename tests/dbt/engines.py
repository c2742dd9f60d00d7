"""What two engines made of the same raw rows, compared row by row."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from modelling import spark
from rapport.config import Settings

_SCHEMAS = ["staging", "changes", "intermediate", "marts", "reports", "quality"]
# Of these the warehouse gets what Spark has made.
_COME_BACK = {*_SCHEMAS} - {"staging", "changes"}

# What makes Spark quicker where there are few rows and many queries, and slower elsewhere. Half of its time it wrote,
# compiled and warmed up code for rows that were gone by then.
_FOR_FEW_ROWS = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC",
    # one part of everything, and no job to find out how many there should be
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.files.minPartitionNum": "1",
}


def for_few_rows(settings: Settings) -> Settings:
    """The settings with those of Spark that suit the small worlds of tests."""
    engine = settings.config.engine.model_copy(update={"memory": "2g", "settings": _FOR_FEW_ROWS})
    return replace(settings, config=settings.config.model_copy(update={"engine": engine}))


def differences(warehouse: duckdb.DuckDBPyConnection, folder: Path) -> tuple[list[str], dict[str, int]]:
    """One message for each table that Spark has made otherwise in `folder`, with the first rows that differ; and how
    many rows each table has."""
    made, messages, counts = spark.tables(folder), [], {}
    for table, columns in _columns(warehouse).items():
        if table not in made:
            messages.append(f"{table}: not made by Spark")
            continue
        names = [name for name, _ in columns]
        mine = _rows(warehouse, f"select {', '.join(names)} from {table}")
        typed = ", ".join(f"cast({name} as {type_}) as {name}" for name, type_ in columns)
        theirs = _rows(warehouse, f"select {typed} from read_parquet('{made[table]}')")
        counts[table] = len(mine)
        if len(mine) != len(theirs):
            messages.append(f"{table}: {len(theirs)} rows by Spark, {len(mine)} by DuckDB")
        unlike = [pair for pair in zip(mine, theirs, strict=False) if not _same(*pair)]
        if unlike:
            told = "\n".join(_unlike(names, *pair) for pair in unlike[:3])
            messages.append(f"{table}: {len(unlike)} of {len(mine)} rows are not the same\n{told}")
    return messages, counts


def unlike_types(warehouse: duckdb.DuckDBPyConnection, folder: Path) -> list[str]:
    """One message for each table that comes back from Spark with columns of other names, order or types."""
    with duckdb.connect() as taken:
        spark.take_in(taken, folder)
        theirs = _columns(taken)
    mine = {
        table: columns
        for table, columns in _columns(warehouse).items()
        if table.partition(".")[0] in _COME_BACK
    }
    return [
        f"{table}: {sorted({*theirs.get(table, [])} - {*mine.get(table, [])})} by Spark, "
        f"{sorted({*mine.get(table, [])} - {*theirs.get(table, [])})} by DuckDB"
        for table in sorted({*mine, *theirs})
        if mine.get(table) != theirs.get(table)
    ]


def _columns(warehouse: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[str, str]]]:
    """Each table and view with its columns and their types, in their order."""
    rows = warehouse.execute(
        "select schema_name || '.' || table_name, list((column_name, data_type) order by column_index) "
        "from duckdb_columns() where database_name = current_database() and list_contains($schemas, schema_name) "
        "and (schema_name <> 'quality' or table_name = 'load_profile') group by all",
        {"schemas": _SCHEMAS},
    ).fetchall()
    return dict(rows)


def _rows(warehouse: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    """In an order in which numbers that are nearly the same stand at the same place."""
    return sorted(warehouse.execute(query).fetchall(), key=lambda row: repr(_rounded(row)))


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return value


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _unlike(names: list[str], one: tuple[Any, ...], other: tuple[Any, ...]) -> str:
    parts = [
        f"{name} {there!r} by Spark, {here!r} by DuckDB"
        for name, here, there in zip(names, one, other, strict=True)
        if not _same(here, there)
    ]
    return f"    {one[:1]}: {'; '.join(parts)}"
