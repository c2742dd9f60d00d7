"""A client whose figures are counted from its rows, so that a figure and the rows behind it must be the same.

The week of the report is over, and the next one has begun: some rows are of that week, and more wait than at its end.
"""

import re
from datetime import date, timedelta
from typing import Any

from rapport.networks import NETWORKS
from tests.reporting.published import AS_OF, WEEK, Published

TODAY = AS_OF + timedelta(days=2)
FIRST = date(2026, 8, 3)  # in the quarter before
WEEKS = [FIRST + timedelta(weeks=number) for number in range((WEEK - FIRST).days // 7 + 2)]
TOPIC = '<b>Tides</b> & "ledgers"'
MOVES = {
    "new": ("noticed", "acquainted"),
    "deepened": ("acquainted", "conversing"),
    "revived": ("dormant", "acquainted"),
    "cooled": ("conversing", "acquainted"),
    "lapsed": ("acquainted", "dormant"),
}
COUNTED = {
    f"{movement}_count": ("rpt_relationship_moves", f"movement = '{movement}'") for movement in MOVES
} | {
    "address_in_count": ("rpt_answers", "true"),
    "person_in_count": ("rpt_answers", "true"),
    "answer_due_count": ("rpt_answers", "is_final"),
    "answered_within_day_count": ("rpt_answers", "is_answered_within_day"),
    "working_day_due_count": ("rpt_answers", "is_final_by_working_day"),
    "answered_within_working_day_count": ("rpt_answers", "is_answered_within_working_day"),
    "real_conversation_count": ("rpt_real_conversations", "true"),
}
# Other tables that count real conversations, and their columns that say which.
REAL = {
    "rpt_engagement_by_network": "counted.network = told.network and counted.week_start_date = told.week_start_date",
    "rpt_manageability": "counted.network = told.network and counted.our_account_id = told.account_id"
    " and counted.week_start_date = told.week_start_date",
    "rpt_content": "counted.network = told.network and counted.spark_post_id = told.post_id",
}
# What changed in the week before: table, column, and of which row.
_SECOND = f"network = '{list(NETWORKS)[1]}'"
RESTATED = (
    ("rpt_engagement_summary", "exchange_count", "true"),
    ("rpt_engagement_by_network", "real_conversation_count", _SECOND),
    ("rpt_manageability", "real_conversation_count", f"{_SECOND} and account_id = '2'"),
    ("rpt_readership", "reader_count", "true"),
)
# What goals are measured by: the value as SQL over weeks, and how many days the first is before the newest.
MEASURED = {
    "connected_count": ("connected_count", 0),
    "conversing_count": ("connected_count + conversing_count", 0),
    "reader_count": ("reader_count", 0),
    "waiting_count": ("waiting_count", 0),
    "real_conversation_count": ("avg(real_conversation_count)", 21),
    "exchange_count": ("avg(exchange_count)", 21),
    "new_count": ("avg(new_count)", 21),
}


def fill(world: Published) -> None:
    """Publishes it."""
    world.publication(TODAY)
    for network in NETWORKS:
        world.add("marts.client_accounts", client_id="harbour", network=network, account_id="1", role="tracked",
                  is_ours=True)  # fmt: skip
    world.stream("harbour", "own_posts", last_window_end_at=TODAY)
    _weeks(world)
    _ties(world)
    _talk(world)
    for column, (table, condition) in COUNTED.items():
        world.con.execute(
            f"update reports.rpt_engagement_summary as weeks set {column} = (select count(*) from reports.{table}"
            f" as counted where counted.week_start_date = weeks.week_start_date and {condition})"
        )
    for table, condition in REAL.items():
        world.con.execute(
            f"update reports.{table} as told set real_conversation_count ="
            f" (select count(*) from reports.rpt_real_conversations as counted where {condition})"
        )
    _told(world)


def _weeks(world: Published) -> None:
    for number, monday in enumerate(WEEKS):
        is_over = monday <= WEEK
        figures = {"is_complete_week": is_over, "is_settled_week": monday < WEEK, "exchange_count": 30 + number,
                   "waiting_count": 99}  # fmt: skip
        world.week(
            "harbour",
            "Harbour Museum",
            monday,
            connected_count=number,
            conversing_count=40 + number,
            **figures,
        )
        for network in NETWORKS:
            world.add("reports.rpt_engagement_by_network", client_id="harbour", network=network,
                      week_start_date=monday, **figures)  # fmt: skip
            for account in "12":
                world.add("reports.rpt_manageability", client_id="harbour", network=network, week_start_date=monday,
                          account_id=account, handle=f"us{account}", is_complete_week=is_over)  # fmt: skip
        _real_conversations(world, number, monday)
        for at, (movement, (before, after)) in enumerate(MOVES.items()):
            # of one more than the section shows
            for person in range(23 if (movement, monday) == ("deepened", WEEK) else (number + at) % 3):
                _add(world, "rpt_relationship_moves", 100 * at + person, week_start_date=monday, movement=movement,
                     stage_before=before, stage_after=after, evidence_post_ids=[], is_stakeholder=False)  # fmt: skip
        for one in range(3 + number % 5):
            is_final = not (monday >= WEEK and one == 0)
            _add(world, "rpt_answers", 500 + one, week_start_date=monday, post_id=f"{number}0{one}", kind="reply",
                 occurred_at=AS_OF - timedelta(weeks=len(WEEKS) - number, days=-one), is_final=is_final,
                 is_answered_within_day=is_final and one % 2 == 0, is_final_by_working_day=one > 0,
                 is_answered_within_working_day=one > 1)  # fmt: skip


def _real_conversations(world: Published, number: int, monday: date) -> None:
    """Of each week those with one person, and one that is real with two."""
    for one in range(3 + number % 4):
        root = f"84{number}0{1 if one == 3 else one}"
        _add(world, "rpt_real_conversations", 100 + one, network=list(NETWORKS)[one % 2], root_post_id=root,
             week_start_date=monday, our_account_id=str(1 + one % 3 // 2), our_handle=f"us{1 + one % 3 // 2}",
             answer_post_id=f"85{number}0{one}", exchange_count=2, is_stakeholder=False, root_text="Who?",
             spark_post_id=f"82{(one + 2 * number) % 14}" if one else None,
             became_real_at=AS_OF - timedelta(weeks=len(WEEKS) - number, days=-one))  # fmt: skip


def _ties(world: Published) -> None:
    people = iter(range(1000, 2000))
    for stage, number in (
        ("connected", 15),
        ("conversing", 14),
        ("acquainted", 3),
        ("noticed", 30),
        ("dormant", 2),
    ):
        for _ in range(number):
            _add(world, "rpt_relationships", next(people), stage=stage, strength=1.0, is_stakeholder=False)
    for at, network in enumerate(list(NETWORKS)[:2]):
        for one in range(5 - at):
            _add(world, "rpt_waiting", 700 + one, network=network, post_id=f"7{at}{one}", kind="reply",
                 waiting_hours=40.0, waiting_rank=10 * at + one, text="Who?")  # fmt: skip
    for number, day in enumerate((date(2026, 8, 20), date(2026, 10, 1), date(2026, 11, 20), TODAY.date())):
        world.add("reports.rpt_outcomes", client_id="harbour", outcome_id=str(number), kind="call", occurred_date=day,
                  is_joined=False)  # fmt: skip


def _talk(world: Published) -> None:
    lately, before = [TODAY - timedelta(days=5)], [TODAY - timedelta(weeks=20)]
    for number, at in enumerate(lately * 14 + before * 5):
        world.add("reports.rpt_conversations", client_id="harbour", root_post_id=f"80{number}", last_active_at=at,
                  opened_at=at, is_real=number % 3 == 0, exchange_count=1, state="answered")  # fmt: skip
    for number, at in enumerate(lately * 13 + before * 4):
        world.add("reports.rpt_lone_posts", client_id="harbour", root_post_id=f"81{number}", post_id=f"81{number}",
                  last_active_at=at, opened_at=at, state="nobody answered", post_count=1)  # fmt: skip
    # the network of a post of ours is that of the conversations that it drew somebody into
    for number, at in enumerate(lately * 8 + before * 2 + lately * 4):
        world.add("reports.rpt_content", client_id="harbour", network=list(NETWORKS)[number % 2],
                  post_id=f"82{number}", created_at=at, topics=[], content_rank=1, kind="original",
                  is_question=number % 3 == 0, has_link=number % 2 == 0)  # fmt: skip
    for number, (topic, posts) in enumerate(((TOPIC, 7), ("Seals", 3)), start=1):
        world.add("reports.rpt_topics", client_id="harbour", topic=topic, topic_number=number,
                  our_post_count=posts + 2, person_count=posts, all_our_post_count=20, all_person_count=20)  # fmt: skip
        # whoever turned to us did it twice lately, and once long ago; one more did it long ago alone
        for one in range(posts + 1):
            for time, at in enumerate([*lately * 2, *before] if one < posts else before):
                _add(world, "rpt_topic_posts", 900 + one, topic=topic, post_id=f"83{number}{one}{time}", is_to_us=True,
                     is_ours=False, created_at=at)  # fmt: skip
        for one, at in enumerate(lately * (posts + 2) + before * 4):
            world.add("reports.rpt_topic_posts", client_id="harbour", topic=topic, post_id=f"84{number}{one}",
                      is_to_us=False, is_ours=True, created_at=at)  # fmt: skip


def _told(world: Published) -> None:
    """Numbers of a week that changed, and goals: they tell what stands in the rows."""
    before = WEEK - timedelta(weeks=1)
    for monday in WEEKS:
        world.add("reports.rpt_readership", client_id="harbour", week_start_date=monday, acting_person_count=41,
                  is_complete_week=monday <= WEEK, reader_count=(monday - FIRST).days)  # fmt: skip
    for table, column, condition in RESTATED:
        row = f"from reports.{table} where client_id = 'harbour' and week_start_date = date '{before}' and {condition}"
        [(value,)] = world.con.execute(f"select {column} {row}").fetchall()
        network, account = (
            re.findall(rf"{name} = '(\w+)'", condition)[:1] or [None] for name in ("network", "account_id")
        )
        world.add("reports.rpt_restatements", client_id="harbour", table_name=table, week_start_date=before,
                  column_name=column, network=network[0], account_id=account[0], value_before=9999, value_after=value,
                  is_redefined=False, is_provisional=False, restated_at=TODAY)  # fmt: skip
    for number, (measure, (value, condition)) in enumerate(MEASURED.items()):
        table = "rpt_readership" if measure == "reader_count" else "rpt_engagement_summary"
        rows = f"from reports.{table} where week_start_date between date '{WEEK}' - {condition} and date '{WEEK}'"
        [(found,)] = world.con.execute(f"select {value} {rows}").fetchall()
        world.add("reports.rpt_goals", client_id="harbour", goal_number=number, words=measure, measure=measure,
                  target=9999, value=found, status="behind", due_date=TODAY.date(), week_start_date=WEEK)  # fmt: skip


def _add(world: Published, table: str, person: int, **facts: Any) -> None:
    world.add(f"reports.{table}", client_id="harbour", person_id=f"x:{person}", handle=f"h{person}",
              display_name=f"Person {person}", **facts)  # fmt: skip
