"""Reads from the published file how it was checked before it was published. See `read`."""

import duckdb

from reporting.reading import records
from reporting.records_checks import Checks, Warned


def read_checks(con: duckdb.DuckDBPyConnection) -> Checks:
    """The checks of this publication."""
    row = con.execute(
        "select count(*), count(*) filter (is_success) from quality.check_results"
    ).fetchone() or (0, 0)
    warned = records(
        con,
        Warned,
        "select {columns} from quality.check_results where not is_success order by table_name, rule",
        [],
    )
    rule_count, held_count = row
    return Checks(rule_count, held_count, warned)
