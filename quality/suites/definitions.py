"""reports.rpt_definitions: one row per definition."""

from quality.gx import gx, gxe
from quality.results import WARN
from quality.suites.rules import TableCheck, rule, suite_of

_QUERY = """
select
    name as row_key,
    value - least(
        greatest(value, cast(split_part(range, ' to ', 1) as double)), cast(split_part(range, ' to ', 2) as double)
    ) as outside_by
from reports.rpt_definitions
"""


def suite() -> gx.ExpectationSuite:
    """The one rule of the definitions."""
    return suite_of(
        "rpt_definitions",
        [
            rule(
                "definitions_are_within_their_range",
                gxe.ExpectColumnValuesToBeInSet,
                column="outside_by",
                value_set=[0],
                severity=WARN,
                reason="a threshold is set to a value at which its word loses its sense.",
                remedy="column `outside` of rpt_definitions says how; set it to a value of its range in "
                "dbt_project.yml, or give the range another end and say why.",
            )
        ],
    )


CHECK = TableCheck("rpt_definitions", _QUERY, suite)
