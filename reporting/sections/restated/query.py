"""Reads which numbers of earlier weeks have moved."""

from datetime import timedelta

import duckdb

from reporting.client import Client
from reporting.published import records
from reporting.sections.restated.record import Restated, Restatement

SHOWN = 12  # the rest are in the table


def read(con: duckdb.DuckDBPyConnection, client: Client) -> Restated:
    """Numbers that publications of the last week changed, first value to newest; the newest weeks first."""
    if client.published_at is None:
        return Restated([], 0)
    moved = records(
        con,
        Restatement,
        "select {columns} from (select table_name, network, account_id, week_start_date, column_name,"
        " arg_min_null(value_before, restated_at) as value_before,"
        " arg_max_null(value_after, restated_at) as value_after, bool_or(is_redefined) as is_redefined"
        " from reports.rpt_restatements where client_id = ? and restated_at > ?"
        " group by table_name, network, account_id, week_start_date, column_name)"
        " where value_before is distinct from value_after"
        " order by week_start_date desc, table_name, account_id nulls first, network, column_name",
        [client.client_id, client.published_at - timedelta(weeks=1)],
    )
    return Restated(moved[:SHOWN], len(moved))
