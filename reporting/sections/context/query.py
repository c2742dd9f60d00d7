"""Reads what the network counts."""

import duckdb

from reporting.client import Client
from reporting.published import records
from reporting.sections.context.record import ContextWeek


def read(con: duckdb.DuckDBPyConnection, client: Client) -> list[ContextWeek]:
    """Each account in the week of the report: the last complete one, else the running one."""
    return records(
        con,
        ContextWeek,
        "select {columns} from reports.rpt_context_counts where client_id = ?"
        " qualify row_number() over ("
        "partition by network, account_id order by is_complete_week desc, week_start_date desc) = 1"
        " order by post_count desc, account_id, network",
        [client.client_id],
    )
