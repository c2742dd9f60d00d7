"""Reads how the published file was checked before it was published."""

import duckdb

from reporting.client import Client
from reporting.published import records
from reporting.sections.checks.record import Checks, Warned


def read(con: duckdb.DuckDBPyConnection, client: Client) -> Checks:
    """The same for every client of the file: rules look over all of them."""
    return read_checks(con)


def read_checks(con: duckdb.DuckDBPyConnection) -> Checks:
    """The checks of this publication."""
    counts = con.execute("select count(*), count(*) filter (is_success) from quality.check_results")
    rule_count, held_count = counts.fetchone() or (0, 0)
    warned = records(
        con,
        Warned,
        "select {columns} from quality.check_results where not is_success order by table_name, rule",
        [],
    )
    return Checks(rule_count, held_count, warned)
