"""Reads whom we lose, whom we want and whom to seek out from the published file. See `read`."""

from datetime import datetime, timedelta

import duckdb

from reporting.reading import records
from reporting.records_people import Circle, Nurture, SeekOut, Stakeholder

NURTURE_SHOWN = 12  # what a person can do something about in a week; the rest are in the tables
SEEK_OUT_SHOWN = 8
HANDLE_IS_NEW = timedelta(weeks=4)  # for how long a person is still known by the handle before


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


def read_former_handles(con: duckdb.DuckDBPyConnection, as_of_at: datetime) -> dict[str, str]:
    """Person id → what they were called before, of everybody whose handle has changed lately."""
    rows = con.execute(
        "select person_id, arg_max(before.handle, spells.first_seen_at)"
        " from marts.account_handles as spells"
        " inner join marts.account_handles as before"
        " on spells.network = before.network and spells.account_id = before.account_id"
        " and spells.spell_number = before.spell_number + 1"
        " inner join marts.accounts as accounts"
        " on spells.network = accounts.network and spells.account_id = accounts.account_id"
        " where spells.is_current and before.handle is not null"
        " and spells.first_seen_at between ? and ? group by person_id",
        [as_of_at - HANDLE_IS_NEW, as_of_at],
    ).fetchall()
    return dict(rows)


def _count(con: duckdb.DuckDBPyConnection, table: str, client_id: str) -> int:
    row = con.execute(f"select count(*) from reports.{table} where client_id = ?", [client_id]).fetchone()
    return int(row[0]) if row else 0
