"""A few sentences about each client, from the published file: what `make demo` says at its end.

Of a client on several networks they say on which a thing happened, as the report does.
"""

from pathlib import Path
from typing import Any

import duckdb

from rapport.errors import RapportError
from rapport.networks import label_of
from reporting.client import networks_of
from reporting.sections.conversations.words import what_is_real
from reporting.words import count, duration, excerpt, listing, name


def findings(published_path: Path) -> list[str]:
    """A heading line for each client, then sentences about its conversations, waiting posts and ties.

    Raises RapportError when nothing has been published.
    """
    if not published_path.exists():
        raise RapportError(
            f"nothing is published at {published_path}", "run `rapport run` or `rapport publish`"
        )
    with duckdb.connect(str(published_path), read_only=True) as connection:
        clients = _rows(
            connection,
            """
            select client_id, any_value(client_name) as client_name, max(as_of_date) as as_of_date,
                sum(real_conversation_count) as real_count, count(*) as week_count
            from reports.rpt_engagement_summary group by client_id order by client_id
            """,
        )
        lines: list[str] = []
        for client in clients:
            lines.append(f"{client['client_name']}, as of {client['as_of_date']:%d %B %Y}")
            lines += [f"  {sentence}" for sentence in _of_client(connection, client)]
    return lines


def _of_client(connection: duckdb.DuckDBPyConnection, client: dict[str, Any]) -> list[str]:
    client_id = client["client_id"]
    is_mixed = len(networks_of(connection, client_id)) > 1
    sentences = (
        _talk(connection, client, is_mixed),
        _waiting(connection, client_id, is_mixed),
        _revived(connection, client_id, is_mixed),
        _dormant(connection, client_id, is_mixed),
    )
    return [sentence for sentence in sentences if sentence]


def _talk(connection: duckdb.DuckDBPyConnection, client: dict[str, Any], is_mixed: bool) -> str:
    people = _rows(
        connection,
        """
        select person_id, handle, display_name, networks from reports.rpt_relationships
        where client_id = ? and stage in ('conversing', 'connected')
        order by stage = 'connected' desc, strength desc
        """,
        client["client_id"],
    )
    known = _rows(
        connection,
        "select count(*) as n from reports.rpt_relationships where client_id = ?",
        client["client_id"],
    )
    talk = f"You really talk with {count(len(people), 'person', 'people')} of {known[0]['n']} who came up"
    if not known[0]["n"]:
        talk = "Nobody came up with whom you could talk"
    who = f": {listing([_name(person, is_mixed) for person in people], 4)}" if people else ""
    silent = _rows(
        connection,
        """
        select person_id, handle, display_name, networks from reports.rpt_nurture
        where client_id = ? order by nurture_rank
        """,
        client["client_id"],
    )
    if silent:
        who += (
            f"; {len(silent)} of them had no exchange with us for longer than usual:"
            f" {listing([_name(person, is_mixed) for person in silent])}"
        )
    real_count = int(client["real_count"] or 0)
    had = f"{count(real_count, 'real conversation')} in {count(client['week_count'], 'week')}"
    there = f", {_on_each_network(connection, client['client_id'])}" if is_mixed and real_count else ""
    return f"{talk}{who}. {had}{there}.{' ' + what_is_real() if real_count else ''}"


def _on_each_network(connection: duckdb.DuckDBPyConnection, client_id: str) -> str:
    """The real conversations of all weeks: "30 on X and 24 on Bluesky"."""
    rows = _rows(
        connection,
        """
        select network, sum(real_conversation_count) as real_count from reports.rpt_engagement_by_network
        where client_id = ? group by network order by network
        """,
        client_id,
    )
    return listing(
        [f"{int(row['real_count'] or 0):,} on {label_of(row['network'])}" for row in rows], len(rows)
    )


def _waiting(connection: duckdb.DuckDBPyConnection, client_id: str, is_mixed: bool) -> str:
    waiting = _rows(
        connection,
        "select * from reports.rpt_waiting where client_id = ? order by waiting_rank",
        client_id,
    )
    if not waiting:
        return "Nobody waits for an answer."
    stakeholders = sum(1 for post in waiting if post["is_stakeholder"])
    first = waiting[0]
    where = f" on {label_of(first['network'])}" if is_mixed else ""
    of_those = f", {stakeholders} of them from a stakeholder" if stakeholders else ""
    verb = "waits" if len(waiting) == 1 else "wait"
    return (
        f"{count(len(waiting), 'post')} {verb} for an answer{of_those}; first {_name(first)}{where},"
        f" for {duration(first['waiting_hours'])}: “{excerpt(first['text'] or '', 80)}”"
    )


def _revived(connection: duckdb.DuckDBPyConnection, client_id: str, is_mixed: bool) -> str:
    """Who came back, the latest first, and how many weeks after the exchange before."""
    revived = _rows(
        connection,
        """
        select moves.person_id, moves.handle, moves.display_name, moves.week_start_date,
            any_value(ties.networks) as networks,
            datediff('week', max(before.week_start_date), moves.week_start_date) as silent_weeks
        from reports.rpt_relationship_moves as moves
        inner join marts.relationship_weeks as before
            on before.client_id = moves.client_id and before.person_id = moves.person_id
            and before.week_start_date < moves.week_start_date and before.week_exchange_count > 0
        left join reports.rpt_relationships as ties
            on ties.client_id = moves.client_id and ties.person_id = moves.person_id
        where moves.client_id = ? and moves.movement = 'revived'
        group by moves.person_id, moves.handle, moves.display_name, moves.week_start_date
        order by moves.week_start_date desc, moves.person_id
        """,
        client_id,
    )
    if not revived:
        return ""
    who = listing(
        [f"{_name(person, is_mixed)} after {count(person['silent_weeks'], 'week')}" for person in revived]
    )
    return f"{count(len(revived), 'tie')} came back from silence: {who}."


def _dormant(connection: duckdb.DuckDBPyConnection, client_id: str, is_mixed: bool) -> str:
    dormant = _rows(
        connection,
        """
        select person_id, handle, display_name, networks from reports.rpt_relationships
        where client_id = ? and stage = 'dormant' order by last_mutual_at desc, person_id
        """,
        client_id,
    )
    if not dormant:
        return ""
    return f"{count(len(dormant), 'tie')} fell silent: {listing([_name(person, is_mixed) for person in dormant])}."


def _name(row: dict[str, Any], is_mixed: bool = False) -> str:
    """What somebody is called; with the networks on which the tie lives, where the client is on several."""
    called = name(row["display_name"] or "", row["handle"] or "", row["person_id"])
    networks = [label_of(network) for network in row["networks"] or ()] if is_mixed else []
    return f"{called} ({listing(networks)})" if networks else called


def _rows(connection: duckdb.DuckDBPyConnection, query: str, *parameters: object) -> list[dict[str, Any]]:
    cursor = connection.execute(query, list(parameters))
    columns = [column[0] for column in cursor.description or []]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
