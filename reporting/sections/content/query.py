"""Reads what our posts started."""

from datetime import timedelta

import duckdb

from reporting.client import Client
from reporting.lists.narrowing import FORM
from reporting.published import records
from reporting.sections.content.record import Content, ContentGroup, ContentPost, DrawnIn
from reporting.weeks import CONTENT_WEEKS

POSTS_SHOWN = 5
TOPICS_SHOWN = 5


def read(con: duckdb.DuckDBPyConnection, client: Client) -> Content:
    """The posts of the last weeks that started most, and how forms and topics compare."""
    since = client.as_of_at - timedelta(weeks=CONTENT_WEEKS)
    recent = "from reports.rpt_content where client_id = ? and created_at >= ?"
    figures = (
        "count(*), count(*) filter (where real_conversation_count > 0),"
        " coalesce(sum(real_conversation_count), 0)"
    )
    forms = con.execute(
        f"select {FORM} as form, {figures} {recent} group by form order by form",
        [client.client_id, since],
    ).fetchall()
    topics = con.execute(
        f"select topic, {figures} from (select unnest(topics) as topic, real_conversation_count {recent})"
        " group by topic order by 4 desc, 3 desc, 2 desc, topic limit ?",
        [client.client_id, since, TOPICS_SHOWN],
    ).fetchall()
    [(topic_count,)] = con.execute(
        f"select count(distinct topic) from (select unnest(topics) as topic {recent})",
        [client.client_id, since],
    ).fetchall()
    [(with_topic_count,)] = con.execute(
        f"select count(*) filter (where len(topics) > 0) {recent}", [client.client_id, since]
    ).fetchall()
    posts = records(
        con,
        ContentPost,
        f"select {{columns}} {recent} and real_conversation_count > 0"
        " order by content_rank, created_at desc, post_id, network limit ?",
        [client.client_id, since, POSTS_SHOWN],
    )
    drawn_in: dict[str, list[DrawnIn]] = {}
    for one in records(
        con,
        DrawnIn,
        "select {columns} from (select network || ':' || spark_post_id as post_key, *"
        " from reports.rpt_real_conversations where client_id = ?) where list_contains(?, post_key)"
        " order by became_real_at, person_id, root_post_id",
        [client.client_id, [post.key for post in posts]],
    ):
        drawn_in.setdefault(one.post_key, []).append(one)
    return Content(
        weeks=CONTENT_WEEKS,
        posts=posts,
        forms=[ContentGroup(name, *map(int, numbers)) for name, *numbers in forms],
        topics=[ContentGroup(name, *map(int, numbers)) for name, *numbers in topics],
        topic_count=int(topic_count),
        with_topic_count=int(with_topic_count),
        drawn_in=drawn_in,
    )
