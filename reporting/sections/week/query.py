"""Reads what happened on each network."""

import duckdb

from reporting.client import Client
from reporting.published import records
from reporting.sections.week.record import Networks, NetworkWeek


def read(con: duckdb.DuckDBPyConnection, client: Client) -> Networks:
    """The week that the report is about."""
    if client.week is None or len(client.networks) == 1:
        return Networks([])
    key = [client.client_id, client.week.week_start_date]
    each = records(
        con,
        NetworkWeek,
        "select {columns} from reports.rpt_engagement_by_network"
        " where client_id = ? and week_start_date = ? order by network",
        key,
    )
    [total] = records(
        con,
        NetworkWeek,
        "select {columns} from (select *, '' as network from reports.rpt_engagement_summary)"
        " where client_id = ? and week_start_date = ?",
        key,
    )
    return Networks(each, total)
