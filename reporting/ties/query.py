"""Reads a client's ties from the published file."""

import duckdb

from reporting.client import Client
from reporting.published import records
from reporting.ties.record import Bond, Tie, Ties

# Both turned to the other, in conversations that the client has a part in. What is private is nobody else's tie.
_BONDS = """
with people as (
    select person_id from reports.rpt_relationships
    where client_id = $client and (stage <> 'noticed' or is_stakeholder)
),

acts as (
    select
        least(from_person_id, to_person_id) as one_id,
        greatest(from_person_id, to_person_id) as other_id,
        from_person_id = least(from_person_id, to_person_id) as is_from_one,
        network
    from marts.interactions
    semi join (
        select network, root_post_id from reports.rpt_conversations
        where client_id = $client and our_post_count > 0
    ) as ours using (network, root_post_id)
    where is_address and private_to_client_id is null
        and from_person_id in (from people) and to_person_id in (from people)
)

select
    one_id,
    other_id,
    count(*) filter (is_from_one) as from_one_count,
    count(*) filter (not is_from_one) as from_other_count,
    list_sort(list(distinct network)) as networks
from acts
group by one_id, other_id
having from_one_count > 0 and from_other_count > 0
order by one_id, other_id
"""


def read_ties(con: duckdb.DuckDBPyConnection, client: Client) -> Ties:
    """Everybody whom the client has a tie with, the strongest first, and the bonds between them."""
    ties = records(
        con,
        Tie,
        "select {columns} from reports.rpt_relationships where client_id = ?"
        " and (stage <> 'noticed' or is_stakeholder) order by strength desc nulls last, person_id",
        [client.client_id],
    )
    bonds = con.execute(_BONDS, {"client": client.client_id}).fetchall()
    counts = con.execute(
        "select stage, count(*) from reports.rpt_relationships where client_id = ? and stage is not null"
        " group by stage",
        [client.client_id],
    ).fetchall()
    found = [Bond(one, other, there, back, tuple(networks)) for one, other, there, back, networks in bonds]
    return Ties(ties, found, dict(counts))
