"""Reads what was talked about."""

from datetime import timedelta

import duckdb

from reporting.client import Client
from reporting.published import records
from reporting.sections.topics.record import Topic, TopicPerson, Topics

PEOPLE_SHOWN = 5  # with each topic


def read(con: duckdb.DuckDBPyConnection, client: Client) -> Topics:
    """The topics of the client, and who turned to us with them in the same weeks."""
    topics = records(
        con,
        Topic,
        "select {columns} from reports.rpt_topics where client_id = ? order by topic_number, topic",
        [client.client_id],
    )
    since = client.as_of_at - timedelta(weeks=client.definitions["topic_weeks"].value)
    people: dict[str, list[TopicPerson]] = {}
    for person in records(
        con,
        TopicPerson,
        "select {columns} from ("
        "select topic, person_id, any_value(handle) as handle, any_value(display_name) as display_name,"
        " count(*) as post_count from reports.rpt_topic_posts"
        " where client_id = ? and person_id is not null and topic is not null and created_at >= ?"
        " group by topic, person_id"
        ") order by topic, post_count desc, person_id",
        [client.client_id, since],
    ):
        people.setdefault(person.topic, []).append(person)
    return Topics(topics, {topic: found[:PEOPLE_SHOWN] for topic, found in people.items()})
