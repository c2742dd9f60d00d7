"""reports.rpt_goals: one row per client and goal."""

from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, TableCheck, as_of_rule, rule, suite_of

_QUERY = f"""
select
    concat_ws(' ', goals.client_id, cast(goal_number as varchar)) as row_key,
    value,
    progress_share,
    if(
        measure like '%#_share' escape '#' and value is not null,
        coalesce(abs(value - part_count / whole_count), 1),
        if(whole_count is null, 0, 1)
    ) as share_difference,
    if(value is null, 0, 1) + if(status = 'not known yet' and value is null, 1, 0) as known_sign_count,
    if(
        status = 'reached',
        if(if(measure = 'waiting_count', value <= target, value >= target), 0, 1),
        null
    ) as reached_without_target_count,
    if(status = 'missed', date_diff('day', due_date, goals.as_of_date), null) as days_since_missed,
    date_diff('day', goals.week_start_date, goals.as_of_date) as days_since_week_start,
    date_diff('day', horizon.as_of_date, goals.as_of_date) as as_of_difference_days
from reports.rpt_goals as goals
left join {AS_OF_BY_CLIENT} as horizon on goals.client_id = horizon.client_id
"""

_MEASURE = "compare the goal's measure in int_goals__measures.sql with its value here."


def suite() -> gx.ExpectationSuite:
    """Rules of the goals."""
    return suite_of(
        "rpt_goals",
        [
            rule(
                "goal_values_are_not_negative",
                gxe.ExpectColumnValuesToBeBetween,
                column="value",
                min_value=0,
                reason="whatever a goal is measured by is a count, a mean of counts or a share.",
                remedy=_MEASURE,
            ),
            rule(
                "goal_progress_is_a_share",
                gxe.ExpectColumnValuesToBeBetween,
                column="progress_share",
                min_value=0,
                max_value=1,
                reason="progress is the part of the target that is reached: more than all of it is all of it.",
                remedy="see progress_share in rpt_goals.sql.",
            ),
            rule(
                "goal_shares_are_of_their_counts",
                gxe.ExpectColumnValuesToBeBetween,
                column="share_difference",
                min_value=0,
                max_value=1e-9,
                reason="a share is told with of how many it is, and no other measure is.",
                remedy="see part_count and whole_count in int_goals__measures.sql.",
            ),
            rule(
                "goals_without_a_value_say_so",
                gxe.ExpectColumnValuesToBeInSet,
                column="known_sign_count",
                value_set=[1],
                reason="a goal that nothing is known of is neither on course nor behind.",
                remedy=_MEASURE,
            ),
            rule(
                "reached_goals_have_their_target",
                gxe.ExpectColumnValuesToBeInSet,
                column="reached_without_target_count",
                value_set=[0],
                reason="a goal called reached whose value falls short would be believed once.",
                remedy=_MEASURE,
            ),
            rule(
                "missed_goals_are_over",
                gxe.ExpectColumnValuesToBeBetween,
                column="days_since_missed",
                min_value=1,
                reason="until the last day is over there is time.",
                remedy="compare due_date and as_of_date in rpt_goals.sql.",
            ),
            rule(
                "goals_speak_of_a_complete_week",
                gxe.ExpectColumnValuesToBeBetween,
                column="days_since_week_start",
                min_value=7,
                max_value=13,
                reason="a value of a running week is too low, and one of an old week out of date.",
                remedy="see that int_goals__measures reads complete weeks only, then build again.",
            ),
            as_of_rule("rpt_goals"),
        ],
    )


CHECK = TableCheck("rpt_goals", _QUERY, suite)
