"""reports.rpt_manageability: one row per client, account of ours and ISO week."""

from quality.gx import gx, gxe
from quality.suites.rules import TableCheck, rule, suite_of

_QUERY = """
with by_week as (
    select
        client_id,
        week_start_date,
        sum(real_conversation_count) as real_conversation_count
    from reports.rpt_manageability
    group by client_id, week_start_date
)

select
    concat_ws(' ', load.client_id, network || ':' || account_id, cast(load.week_start_date as varchar)) as row_key,
    load.answered_within_day_share,
    abs(
        load.answered_within_day_share - load.answered_within_day_count / nullif(load.answer_due_count, 0)
    ) as share_difference,
    load.address_in_count,
    greatest(load.answer_due_count, load.answered_within_day_count) as judged_count,
    by_week.real_conversation_count - summary.real_conversation_count as beyond_the_summary_count,
    if(is_stretched and not load.is_complete_week, 1, 0) as early_warning_count,
    coalesce(date_diff('day', summary.as_of_date, load.as_of_date), -9999) as as_of_difference_days
from reports.rpt_manageability as load
left join by_week on load.client_id = by_week.client_id and load.week_start_date = by_week.week_start_date
left join reports.rpt_engagement_summary as summary
    on load.client_id = summary.client_id and load.week_start_date = summary.week_start_date
"""

_LOAD = "follow that account's week in intermediate.int_manageability__weeks."


def suite() -> gx.ExpectationSuite:
    """Rules of what each account of ours has on its hands."""
    return suite_of(
        "rpt_manageability",
        [
            rule(
                "accounts_answer_a_share",
                gxe.ExpectColumnValuesToBeBetween,
                column="answered_within_day_share",
                min_value=0,
                max_value=1,
                reason="the answered are some of those that were due.",
                remedy=_LOAD,
            ),
            rule(
                "accounts_share_agrees_with_its_counts",
                gxe.ExpectColumnValuesToBeBetween,
                column="share_difference",
                max_value=0.001,
                reason="whoever divides the counts shown must find the share shown.",
                remedy=_LOAD,
            ),
            rule(
                "accounts_answer_what_came_in",
                gxe.ExpectColumnPairValuesAToBeGreaterThanB,
                column_A="address_in_count",
                column_B="judged_count",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                reason="what was answered or due in a week's addresses is some of them.",
                remedy=_LOAD,
            ),
            rule(
                "accounts_add_up_to_us",
                gxe.ExpectColumnValuesToBeInSet,
                column="beyond_the_summary_count",
                value_set=[0],
                reason="every real conversation belongs to one account of ours: together they are the week's.",
                remedy=_LOAD,
            ),
            rule(
                "warnings_wait_for_the_weeks_end",
                gxe.ExpectColumnValuesToBeInSet,
                column="early_warning_count",
                value_set=[0],
                reason="half a week against whole ones would warn, or soothe, every Wednesday.",
                remedy="see is_stretched in rpt_manageability.sql.",
            ),
            rule(
                "manageability_speaks_of_the_summarys_weeks",
                gxe.ExpectColumnValuesToBeInSet,
                column="as_of_difference_days",
                value_set=[0],
                reason="an account's week is a week of the client's summary, as of the same day.",
                remedy="run `rapport build --full-refresh`, then check again.",
            ),
        ],
    )


CHECK = TableCheck("rpt_manageability", _QUERY, suite)
