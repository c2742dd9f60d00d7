"""Reads the conversations of the last weeks, with their posts."""

from datetime import timedelta

import duckdb

from reporting.client import Client
from reporting.posts import read_posts
from reporting.published import count_rows, records
from reporting.sections.conversations.record import Conversation, Conversations
from reporting.weeks import TALK_WEEKS

CONVERSATIONS_SHOWN = 12  # what a person reads of a Monday morning; the rest are in the table


def read(con: duckdb.DuckDBPyConnection, client: Client) -> Conversations:
    """The real ones first, then those with an exchange, then the newest."""
    is_recent = "client_id = ? and last_active_at >= ?"
    recent = [client.client_id, client.as_of_at - timedelta(weeks=TALK_WEEKS)]
    shown = records(
        con,
        Conversation,
        f"select {{columns}} from reports.rpt_conversations where {is_recent}"
        " order by is_real desc nulls last, exchange_count > 0 desc, last_active_at desc, root_post_id,"
        " network limit ?",
        [*recent, CONVERSATIONS_SHOWN],
    )
    members = (
        "(network, post_id) in"
        " (select (network, post_id) from marts.conversation_posts where network = ? and root_post_id = ?)"
    )
    over = [week for week in client.weeks if week.is_complete_week]
    return Conversations(
        weeks=TALK_WEEKS,
        shown=shown,
        posts={
            conversation.key: read_posts(
                con, client.client_id, members, [conversation.network, conversation.root_post_id]
            )
            for conversation in shown
        },
        total_count=count_rows(con, "rpt_conversations", is_recent, recent),
        real_count=count_rows(con, "rpt_conversations", f"{is_recent} and is_real", recent),
        became_real_count=sum(week.real_conversation_count for week in over[-TALK_WEEKS:]) if over else None,
    )
