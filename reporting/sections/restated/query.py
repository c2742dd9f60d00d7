"""Reads which numbers of earlier weeks have moved."""

from datetime import timedelta

import duckdb

from reporting.client import Client
from reporting.published import records
from reporting.sections.restated.record import Restated, Restatement

SHOWN = 12  # the rest are in the table
_MOVED = (
    "select {{columns}} from (select table_name, network, account_id, week_start_date, column_name,"
    " arg_min_null(value_before, restated_at) as value_before,"
    " arg_max_null(value_after, restated_at) as value_after, bool_or(is_redefined) as is_redefined,"
    " arg_min_null(part_count_before, restated_at) as part_count_before,"
    " arg_min_null(whole_count_before, restated_at) as whole_count_before,"
    " arg_max_null(part_count_after, restated_at) as part_count_after,"
    " arg_max_null(whole_count_after, restated_at) as whole_count_after"
    " from reports.rpt_restatements as moves where client_id = ? and restated_at > ? and {}"
    # of a client on one network both tables say the same
    " and (? or table_name <> 'rpt_engagement_by_network')"
    " group by table_name, network, account_id, week_start_date, column_name)"
    " where value_before is distinct from value_after"
    " order by week_start_date desc, table_name, account_id nulls first, network, column_name"
)
# of the client, not of each account; and of no week that is still not final
_SETTLED = (
    "is_provisional and table_name = 'rpt_engagement_summary' and exists (select 1"
    " from reports.rpt_engagement_summary as weeks where weeks.client_id = moves.client_id"
    " and weeks.week_start_date = moves.week_start_date and weeks.is_settled_week)"
)


def read(con: duckdb.DuckDBPyConnection, client: Client) -> Restated:
    """Numbers that publications of the last week changed, first value to newest; the newest weeks first."""
    if client.published_at is None:
        return Restated([], 0, [])
    since = client.published_at - timedelta(weeks=1)
    asked = [client.client_id, since, len(client.networks) > 1]
    moved = records(con, Restatement, _MOVED.format("not is_provisional"), asked)
    settled = records(con, Restatement, _MOVED.format(_SETTLED), asked)
    return Restated(moved[:SHOWN], len(moved), settled)
