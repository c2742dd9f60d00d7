"""Reads how far the data reaches."""

import duckdb

from reporting.client import Client
from reporting.published import records
from reporting.sections.coverage.record import Stream


def read(con: duckdb.DuckDBPyConnection, client: Client) -> list[Stream]:
    """The client's streams, by name."""
    return records(
        con,
        Stream,
        "select {columns} from reports.rpt_coverage where client_id = ? order by network, stream",
        [client.client_id],
    )
