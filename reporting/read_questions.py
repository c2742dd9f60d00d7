"""Reads what stands behind the week from the published file: content, readership and the rest. See `read`."""

from datetime import datetime, timedelta
from typing import Any

import duckdb

from reporting.reading import records
from reporting.records_questions import (
    AccountLoad,
    ContentGroup,
    ContentPost,
    ContextWeek,
    Goal,
    NewCircle,
    Outcome,
    Questions,
    ReaderWeek,
)

WEEKS_SHOWN = 26
CONTENT_WEEKS = 13  # a quarter: enough posts to compare, few enough to remember
CONTENT_SHOWN = 5
TOPICS_SHOWN = 5
ACCOUNTS_SHOWN = 20
OUTCOMES_SHOWN = 20


def read_questions(con: duckdb.DuckDBPyConnection, client_id: str, as_of_at: datetime) -> Questions:
    """All of it for one client, as of the end of its data."""
    return Questions(
        **_content(con, client_id, as_of_at - timedelta(weeks=CONTENT_WEEKS)),
        readership=records(
            con,
            ReaderWeek,
            "select {columns} from reports.rpt_readership where client_id = ?"
            " order by week_start_date desc limit ?",
            [client_id, WEEKS_SHOWN],
        )[::-1],
        goals=records(
            con,
            Goal,
            "select {columns} from reports.rpt_goals where client_id = ? order by goal_number",
            [client_id],
        ),
        **_outcomes(con, client_id),
        loads=records(
            con,
            AccountLoad,
            "select {columns} from reports.rpt_manageability where client_id = ?"
            " qualify row_number() over ("
            "partition by account_id order by is_complete_week desc, week_start_date desc) = 1"
            " order by is_stretched desc, real_conversation_count desc, tie_count desc, account_id limit ?",
            [client_id, ACCOUNTS_SHOWN],
        ),
        circles=records(
            con,
            NewCircle,
            "select {columns} from reports.rpt_new_circles where client_id = ?"
            " order by week_start_date desc limit ?",
            [client_id, CONTENT_WEEKS],
        )[::-1],
        # the week that the report is about: the last complete one, else the one that runs
        context=records(
            con,
            ContextWeek,
            "select {columns} from reports.rpt_context_counts where client_id = ?"
            " qualify row_number() over ("
            "partition by account_id order by is_complete_week desc, week_start_date desc) = 1"
            " order by post_count desc, account_id limit ?",
            [client_id, ACCOUNTS_SHOWN],
        ),
    )


def _content(con: duckdb.DuckDBPyConnection, client_id: str, since: datetime) -> dict[str, Any]:
    """The posts of the last weeks that sparked most, and how forms and topics compare."""
    recent = "from reports.rpt_content where client_id = ? and created_at >= ?"
    figures = (
        "count(*), count(*) filter (where real_conversation_count > 0),"
        " coalesce(sum(real_conversation_count), 0)"
    )
    forms = con.execute(
        "select case when is_question then 'asks' when has_link then 'points elsewhere' else 'tells' end"
        f" as form, {figures} {recent} group by form order by form",
        [client_id, since],
    ).fetchall()
    topics = con.execute(
        f"select topic, {figures} from (select unnest(topics) as topic, real_conversation_count {recent})"
        " group by topic order by 4 desc, 3 desc, 2 desc, topic limit ?",
        [client_id, since, TOPICS_SHOWN],
    ).fetchall()
    return {
        "content": records(
            con,
            ContentPost,
            f"select {{columns}} {recent} and real_conversation_count > 0"
            " order by content_rank, created_at desc, post_id limit ?",
            [client_id, since, CONTENT_SHOWN],
        ),
        "content_post_count": sum(int(row[1]) for row in forms),
        "content_forms": [ContentGroup(row[0], *map(int, row[1:])) for row in forms],
        "content_topics": [ContentGroup(row[0], *map(int, row[1:])) for row in topics],
    }


def _outcomes(con: duckdb.DuckDBPyConnection, client_id: str) -> dict[str, Any]:
    """The newest outcomes, and how many there are in all."""
    logged, joined = con.execute(
        "select count(*), count(*) filter (where is_joined) from reports.rpt_outcomes where client_id = ?",
        [client_id],
    ).fetchall()[0]
    return {
        "outcome_count": logged,
        "joined_outcome_count": joined,
        "outcomes": records(
            con,
            Outcome,
            "select {columns} from reports.rpt_outcomes where client_id = ?"
            " order by occurred_date desc, outcome_id limit ?",
            [client_id, OUTCOMES_SHOWN],
        ),
    }
