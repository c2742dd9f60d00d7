"""Reads which numbers of earlier weeks have moved."""

from datetime import datetime, timedelta

import duckdb

from reporting.client import Client
from reporting.published import records
from reporting.sections.restated.record import Count, Restated, Restatement

SHOWN = 12  # the rest are in the table
_MOVED = (
    "select {{columns}} from (select table_name, network, account_id, week_start_date, column_name,"
    " arg_min_null(value_before, restated_at) as value_before,"
    " arg_max_null(value_after, restated_at) as value_after, bool_or(is_redefined) as is_redefined"
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

# What a share is made of, and by what more than client and week the rows of its table are told apart.
_COUNTED = {
    "answered_within_day_share": ("answered_within_day_count", "answer_due_count"),
    "answered_within_working_day_share": ("answered_within_working_day_count", "working_day_due_count"),
    "new_without_shared_share": ("new_without_shared_count", "new_count"),
}
_APART: dict[str, tuple[str, ...]] = {
    "rpt_engagement_summary": (),
    "rpt_engagement_by_network": ("network",),
    "rpt_manageability": ("network", "account_id"),
    "rpt_new_circles": (),
}
_MOVED_COUNT = (
    "select arg_min_null(value_before, restated_at), arg_max_null(value_after, restated_at), count(*)"
    " from reports.rpt_restatements where client_id = ? and week_start_date = ? and coalesce(network, '') = ?"
    " and coalesce(account_id, '') = ? and table_name = ? and column_name = ? and restated_at > ?"
)


def read(con: duckdb.DuckDBPyConnection, client: Client) -> Restated:
    """Numbers that publications of the last week changed, first value to newest; the newest weeks first."""
    if client.published_at is None:
        return Restated([], 0, [])
    since = client.published_at - timedelta(weeks=1)
    asked = [client.client_id, since, len(client.networks) > 1]
    moved = records(con, Restatement, _MOVED.format("not is_provisional"), asked)
    settled = records(con, Restatement, _MOVED.format(_SETTLED), asked)
    shares = [
        one for one in (*moved[:SHOWN], *settled) if one.column_name in _COUNTED and one.table_name in _APART
    ]
    counts = {share: _counts(con, client, share, since) for share in shares}
    return Restated(moved[:SHOWN], len(moved), settled, counts)


def _counts(
    con: duckdb.DuckDBPyConnection, client: Client, share: Restatement, since: datetime
) -> tuple[Count, Count]:
    """How many of how many a share was and is: by what became of both counts in that time, or as they stand."""
    values: list[tuple[float | None, float | None]] = []
    for column in _COUNTED[share.column_name]:
        key = [client.client_id, share.week_start_date, share.network, share.account_id]
        moved = con.execute(_MOVED_COUNT, [*key, share.table_name, column, since]).fetchone()
        if moved and moved[2]:
            values.append((moved[0], moved[1]))
            continue
        apart = _APART[share.table_name]
        found = con.execute(
            f"select {column} from reports.{share.table_name} where client_id = ? and week_start_date = ?"
            + "".join(f" and {one} = ?" for one in apart),
            [*key[:2], *(getattr(share, one) for one in apart)],
        ).fetchone()
        values.append((found[0], found[0]) if found else (None, None))
    (part_before, part_after), (whole_before, whole_after) = values
    return (
        _count(part_before, whole_before, share.value_before),
        _count(part_after, whole_after, share.value_after),
    )


def _count(part: float | None, whole: float | None, share: float | None) -> Count:
    """Both, where they are what the share is made of."""
    if part is None or not whole or share is None or abs(part / whole - share) > 1e-6:
        return None
    return int(part), int(whole)
