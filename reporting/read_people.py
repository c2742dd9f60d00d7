"""Reads whom we lose, whom we want and whom to seek out from the published file. See `read`."""

import duckdb

from reporting.reading import records
from reporting.records_people import Circle, Nurture, SeekOut, Stakeholder

NURTURE_SHOWN = 12  # what a person can do something about in a week; the rest are in the tables
SEEK_OUT_SHOWN = 8


def read_circle(con: duckdb.DuckDBPyConnection, client_id: str) -> Circle:
    """All of it for one client. Every stakeholder is read: the list is written by hand."""
    return Circle(
        nurture=records(
            con,
            Nurture,
            "select {columns} from reports.rpt_nurture where client_id = ? order by nurture_rank limit ?",
            [client_id, NURTURE_SHOWN],
        ),
        nurture_count=_count(con, "rpt_nurture", client_id),
        stakeholders=records(
            con,
            Stakeholder,
            "select {columns} from reports.rpt_stakeholders where client_id = ?"
            " order by stakeholder_priority, lower(display_name), stakeholder_id",
            [client_id],
        ),
        seek_out=records(
            con,
            SeekOut,
            "select {columns} from reports.rpt_worth_seeking_out where client_id = ? order by seek_rank limit ?",
            [client_id, SEEK_OUT_SHOWN],
        ),
        seek_out_count=_count(con, "rpt_worth_seeking_out", client_id),
    )


def _count(con: duckdb.DuckDBPyConnection, table: str, client_id: str) -> int:
    row = con.execute(f"select count(*) from reports.{table} where client_id = ?", [client_id]).fetchone()
    return int(row[0]) if row else 0
