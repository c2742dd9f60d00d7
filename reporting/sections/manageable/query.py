"""Reads what our accounts have on their hands."""

import duckdb

from reporting.client import Client
from reporting.published import records
from reporting.sections.manageable.record import AccountLoad


def read(con: duckdb.DuckDBPyConnection, client: Client) -> list[AccountLoad]:
    """Each account in the week of the report (the last complete one, else the running one); the stretched first."""
    return records(
        con,
        AccountLoad,
        "select {columns} from reports.rpt_manageability where client_id = ?"
        " qualify row_number() over ("
        "partition by network, account_id order by is_complete_week desc, week_start_date desc) = 1"
        " order by is_stretched desc, real_conversation_count desc, tie_count desc, account_id, network",
        [client.client_id],
    )
