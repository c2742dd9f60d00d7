"""What the report reads: the published file, as plain records.

Fields bear the names of the published columns; every field of a `reports.rpt_*` record is a column.
Everything is read at once and the file let go, so that drawing pages never holds up a publication.
How much is read is bounded (see the limits below), and the counts beside it say out of how many.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import duckdb

from rapport.config import Settings
from rapport.errors import RapportError
from reporting.read_checks import read_checks
from reporting.read_people import read_circle, read_former_handles
from reporting.read_questions import read_questions
from reporting.reading import records
from reporting.records import (
    ClientData,
    Conversation,
    Move,
    Post,
    Relationship,
    Restatement,
    Stream,
    Waiting,
    Week,
    report_week,
)

WEEKS_SHOWN = 26  # half a year: as long as `connected` looks back
RECENT_WEEKS = 4  # conversations active within these weeks are shown
CONVERSATIONS_SHOWN = 12  # what a person reads of a Monday morning; the rest are in the tables
WAITING_SHOWN = 25
RESTATEMENTS_SHOWN = 12  # of numbers that moved; the rest are in the tables
PEOPLE_SHOWN = 12  # per stage


class ReportError(RapportError):
    """The published file is missing, held by a writer, or not one this report understands."""

    exit_code: ClassVar[int] = 6


def read_clients(settings: Settings) -> list[ClientData]:
    """Everything the reports need, by client id; clients of rapport.toml without data come out empty.

    Raises ReportError when the published file is missing, held or not understood.
    """
    with open_published(settings.published_path) as con:
        publication = _publication(con)
        found = dict(
            con.execute(
                "select client_id, arg_max(client_name, week_start_date) from reports.rpt_engagement_summary"
                " where client_id is not null group by client_id"
            ).fetchall()
        )
        names = {client.id: client.name for client in settings.config.clients} | found
        return [
            _client(con, client_id, names[client_id] or client_id, publication) for client_id in sorted(names)
        ]


def read_joint_people(settings: Settings) -> dict[str, list[str]]:
    """Person id → ids of the accounts, of everybody who has several. Raises ReportError like `read_clients`."""
    with open_published(settings.published_path) as con:
        rows = con.execute(
            "select person_id, list(account_id order by account_id) from marts.accounts"
            " group by person_id having count(*) > 1 order by person_id"
        ).fetchall()
    return dict(rows)


_PUBLISH_AGAIN = "run `rapport build`, `rapport check` and `rapport publish`, then report again"


@contextmanager
def open_published(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, read-only, times in UTC; DuckDB's errors come out as ReportError."""
    if not path.exists():
        raise ReportError(f"nothing is published yet: there is no {path}", _PUBLISH_AGAIN)
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            con.execute("set timezone = 'UTC'")
            yield con
    except duckdb.IOException as problem:
        if "lock" in str(problem).lower():
            raise ReportError(
                f"{path} is held open for writing by another program",
                "close that program, or let it open the file read-only, and report again",
            ) from problem
        raise ReportError(f"{path} cannot be read", _PUBLISH_AGAIN, detail=problem) from problem
    except duckdb.ConnectionException as problem:
        raise ReportError(
            f"{path} is open for writing in this very process",
            "close that connection before the reports are written",
            detail=problem,
        ) from problem
    except (duckdb.CatalogException, duckdb.BinderException) as problem:
        raise ReportError(
            f"{path} was published by another version of Rapport", _PUBLISH_AGAIN, detail=problem
        ) from problem


@dataclass(frozen=True)
class _Publication:
    """Which publication is read, when it was made, and up to when anything was fetched for it."""

    publication_id: str
    published_at: datetime
    as_of_at: datetime


def _publication(con: duckdb.DuckDBPyConnection) -> _Publication:
    row = con.execute(
        "select publication_id, published_at, coalesce(as_of_at, published_at) from reports.rpt_publication"
    ).fetchone()
    if row is None:
        raise ReportError("the published file carries no record of its publication", _PUBLISH_AGAIN)
    return _Publication(*row)


def _as_of(con: duckdb.DuckDBPyConnection, client_id: str) -> datetime | None:
    """Where a client's own data ends: its newest fetched window. None when nothing was fetched for it."""
    row = con.execute(
        # Polls of conversations run ahead of the days that are fetched whole.
        "select coalesce(max(last_window_end_at) filter (stream in ('own_posts', 'mentions')),"
        " max(last_window_end_at)) from reports.rpt_coverage where client_id = ?",
        [client_id],
    ).fetchone()
    return row[0] if row else None


def _count(con: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any]) -> int:
    row = con.execute(sql, parameters).fetchone()
    return int(row[0] or 0) if row else 0


def _client(
    con: duckdb.DuckDBPyConnection,
    client_id: str,
    client_name: str,
    publication: _Publication,
) -> ClientData:
    me = [client_id]
    as_of_at = _as_of(con, client_id) or publication.as_of_at
    restatements = _restatements(con, client_id, publication.published_at)
    recent = [client_id, as_of_at - timedelta(weeks=RECENT_WEEKS)]
    is_recent = "client_id = ? and last_active_at >= ?"
    weeks = records(
        con,
        Week,
        "select {columns} from reports.rpt_engagement_summary where client_id = ?"
        " order by week_start_date desc limit ?",
        [client_id, WEEKS_SHOWN],
    )[::-1]
    conversations = records(
        con,
        Conversation,
        f"select {{columns}} from reports.rpt_conversations where {is_recent}"
        " order by is_real desc nulls last, exchange_count > 0 desc, last_active_at desc, root_post_id"
        " limit ?",
        [*recent, CONVERSATIONS_SHOWN],
    )
    moves = _moves(con, client_id, report_week(weeks))
    ours = _our_accounts(con, client_id)
    threads: dict[str, list[Post]] = {}
    for conversation in conversations:
        members = "post_id in (select post_id from marts.conversation_posts where root_post_id = ?)"
        threads[conversation.root_post_id] = _posts(con, members, [conversation.root_post_id], ours)
    evidence = _posts(
        con, "list_contains(?, post_id)", [[one for move in moves for one in move.evidence_post_ids]], ours
    )
    return ClientData(
        client_id=client_id,
        client_name=client_name,
        as_of_at=as_of_at,
        published_at=publication.published_at,
        publication_id=publication.publication_id,
        weeks=weeks,
        relationships=_relationships(con, client_id),
        stage_counts=dict(
            con.execute(
                "select coalesce(stage, 'unknown'), count(*) from reports.rpt_relationships"
                " where client_id = ? group by all",
                me,
            ).fetchall()
        ),
        former_handles=read_former_handles(con, as_of_at),
        moves=moves,
        waiting=records(
            con,
            Waiting,
            "select {columns} from reports.rpt_waiting where client_id = ? order by waiting_rank limit ?",
            [client_id, WAITING_SHOWN],
        ),
        waiting_count=_count(con, "select count(*) from reports.rpt_waiting where client_id = ?", me),
        conversations=conversations,
        recent_conversation_count=_count(
            con, f"select count(*) from reports.rpt_conversations where {is_recent}", recent
        ),
        recent_real_conversation_count=_count(
            con, f"select count(*) from reports.rpt_conversations where {is_recent} and is_real", recent
        ),
        threads=threads,
        evidence={post.post_id: post for post in evidence},
        restatements=restatements[:RESTATEMENTS_SHOWN],
        restatement_count=len(restatements),
        streams=records(
            con, Stream, "select {columns} from reports.rpt_coverage where client_id = ? order by stream", me
        ),
        circle=read_circle(con, client_id),
        questions=read_questions(con, client_id, as_of_at),
        checks=read_checks(con),
    )


def _relationships(con: duckdb.DuckDBPyConnection, client_id: str) -> list[Relationship]:
    """The strongest of every stage. Of the noticed (no tie yet; many, once a post went round) only
    stakeholders."""
    return records(
        con,
        Relationship,
        "select {columns} from reports.rpt_relationships where client_id = ?"
        " and (stage in ('connected', 'conversing', 'acquainted', 'dormant')"
        "      or (stage = 'noticed' and is_stakeholder))"
        " qualify row_number() over (partition by stage order by strength desc nulls last, person_id) <= ?"
        " order by strength desc nulls last, person_id",
        [client_id, PEOPLE_SHOWN],
    )


def _moves(con: duckdb.DuckDBPyConnection, client_id: str, week: Week | None) -> list[Move]:
    """Ties that moved in the report's week and since; stakeholders first, then the closest ties."""
    if week is None:
        return []
    return records(
        con,
        Move,
        "select {columns} from reports.rpt_relationship_moves where client_id = ? and week_start_date >= ?"
        " order by week_start_date, is_stakeholder desc nulls last,"
        " least(list_position(['connected', 'conversing', 'acquainted'], stage_before),"
        "       list_position(['connected', 'conversing', 'acquainted'], stage_after)) nulls last,"
        " lower(display_name), person_id",
        [client_id, week.week_start_date],
    )


def _restatements(
    con: duckdb.DuckDBPyConnection, client_id: str, published_at: datetime
) -> list[Restatement]:
    """Numbers that are others than a week ago, however often they moved in between; the newest weeks first."""
    return records(
        con,
        Restatement,
        "select {columns} from (select table_name, account_id, week_start_date, column_name,"
        " arg_min_null(value_before, restated_at) as value_before,"
        " arg_max_null(value_after, restated_at) as value_after, bool_or(is_redefined) as is_redefined"
        " from reports.rpt_restatements where client_id = ? and restated_at > ?"
        " group by table_name, account_id, week_start_date, column_name)"
        " where value_before is distinct from value_after"
        " order by week_start_date desc, table_name, account_id nulls first, column_name",
        [client_id, published_at - timedelta(weeks=1)],
    )


def _our_accounts(con: duckdb.DuckDBPyConnection, client_id: str) -> set[str]:
    """Ids of the accounts that are us: the client's own and its team's."""
    rows = con.execute(
        "select account_id from marts.client_accounts where client_id = ? and is_ours", [client_id]
    ).fetchall()
    return {account_id for (account_id,) in rows}


def _posts(
    con: duckdb.DuckDBPyConnection, condition: str, parameters: list[Any], ours: set[str]
) -> list[Post]:
    """Posts in the order they were written, with the handle and name their account bears today."""
    rows = con.execute(
        "with wanted as (select network, post_id, parent_post_id, account_id, text, created_at"
        f" from marts.posts where {condition})"
        " select wanted.post_id, wanted.parent_post_id, wanted.account_id,"
        " accounts.handle, accounts.display_name, wanted.text, wanted.created_at"
        " from wanted left join marts.accounts as accounts using (network, account_id)"
        " order by wanted.created_at, length(wanted.post_id), wanted.post_id",
        parameters,
    ).fetchall()
    return [
        Post(post_id, parent, account or "", handle or "", name or "", text or "", at, account in ours)
        for post_id, parent, account, handle, name, text, at in rows
    ]
