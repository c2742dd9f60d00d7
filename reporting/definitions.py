"""The definitions (thresholds) that the published file was made with.

Sentences take every number of a definition from here, not from dbt_project.yml, which may have changed since the file
was made.
"""

from dataclasses import dataclass

import duckdb

from reporting.published import PUBLISH_AGAIN, ReportError


@dataclass(frozen=True, slots=True)
class Definition:
    """What a definition is set to, and what it counts. As text: "13 weeks"; a share or a weight is a number alone."""

    value: float
    unit: str

    @property
    def number(self) -> str:
        return f"{self.value:g}"

    def __str__(self) -> str:
        return self.number if self.unit in ("share", "weight") else f"{self.number} {self.unit}"


class Definitions(dict[str, Definition]):
    """The definitions by name, in templates as `definitions.dormant_weeks`."""

    def __missing__(self, name: str) -> Definition:
        raise ReportError(f"the published file does not say what {name} is", PUBLISH_AGAIN)


def read_definitions(con: duckdb.DuckDBPyConnection) -> Definitions:
    """All of them."""
    rows = con.execute("select name, value, unit from reports.rpt_definitions").fetchall()
    return Definitions({name: Definition(value, unit) for name, value, unit in rows})
