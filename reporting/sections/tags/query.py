"""Reads how we stand with the people of each tag."""

from datetime import timedelta

import duckdb

from reporting.client import Client
from reporting.lists.declared import BY_NAME
from reporting.published import records
from reporting.sections.tags.record import Tag, TaggedPerson, Tags

PEOPLE_SHOWN = 12  # with each tag


def read(con: duckdb.DuckDBPyConnection, client: Client) -> Tags:
    """The tags of the client, the people who have them, and what all of it is a part of."""
    tags = records(
        con,
        Tag,
        f"select {{columns}} from reports.rpt_tags where client_id = ? order by {BY_NAME['tags'].order}",
        [client.client_id],
    )
    if not tags:
        return Tags()
    people: dict[str, list[TaggedPerson]] = {}
    for person in records(
        con,
        TaggedPerson,
        "select {columns} from (select *, unnest(tags) as tag from reports.rpt_people where client_id = ?)"
        f" order by tag, {BY_NAME['keepers'].order}",
        [client.client_id],
    ):
        people.setdefault(person.tag, []).append(person)
    known, unseen = con.execute(
        "select count(*), count(*) filter (where len(tags) > 0 and person_id is null)"
        " from reports.rpt_people where client_id = ?",
        [client.client_id],
    ).fetchall()[0]
    return Tags(
        tags,
        {tag: found[:PEOPLE_SHOWN] for tag, found in people.items()},
        known,
        unseen,
        _exchange_count(con, client, tags[0]),
    )


def _exchange_count(con: duckdb.DuckDBPyConnection, client: Client, tag: Tag) -> int | None:
    """Of how many exchanges those with the people of a tag are some; None before there is a complete week."""
    if tag.week_start_date is None:
        return None
    weeks = int(client.definitions["tag_weeks"].value)
    [(count,)] = con.execute(
        "select sum(exchange_count) from reports.rpt_engagement_summary"
        " where client_id = ? and week_start_date between ? and ?",
        [client.client_id, tag.week_start_date - timedelta(weeks=weeks - 1), tag.week_start_date],
    ).fetchall()
    return None if count is None else int(count)
