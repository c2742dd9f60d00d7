"""Reads the nurture list."""

import duckdb

from reporting.client import Client
from reporting.lists.declared import BY_NAME
from reporting.published import count_rows, records
from reporting.sections.nurture.record import Met, Nurture, SilentTie

TIES_SHOWN = 12  # what a person can do something about in a week; the rest are in the table


def read(con: duckdb.DuckDBPyConnection, client: Client) -> Nurture:
    """Stakeholders first, then the connected, then the most unusual silence."""
    return Nurture(
        records(
            con,
            SilentTie,
            f"select {{columns}} from reports.rpt_nurture where client_id = ?"
            f" order by {BY_NAME['nurture'].order} limit ?",
            [client.client_id, TIES_SHOWN],
        ),
        count_rows(con, "rpt_nurture", "client_id = ?", [client.client_id]),
        count_rows(
            con,
            "rpt_relationships",
            "client_id = ? and stage in ('conversing', 'connected')",
            [client.client_id],
        ),
        count_rows(con, "rpt_nurture", "client_id = ? and is_waiting_for_us", [client.client_id]),
        records(
            con,
            Met,
            "select {columns} from reports.rpt_outcomes where client_id = ? and is_end_of_silence"
            " qualify row_number() over (partition by person_id order by outcome_id) = 1"
            " order by occurred_date desc, person_id",
            [client.client_id],
        ),
    )
