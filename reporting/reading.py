"""How rows of the published file become records."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, TypeVar

import duckdb

T = TypeVar("T")


def records(con: duckdb.DuckDBPyConnection, kind: type[T], sql: str, parameters: Sequence[Any]) -> list[T]:
    """Rows as records. `{columns}` in the SQL becomes the record's fields; NULL where a field knows no
    NULL becomes 0, '' or False: a hole in one column must not cost a person the whole report."""
    wanted = fields(kind)  # type: ignore[arg-type]
    empty: dict[Any, Any] = {int: 0, str: "", bool: False, float: 0.0, tuple[str, ...]: ()}
    rows = con.execute(sql.replace("{columns}", ", ".join(one.name for one in wanted)), parameters).fetchall()
    found = []
    for row in rows:
        values = [
            empty.get(one.type) if value is None else tuple(value) if isinstance(value, list) else value
            for one, value in zip(wanted, row, strict=True)
        ]
        found.append(kind(*values))
    return found
