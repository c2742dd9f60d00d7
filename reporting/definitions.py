"""The definitions (thresholds) that the published file was made with.

Sentences take every number of a definition from here, not from dbt_project.yml, which may have changed since the file
was made.
"""

from dataclasses import dataclass

import duckdb

from reporting.language import form_of, npgettext, number
from reporting.published import PUBLISH_AGAIN, ReportError


@dataclass(frozen=True, slots=True)
class Definition:
    """What a definition is set to, and what it counts. As text: "13 weeks"; a share or a weight is a number alone."""

    value: float
    unit: str

    @property
    def number(self) -> str:
        return number(self.value, 6)

    def __str__(self) -> str:
        how_many = form_of(self.value, 6)
        counted = {
            "days": npgettext("definition", "%(num)s day", "%(num)s days", how_many, num=self.number),
            "weeks": npgettext("definition", "%(num)s week", "%(num)s weeks", how_many, num=self.number),
            "hours": npgettext("definition", "%(num)s hour", "%(num)s hours", how_many, num=self.number),
            "people": npgettext("definition", "%(num)s person", "%(num)s people", how_many, num=self.number),
            "exchanges": npgettext(
                "definition", "%(num)s exchange", "%(num)s exchanges", how_many, num=self.number
            ),
            "addresses": npgettext(
                "definition", "%(num)s address", "%(num)s addresses", how_many, num=self.number
            ),
            "real conversations": npgettext(
                "definition",
                "%(num)s real conversation",
                "%(num)s real conversations",
                how_many,
                num=self.number,
            ),
            "times": npgettext("definition", "%(num)s time", "%(num)s times", how_many, num=self.number),
            "turns": npgettext("definition", "%(num)s turn", "%(num)s turns", how_many, num=self.number),
        }
        return (
            self.number
            if self.unit in ("share", "weight", "nearness")
            else counted.get(self.unit, f"{self.number} {self.unit}")
        )


class Definitions(dict[str, Definition]):
    """The definitions by name, in templates as `definitions.dormant_weeks`."""

    def __missing__(self, name: str) -> Definition:
        raise ReportError(f"the published file does not say what {name} is", PUBLISH_AGAIN)


def read_definitions(con: duckdb.DuckDBPyConnection) -> Definitions:
    """All of them."""
    rows = con.execute("select name, value, unit from reports.rpt_definitions").fetchall()
    return Definitions({name: Definition(value, unit) for name, value, unit in rows})
