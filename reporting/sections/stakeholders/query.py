"""Reads the stakeholders."""

import duckdb

from reporting.client import Client
from reporting.lists.declared import BY_NAME
from reporting.published import records
from reporting.sections.stakeholders.record import Stakeholder


def read(con: duckdb.DuckDBPyConnection, client: Client) -> list[Stakeholder]:
    """Every stakeholder: the list is written by hand."""
    return records(
        con,
        Stakeholder,
        "select {columns} from reports.rpt_stakeholders where client_id = ?"
        f" order by {BY_NAME['stakeholders'].order}",
        [client.client_id],
    )
