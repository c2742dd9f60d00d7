"""Reads the posts of the last weeks that nobody answered."""

from datetime import timedelta

import duckdb

from reporting.client import Client
from reporting.lists.declared import BY_NAME
from reporting.published import records
from reporting.sections.lone_posts.record import LonePost, LonePosts
from reporting.weeks import TALK_WEEKS

POSTS_SHOWN = 12  # the rest are in the table


def read(con: duckdb.DuckDBPyConnection, client: Client) -> LonePosts:
    """The newest first; over the same weeks as the conversations, so that the two add up."""
    is_recent = "client_id = ? and last_active_at >= ?"
    recent = [client.client_id, client.as_of_at - timedelta(weeks=TALK_WEEKS)]
    shown = records(
        con,
        LonePost,
        f"select {{columns}} from reports.rpt_lone_posts where {is_recent}"
        f" order by {BY_NAME['lone_posts'].order} limit ?",
        [*recent, POSTS_SHOWN],
    )
    states = con.execute(
        f"select coalesce(state, 'not known'), count(*) from reports.rpt_lone_posts where {is_recent} group by all",
        recent,
    ).fetchall()
    return LonePosts(TALK_WEEKS, shown, dict(states))
