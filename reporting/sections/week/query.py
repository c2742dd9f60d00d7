"""Reads what happened on each network."""

import duckdb

from reporting.client import Client
from reporting.published import records
from reporting.sections.week.record import Networks, NetworkWeek

# The figure of the week is of its end: the list that this one leads to is of today.
_WAITING = (
    "(select count(*) from reports.rpt_waiting as waiting where waiting.client_id = weeks.client_id"
    " and waiting.network = {}) as waiting_count"
)


def read(con: duckdb.DuckDBPyConnection, client: Client) -> Networks:
    """The week that the report is about; who waits, as the rest of the page tells it: as of now."""
    if client.week is None or len(client.networks) == 1:
        return Networks([])
    key = [client.client_id, client.week.week_start_date]
    each = records(
        con,
        NetworkWeek,
        f"select {{columns}} from (select * exclude (waiting_count), {_WAITING.format('weeks.network')}"
        " from reports.rpt_engagement_by_network as weeks)"
        " where client_id = ? and week_start_date = ? order by network",
        key,
    )
    [total] = records(
        con,
        NetworkWeek,
        f"select {{columns}} from (select * exclude (waiting_count), '' as network, {_WAITING.format('network')}"
        " from reports.rpt_engagement_summary as weeks)"
        " where client_id = ? and week_start_date = ?",
        key,
    )
    return Networks(each, total)
