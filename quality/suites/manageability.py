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
),

-- an address counts for the account that answered it, else for the one that was addressed
answers as (
    select
        client_id,
        network,
        if(is_unanswered, our_account_id, answered_by_account_id) as account_id,
        week_start_date,
        count_if(is_answered_within_day) as answered_within_day_count,
        count_if(is_final) as final_count,
        count_if(is_answered_within_working_day) as answered_within_working_day_count,
        count_if(is_final_by_working_day) as working_day_due_count
    from reports.rpt_answers
    group by all
),

addresses as (
    select client_id, network, our_account_id as account_id, week_start_date, count(*) as address_count
    from reports.rpt_answers
    group by all
)

select
    concat_ws(' ', load.client_id, load.network || ':' || load.account_id, cast(load.week_start_date as varchar))
        as row_key,
    load.answered_within_day_share,
    -- the greater of what there is: without hours there is one of the two
    greatest(
        abs(load.answered_within_day_share - load.answered_within_day_count / nullif(load.answer_due_count, 0)),
        abs(
            load.answered_within_working_day_share
            - load.answered_within_working_day_count / nullif(load.working_day_due_count, 0)
        )
    ) as share_difference,
    abs(load.address_in_count - coalesce(addresses.address_count, 0))
    + abs(load.answered_within_day_count - coalesce(answers.answered_within_day_count, 0))
    + abs(load.answer_due_count - coalesce(answers.final_count, 0))
    + coalesce(
        abs(load.answered_within_working_day_count - coalesce(answers.answered_within_working_day_count, 0)), 0
    )
    + coalesce(abs(load.working_day_due_count - coalesce(answers.working_day_due_count, 0)), 0)
        as beyond_the_answers_count,
    by_week.real_conversation_count - summary.real_conversation_count as beyond_the_summary_count,
    if(is_stretched and not load.is_complete_week, 1, 0) as early_warning_count,
    coalesce(date_diff('day', summary.as_of_date, load.as_of_date), -9999) as as_of_difference_days
from reports.rpt_manageability as load
left join answers
    on load.client_id = answers.client_id and load.network = answers.network
        and load.account_id = answers.account_id and load.week_start_date = answers.week_start_date
left join addresses
    on load.client_id = addresses.client_id and load.network = addresses.network
        and load.account_id = addresses.account_id and load.week_start_date = addresses.week_start_date
left join by_week on load.client_id = by_week.client_id and load.week_start_date = by_week.week_start_date
left join reports.rpt_engagement_summary as summary
    on load.client_id = summary.client_id and load.week_start_date = summary.week_start_date
"""

_LOAD = "follow that account's week in int_manageability__weeks.sql."


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
                "accounts_are_credited_with_their_answers",
                gxe.ExpectColumnValuesToBeInSet,
                column="beyond_the_answers_count",
                value_set=[0],
                reason="an answer counts for the account that gave it, what nobody answered for the account that was "
                "addressed: whoever counts the rows of rpt_answers must find the account's figures.",
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
