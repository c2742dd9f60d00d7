"""The published file: how it is opened, and how its rows become records.

Fields of a record bear the names of the published columns. Everything a report needs is read first, and
the file is closed before pages are drawn: a publication never has to wait for them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import duckdb

from rapport.errors import RapportError

T = TypeVar("T")

PUBLISH_AGAIN = "run `rapport build`, `rapport check` and `rapport publish`, then report again"


class ReportError(RapportError):
    """The published file is missing, held by a writer, or not one this report understands."""

    exit_code: ClassVar[int] = 6


@dataclass(frozen=True)
class Publication:
    """Which publication is read, when it was made, and up to when anything was fetched for it."""

    publication_id: str
    published_at: datetime
    as_of_at: datetime


@contextmanager
def open_published(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, opened read-only, with times in UTC. Errors of DuckDB become ReportErrors."""
    if not path.exists():
        raise ReportError(f"nothing is published yet: there is no {path}", PUBLISH_AGAIN)
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            con.execute("set timezone = 'UTC'")
            yield con
    except duckdb.IOException as problem:
        if "lock" in str(problem).lower():
            raise ReportError(
                f"{path} is held open for writing by another program",
                "close that program, or let it open the file read-only, and report again",
            ) from problem
        raise ReportError(f"{path} cannot be read", PUBLISH_AGAIN, detail=problem) from problem
    except duckdb.ConnectionException as problem:
        raise ReportError(
            f"{path} is open for writing in this very process",
            "close that connection before the reports are written",
            detail=problem,
        ) from problem
    except (duckdb.CatalogException, duckdb.BinderException) as problem:
        raise ReportError(
            f"{path} was published by another version of Rapport", PUBLISH_AGAIN, detail=problem
        ) from problem


def read_publication(con: duckdb.DuckDBPyConnection) -> Publication:
    """The publication that the file holds; ReportError where the file does not say."""
    row = con.execute(
        "select publication_id, published_at, coalesce(as_of_at, published_at) from reports.rpt_publication"
    ).fetchone()
    if row is None:
        raise ReportError("the published file carries no record of its publication", PUBLISH_AGAIN)
    return Publication(*row)


def records(con: duckdb.DuckDBPyConnection, kind: type[T], sql: str, parameters: Sequence[Any]) -> list[T]:
    """Rows as records. `{columns}` in the SQL becomes the record's fields.

    NULL becomes 0, '' or False where a field does not allow None: one missing value must not stop the whole report.
    """
    wanted = fields(kind)  # type: ignore[arg-type]
    empty: dict[Any, Any] = {int: 0, str: "", bool: False, float: 0.0, tuple[str, ...]: ()}
    columns = ", ".join(field.name for field in wanted)
    found = []
    for row in con.execute(sql.replace("{columns}", columns), parameters).fetchall():
        values = [
            empty.get(field.type) if value is None else tuple(value) if isinstance(value, list) else value
            for field, value in zip(wanted, row, strict=True)
        ]
        found.append(kind(*values))
    return found


def count_rows(con: duckdb.DuckDBPyConnection, table: str, condition: str, parameters: Sequence[Any]) -> int:
    """How many rows of a table of schema reports the condition holds for."""
    row = con.execute(f"select count(*) from reports.{table} where {condition}", parameters).fetchone()
    return int(row[0]) if row else 0
