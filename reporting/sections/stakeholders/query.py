"""Reads the stakeholders."""

import duckdb

from reporting.client import Client
from reporting.published import records
from reporting.sections.stakeholders.record import Stakeholder


def read(con: duckdb.DuckDBPyConnection, client: Client) -> list[Stakeholder]:
    """Every stakeholder: the list is written by hand."""
    return records(
        con,
        Stakeholder,
        "select {columns} from reports.rpt_stakeholders where client_id = ?"
        " order by stakeholder_priority, lower(display_name), stakeholder_id",
        [client.client_id],
    )
