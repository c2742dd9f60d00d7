"""Reads which ties moved."""

import duckdb

from reporting.client import Client
from reporting.posts import read_posts
from reporting.published import records
from reporting.sections.moved.record import Move, Moved


def read(con: duckdb.DuckDBPyConnection, client: Client) -> Moved:
    """Ties that moved in the report's week and since; stakeholders first, then the closest ties."""
    if client.week is None:
        return Moved([], [], {})
    start = client.week.week_start_date
    moves = records(
        con,
        Move,
        "select {columns} from reports.rpt_relationship_moves where client_id = ? and week_start_date >= ?"
        " order by week_start_date, is_stakeholder desc nulls last,"
        " least(list_position(['connected', 'conversing', 'acquainted'], stage_before),"
        "       list_position(['connected', 'conversing', 'acquainted'], stage_after)) nulls last,"
        " lower(display_name), person_id",
        [client.client_id, start],
    )
    evidence = [key for move in moves for key in move.evidence_post_ids]
    posts = read_posts(con, client.client_id, "list_contains(?, network || ':' || post_id)", [evidence])
    return Moved(
        this_week=[move for move in moves if move.week_start_date == start],
        later=[move for move in moves if move.week_start_date != start],
        posts={post.key: post for post in posts},
    )
