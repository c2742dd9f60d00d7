"""A small warehouse as a finished build leaves it, with everything in order, for tests to spoil.

One client, `acme`, 30 ISO weeks from Monday 2026-01-05; the data ends with Wednesday 2026-07-29.
Weekly volumes are large enough that the rules about volume apply.
"""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path

import duckdb

from extractors.raw import raw_store
from tests import contracts
from tests.quality import hours_rows, people_rows, profile, raw_rows, report_rows
from tests.quality.raw_rows import at as _at
from tests.quality.raw_rows import post_id_at

FIRST_WEEK = date(2026, 1, 5)
WEEK_COUNT = 30
AS_OF = datetime(2026, 7, 30, tzinfo=UTC)
AS_OF_DATE = AS_OF.date()
TEXT = "a text that must never stand in a sample </p><script>alert('x')</script> [/bold] ');drop table raw.posts;"

# What tests add to the tables of a build: a view to publish, a table to keep back, and comments to know again.
_BESIDE = """
create schema quality; create schema staging;
create view marts.replies as select * from marts.posts where kind = 'reply';
create table staging.not_published (post_id varchar);
create table quality.builds (
    build_id varchar, started_at timestamptz, built_at timestamptz, is_success boolean, as_of_at timestamptz,
    node_count integer
);
create table quality.built_loads (load_id varchar);
comment on table reports.rpt_waiting is 'Who is waiting for us; it''s a list';
comment on column reports.rpt_waiting.waiting_hours is 'Hours from the post to the end of the data';
comment on view marts.replies is 'Replies only';
comment on column marts.replies.post_id is 'The id of the reply';
"""


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """All tables that a load and a build make and somebody reads, empty."""
    con.execute("set timezone = 'UTC'")
    raw_store.create_tables(con)
    contracts.create_tables(con)
    con.execute(_BESIDE)


def make_empty(path: Path) -> None:
    """All tables without a row, and one successful build: no client is tracked, nothing was loaded."""
    with duckdb.connect(str(path)) as con:
        create_tables(con)
        profile.write(con)
        add_build(con, "build-1", as_of_at=None)


def make(path: Path, week_count: int = WEEK_COUNT) -> None:
    """A warehouse in order; with fewer weeks, one whose history has only begun."""
    first_week = FIRST_WEEK + timedelta(weeks=WEEK_COUNT - week_count)
    with duckdb.connect(str(path)) as con:
        create_tables(con)
        con.execute("insert into raw.clients (client_id, name) values ('acme', 'Acme')")
        raw_rows.fill(con, partial(_insert, con), first_week, week_count, AS_OF_DATE, TEXT)
        _summary(con, first_week, week_count)
        _relationships(con)
        _moves(con, first_week, week_count)
        con.execute(_ANSWERS)
        con.execute(_MARTS)
        _conversations(con)
        _lone_posts(con)
        _waiting(con)
        _coverage(con, first_week)
        report_rows.fill(partial(_insert, con), first_week, week_count, AS_OF_DATE, TEXT)
        con.execute(hours_rows.BY_HOURS)
        people_rows.fill(partial(_insert, con), AS_OF_DATE, TEXT)
        con.execute(_CLIENTS)
        profile.write(con)
        add_build(con, "build-1")


def add_build(
    con: duckdb.DuckDBPyConnection,
    build_id: str,
    *,
    is_success: bool = True,
    as_of_at: datetime | None = AS_OF,
) -> None:
    """One row of quality.builds, later than those there are: a build of the tables as they stand."""
    row = con.execute("select count(*) from quality.builds").fetchone()
    started_at = AS_OF + timedelta(hours=1 + (row[0] if row else 0))
    con.execute(
        "insert into quality.builds values (?, ?, ?, ?, ?, 50)",
        [build_id, started_at, started_at + timedelta(minutes=1), is_success, as_of_at],
    )
    if is_success:
        con.execute("insert into quality.built_loads select distinct load_id from raw.pages")


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, object]]) -> None:
    """Adds the rows, many with one statement: one by one, two thousand take half a minute."""
    for _, alike in groupby(rows, key=tuple):
        left = list(alike)
        names = ", ".join(f'"{name}"' for name in left[0])
        row = f"({', '.join('?' for _ in left[0])})"
        while left:
            some, left = left[:100], left[100:]
            values = [value for entry in some for value in entry.values()]
            con.execute(f"insert into {table} ({names}) values {', '.join([row] * len(some))}", values)


def _summary(con: duckdb.DuckDBPyConnection, first_week: date, week_count: int) -> None:
    """One new acquaintance a week; from the 15th on one lapses a week. Person 41 rises and cools, 44 comes back."""
    rows: list[dict[str, object]] = []
    for number in range(week_count):
        start = first_week + timedelta(weeks=number)
        lapsed = 1 if number >= 14 else 0
        dormant = max(0, number - 13) - (1 if number >= 29 else 0)
        connected = 1 if 5 <= number < 12 else 0
        conversing = 1 if number >= 2 and not connected else 0
        is_settled = start + timedelta(days=8) <= AS_OF_DATE
        due = 30 if is_settled else 25
        rows.append(
            {
                "client_id": "acme", "client_name": "Acme", "week_start_date": start,
                "as_of_date": min(start + timedelta(weeks=1), AS_OF_DATE),
                "is_complete_week": start + timedelta(weeks=1) <= AS_OF_DATE,
                "is_settled_week": is_settled,
                "real_conversation_count": 2, "exchange_count": 9, "address_in_count": 30,
                "address_out_count": 12, "person_in_count": 20, "noticed_count": 5,
                "acquainted_count": number + 1 - dormant - conversing - connected,
                "conversing_count": conversing, "connected_count": connected,
                "dormant_count": dormant, "new_count": 1, "deepened_count": 1 if number in (2, 5) else 0,
                "cooled_count": 1 if number == 12 else 0, "lapsed_count": lapsed,
                "revived_count": 1 if number == 29 else 0, "answered_within_day_count": 10,
                "answer_due_count": due, "answered_within_day_share": 10 / due, "unanswered_count": 12,
                "median_answer_hours": 3.5, "waiting_count": 2,
            }
        )  # fmt: skip
    _insert(con, "reports.rpt_engagement_summary", rows)
    ties = {"client_name", "noticed_count", "acquainted_count", "conversing_count", "connected_count", "dormant_count",
            "new_count", "deepened_count", "cooled_count", "lapsed_count", "revived_count"}  # fmt: skip
    on_x = [{"network": "x"} | {name: row[name] for name in row if name not in ties} for row in rows]
    _insert(con, "reports.rpt_engagement_by_network", on_x)


# Thirty addresses a week, to our two accounts in turn: ten answered in time, eight late, twelve by nobody. Of these the
# last five come a day after the others: in the running week they are not final.
_ANSWERS = f"""
insert into marts.client_accounts by name
select 'acme' as client_id, 'x' as network, unnest(['1', '2']) as account_id, true as is_ours;
insert into reports.rpt_answers by name
select
    'acme' as client_id, 'x' as network, concat_ws(' ', week_start_date, number) as post_id, post_id as root_post_id,
    cast(100 + number as varchar) as person_id, 'mention' as kind, cast(1 + number % 2 as varchar) as our_account_id,
    week_start_date::timestamptz + to_hours(number::int + if(number < 25, 0, 24)) as occurred_at, week_start_date,
    false as is_question, false as is_stakeholder,
    case when number < 10 then 3.5 when number < 18 then 30 end as answer_hours,
    occurred_at + to_minutes((60 * answer_hours)::int) as answered_at,
    if(number < 18, 'answer to ' || post_id, null) as answer_post_id,
    if(number < 18, our_account_id, null) as answered_by_account_id,
    number < 10 as is_answered_within_day, number >= 18 as is_unanswered,
    number < 18 or occurred_at + interval 24 hour < '{AS_OF}' as is_final,
    week_start_date::timestamptz + interval 8 day as settled_at, date '{AS_OF_DATE}' as as_of_date
from reports.rpt_engagement_summary cross join range(30) as numbers(number);
"""


# Acme at a glance: two of those who wait are stakeholders, three goals of five are as they should be, one is missed.
_CLIENTS = f"""
insert into reports.rpt_clients by name
select
    client_id, client_name, week_start_date, is_complete_week, is_settled_week, 2 as warning_sign_count,
    real_conversation_count, 2.0 as usual_real_conversation_count, false as is_below_usual, connected_count,
    new_count + deepened_count + revived_count as won_count, cooled_count + lapsed_count as lost_count,
    lost_count > won_count as is_losing, 4 as waiting_count, 2 as stakeholder_waiting_count,
    true as is_stakeholder_waiting, 90.0 as longest_waiting_hours, address_in_count, answered_within_day_count,
    answer_due_count, answered_within_day_share, answered_within_working_day_count, working_day_due_count,
    answered_within_working_day_share, 22.5 as longest_waiting_working_hours,
    5 as goal_count, 3 as goal_on_course_count, 1 as goal_behind_count,
    true as is_goal_behind, 0 as stretched_account_count, false as is_stretched, 0 as gap_count, 0.0 as gap_hours,
    96 as captured_reply_count, 120 as reported_reply_count, 0.8 as completeness, true as is_data_complete,
    date '{AS_OF_DATE}' as as_of_date
from reports.rpt_engagement_summary
qualify row_number() over (order by is_complete_week desc, week_start_date desc) = 1;
"""


def _relationships(con: duckdb.DuckDBPyConnection) -> None:
    monday = FIRST_WEEK

    def tie(
        person: str, stage: str, ins: int, outs: int, exchanges: int, real: int, last: date
    ) -> dict[str, object]:
        return {
            "client_id": "acme", "person_id": person, "handle": f"handle_{person}", "person_kind": "person",
            "stage": stage, "stage_since_date": monday + timedelta(weeks=2), "movement": "held",
            "movement_week_start_date": monday + timedelta(weeks=2), "reached_out_by": "them",
            "address_in_count": ins, "address_out_count": outs, "exchange_count": exchanges,
            "real_conversation_count": real, "active_week_count": 3, "first_contact_at": _at(monday, 10),
            "last_contact_at": _at(last, 10), "last_mutual_at": _at(last, 9) if exchanges else None,
            "balance": min(ins, outs) / max(ins, outs), "strength": 0.8, "is_stakeholder": person == "41",
            "stakeholder_priority": 1 if person == "41" else None, "last_post_id": "1",
            "as_of_date": AS_OF_DATE,
        }  # fmt: skip

    recent, long_ago = AS_OF_DATE - timedelta(days=3), monday + timedelta(weeks=3)
    _insert(
        con,
        "reports.rpt_relationships",
        [
            tie("41", "connected", 8, 6, 9, 3, recent),
            tie("42", "conversing", 6, 4, 6, 2, recent),
            tie("43", "acquainted", 3, 1, 1, 0, recent),
            tie("44", "dormant", 4, 4, 3, 1, long_ago),
            tie("45", "noticed", 2, 0, 0, 0, recent),
        ],
    )


def _moves(con: duckdb.DuckDBPyConnection, first_week: date, week_count: int) -> None:
    """As the summary counts them."""
    who = {0: "41", 1: "44"}
    moves = [
        ("41", 2, "acquainted", "conversing", "deepened"), ("41", 5, "conversing", "connected", "deepened"),
        ("41", 12, "connected", "conversing", "cooled"), ("44", 29, "dormant", "acquainted", "revived"),
    ]  # fmt: skip
    for number in range(week_count):
        before = "stranger" if number else "noticed"
        moves.append((who.get(number, str(1000 + number)), number, before, "acquainted", "new"))
        if number >= 14:
            then = number - 13
            moves.append((who.get(then, str(1000 + then)), number, "acquainted", "dormant", "lapsed"))
    for person, week, before, after, movement in moves:
        if week >= week_count:
            continue
        start = first_week + timedelta(weeks=week)
        _insert(
            con,
            "reports.rpt_relationship_moves",
            [
                {
                    "client_id": "acme", "person_id": person, "handle": f"handle_{person}",
                    "week_start_date": start, "stage_before": before, "stage_after": after,
                    "movement": movement, "evidence_post_ids": ["1", "2"], "is_stakeholder": False,
                    "as_of_date": min(start + timedelta(weeks=1), AS_OF_DATE),
                }
            ],
        )  # fmt: skip


# What the reports were made from.
_MARTS = """
insert into marts.relationships by name
select client_id, person_id, stage, address_in_count, address_out_count, exchange_count, real_conversation_count
from reports.rpt_relationships;
insert into marts.relationship_weeks by name
select client_id, person_id, week_start_date, movement from reports.rpt_relationship_moves
union all by name
select
    client_id, '41' as person_id, week_start_date, 'held' as movement,
    address_in_count as week_address_in_count, address_out_count as week_address_out_count,
    exchange_count as week_exchange_count, real_conversation_count as week_real_conversation_count
from reports.rpt_engagement_summary;
"""


def _conversations(con: duckdb.DuckDBPyConnection) -> None:
    """24 conversations, every third one real, two with a missing root."""
    rows: list[dict[str, object]] = []
    for number in range(24):
        opened_at = _at(AS_OF_DATE - timedelta(days=24 - number), 8)
        real = number % 3 == 0
        rows.append(
            {
                "client_id": "acme", "network": "x", "root_post_id": str(9000 + number), "root_text": TEXT,
                "started_by": "unknown" if number < 2 else "them", "opened_at": opened_at,
                "last_active_at": opened_at + timedelta(hours=5), "post_count": 6, "our_post_count": 2,
                "their_post_count": 4, "participant_count": 3, "depth": 3, "width": 2, "turn_count": 5,
                "exchange_count": 3 if real else 1, "real_person_count": 1 if real else 0, "is_real": real,
                "became_real_at": opened_at + timedelta(hours=2) if real else None, "state": "answered",
                "captured_reply_count": 4, "reported_reply_count": 5, "completeness": 0.8, "uncounted_post_count": 0,
                "is_complete_enough": True, "missing_reply_count": 1, "missing_reason": "not asked for yet",
                "is_root_missing": number < 2, "as_of_date": AS_OF_DATE,
            }
        )  # fmt: skip
    _insert(con, "reports.rpt_conversations", rows)


def _lone_posts(con: duckdb.DuckDBPyConnection) -> None:
    said = [(0, "nobody answered", "nothing missing"), (2, "answers not captured", "budget reached"),
            (None, "not known", "not counted")]  # fmt: skip
    rows: list[dict[str, object]] = [
        {
            "client_id": "acme", "network": "x", "root_post_id": str(9101 + number), "post_id": str(9101 + number),
            "account_id": "1", "handle": "acme", "text": TEXT, "opened_at": AS_OF - timedelta(hours=9),
            "last_active_at": AS_OF - timedelta(hours=8), "post_count": 2, "missing_reply_count": missing,
            "state": state, "missing_reason": reason, "post_url": f"https://x.com/i/web/status/{9101 + number}",
            "as_of_date": AS_OF_DATE,
        }
        for number, (missing, state, reason) in enumerate(said)
    ]  # fmt: skip
    _insert(con, "reports.rpt_lone_posts", rows)


def _waiting(con: duckdb.DuckDBPyConnection) -> None:
    listed = [(48, False, 1), (30, False, 2), (20, True, None), (90, False, None)]
    for rank, (hours, is_question, priority) in enumerate(listed, start=1):
        occurred_at = AS_OF - timedelta(hours=hours)
        post_id = post_id_at(occurred_at, rank)
        _insert(
            con,
            "reports.rpt_waiting",
            [
                {
                    "client_id": "acme", "network": "x", "post_id": post_id, "root_post_id": post_id,
                    "person_id": str(50 + rank), "kind": "mention", "text": TEXT,
                    "occurred_at": occurred_at, "waiting_hours": hours,
                    "is_question": is_question, "is_stakeholder": priority is not None,
                    "stakeholder_priority": priority, "waiting_rank": rank,
                    "post_url": f"https://x.com/i/web/status/{post_id}", "as_of_date": AS_OF_DATE,
                }
            ],
        )  # fmt: skip
    # last of all, and without its words and a link: a direct message
    as_message = "text = null, post_url = null, kind = 'message', post_id = 'dm:' || post_id"
    con.execute(f"update reports.rpt_waiting set {as_message} where waiting_rank = {len(listed)}")


def _coverage(con: duckdb.DuckDBPyConnection, first_week: date) -> None:
    rows: list[dict[str, object]] = []
    for stream in ("profiles", "own_posts", "mentions", "conversations"):
        replies = stream == "conversations"
        rows.append(
            {
                "client_id": "acme", "network": "x", "stream": stream, "first_window_start_at": _at(first_week),
                "last_window_end_at": _at(AS_OF_DATE), "last_fetched_at": AS_OF + timedelta(minutes=30),
                "page_count": 9, "post_count": 100, "error_count": 1, "estimated_cost_usd": 1.5,
                "captured_reply_count": 96 if replies else None,
                "reported_reply_count": 120 if replies else None, "completeness": 0.8 if replies else None,
                "conversation_count": 24 if replies else None,
                "incomplete_conversation_count": 0 if replies else None,
                "uncounted_conversation_count": 0 if replies else None, "as_of_date": AS_OF_DATE,
            }
        )  # fmt: skip
    _insert(con, "reports.rpt_coverage", rows)
