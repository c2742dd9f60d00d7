"""reports.rpt_clients: one row per client."""

from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, TableCheck, as_of_rule, rule, suite_of

# What the client's newest complete week says; of the running one, where none is complete.
_OF_THE_WEEK = (
    "real_conversation_count", "connected_count", "address_in_count", "answered_within_day_count", "answer_due_count",
)  # fmt: skip
# Of the same week, and empty for a client without hours.
_BY_HOURS = ("answered_within_working_day_count", "working_day_due_count")
_SIGNS = ("is_stakeholder_waiting", "is_below_usual", "is_losing", "is_goal_behind", "is_stretched")

_QUERY = f"""
with weeks as (
    select
        *,
        new_count + deepened_count + revived_count as won_count,
        cooled_count + lapsed_count as lost_count
    from reports.rpt_engagement_summary
    qualify row_number() over (partition by client_id order by is_complete_week desc, week_start_date desc) = 1
),

listed as (
    select
        client_id,
        count(*) as waiting_count,
        count(*) filter (is_stakeholder) as stakeholder_waiting_count
    from reports.rpt_waiting
    group by client_id
)

select
    coalesce(clients.client_id, weeks.client_id) as row_key,
    if(clients.client_id is null or weeks.client_id is null, 1, 0) as lonely_count,
    if(clients.week_start_date = weeks.week_start_date, 0, 1)
    + {" + ".join(f"abs(clients.{name} - weeks.{name})" for name in (*_OF_THE_WEEK, "won_count", "lost_count"))}
    + {" + ".join(f"abs(coalesce(clients.{name}, -1) - coalesce(weeks.{name}, -1))" for name in _BY_HOURS)}
        as week_difference_count,
    abs(clients.waiting_count - coalesce(listed.waiting_count, 0))
    + abs(clients.stakeholder_waiting_count - coalesce(listed.stakeholder_waiting_count, 0))
        as waiting_difference_count,
    clients.goal_count - clients.goal_on_course_count - clients.goal_behind_count as unknown_goal_count,
    clients.warning_sign_count
    - {" - ".join(f"clients.{name}::integer" for name in _SIGNS)} - (clients.is_data_complete is false)::integer
        as sign_difference_count,
    clients.completeness,
    date_diff('day', horizon.as_of_date, clients.as_of_date) as as_of_difference_days
from reports.rpt_clients as clients
full join weeks on clients.client_id = weeks.client_id
left join listed on clients.client_id = listed.client_id
left join {AS_OF_BY_CLIENT} as horizon on clients.client_id = horizon.client_id
"""

_JOIN = "compare rpt_clients.sql with the report that it takes the figure from, client by client, and mend the join."


def suite() -> gx.ExpectationSuite:
    """Rules of the clients at a glance."""
    return suite_of(
        "rpt_clients",
        [
            rule(
                "every_client_with_a_week_is_listed",
                gxe.ExpectColumnValuesToBeInSet,
                column="lonely_count",
                value_set=[0],
                reason="a client that the overview leaves out is one that nobody looks after.",
                remedy=_JOIN,
            ),
            rule(
                "clients_say_what_their_week_says",
                gxe.ExpectColumnValuesToBeInSet,
                column="week_difference_count",
                value_set=[0],
                reason="the overview leads to the client's report, where the same figure must stand.",
                remedy=_JOIN,
            ),
            rule(
                "who_waits_is_counted_as_listed",
                gxe.ExpectColumnValuesToBeInSet,
                column="waiting_difference_count",
                value_set=[0],
                reason="whoever follows the number of those who wait must find as many on the list.",
                remedy=_JOIN,
            ),
            rule(
                "no_goal_is_counted_twice",
                gxe.ExpectColumnValuesToBeBetween,
                column="unknown_goal_count",
                min_value=0,
                reason="a goal is on course, behind, or not known yet: never two of them.",
                remedy=_JOIN,
            ),
            rule(
                "warning_signs_add_up",
                gxe.ExpectColumnValuesToBeInSet,
                column="sign_difference_count",
                value_set=[0],
                reason="clients are ordered by the number of signs, so each that is counted must be one that is shown.",
                remedy="see warning_sign_count in rpt_clients.sql.",
            ),
            rule(
                "completeness_of_a_client_is_a_share",
                gxe.ExpectColumnValuesToBeBetween,
                column="completeness",
                min_value=0,
                max_value=1,
                reason="nobody captures more than all replies.",
                remedy="see completeness in rpt_clients.sql.",
            ),
            as_of_rule("rpt_clients"),
        ],
    )


CHECK = TableCheck("rpt_clients", _QUERY, suite)
