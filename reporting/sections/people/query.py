"""Reads with whom we really talk."""

import duckdb

from reporting.client import Client
from reporting.published import records
from reporting.sections.people.record import People, Relationship

PEOPLE_SHOWN = 12  # per stage


def read(con: duckdb.DuckDBPyConnection, client: Client) -> People:
    """The strongest of every stage. Of the noticed (no tie yet; many, once a post went round) only stakeholders."""
    relationships = records(
        con,
        Relationship,
        "select {columns} from reports.rpt_relationships where client_id = ?"
        " and (stage in ('connected', 'conversing', 'acquainted', 'dormant')"
        "      or (stage = 'noticed' and is_stakeholder))"
        " qualify row_number() over (partition by stage order by strength desc nulls last, person_id) <= ?"
        " order by strength desc nulls last, person_id",
        [client.client_id, PEOPLE_SHOWN],
    )
    stage_counts = con.execute(
        "select coalesce(stage, 'unknown'), count(*) from reports.rpt_relationships"
        " where client_id = ? group by all",
        [client.client_id],
    ).fetchall()
    return People(relationships, dict(stage_counts))
