"""What leaves the house: the tables of a build that are published, and by which mark they are known again."""

from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from rapport.warehouse import literal

SCHEMAS = ("marts", "reports")


@dataclass(frozen=True)
class Table:
    """A table or view of a database that is, or is to be, published."""

    schema: str
    name: str
    comment: str | None = None

    @property
    def full_name(self) -> str:
        return f"{quoted(self.schema)}.{quoted(self.name)}"


def tables_of(con: duckdb.DuckDBPyConnection, database: str | None = None) -> list[Table]:
    """All tables and views of SCHEMAS in the connection's own or an attached database, by name."""
    schemas = ", ".join(literal(schema) for schema in SCHEMAS)
    rows = con.execute(
        f"""
        select schema_name, table_name, comment from duckdb_tables()
        where database_name = coalesce($database, current_database()) and schema_name in ({schemas})
        union all
        select schema_name, view_name, comment from duckdb_views()
        where database_name = coalesce($database, current_database()) and schema_name in ({schemas}) and not internal
        order by all
        """,
        {"database": database},
    ).fetchall()
    return [Table(*row) for row in rows]


# Column → type and comment ('' without one), in the table's order.
Columns = dict[str, tuple[str, str]]


def columns_of(con: duckdb.DuckDBPyConnection, table: Table, database: str | None = None) -> Columns:
    """The columns of one table; none if it is not there."""
    return columns_by_table(con, database).get((table.schema, table.name), {})


def columns_by_table(
    con: duckdb.DuckDBPyConnection, database: str | None = None
) -> dict[tuple[str, str], Columns]:
    """(schema, table) → its columns, for all tables of a database: DuckDB needs as long for one as for all."""
    rows = con.execute(
        "select schema_name, table_name, column_name, data_type, coalesce(comment, '') from duckdb_columns() "
        "where database_name = coalesce(?, current_database()) order by schema_name, table_name, column_index",
        [database],
    ).fetchall()
    found: dict[tuple[str, str], Columns] = {}
    for schema, table, column, kind, comment in rows:
        found.setdefault((schema, table), {})[column] = (kind, comment)
    return found


def hashes(
    con: duckdb.DuckDBPyConnection, database: str | None = None, without: Collection[str] = ()
) -> dict[str, str]:
    """Table → a mark of its columns and rows, whatever the order of the rows; of all tables but those named.

    Two tables with the same mark hold the same rows, unless somebody means harm: DuckDB's hash is made for
    speed (2M rows a second), and may change with its version, so that marks are only compared within one.
    """
    found = [table for table in tables_of(con, database) if f"{table.schema}.{table.name}" not in without]
    if not found:
        return {}
    columns = columns_by_table(con, database)
    # one statement for all: for tables as small as most are, asking takes as long as hashing
    marks = " union all ".join(
        _mark_of(table, columns[table.schema, table.name], database) for table in found
    )
    return dict(con.execute(marks).fetchall())


def _mark_of(table: Table, columns: Columns, database: str | None) -> str:
    """The query of a table's name and mark: rows, columns, the sum of the rows' hashes (a sum notices doubled rows)."""
    described = "|".join(f"{name} {kind}" for name, (kind, _) in columns.items())
    where = f"{quoted(database)}." if database else ""
    return (
        f"select {literal(f'{table.schema}.{table.name}')}, count(*)::varchar || '-' || "
        f"to_hex(hash({literal(described)})) || '-' || coalesce(sum(hash(rows)::hugeint), 0) "
        f"from {where}{table.full_name} as rows"
    )


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'
