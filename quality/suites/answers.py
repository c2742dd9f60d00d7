"""reports.rpt_answers: one row per client and address to us, with its answer."""

from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, TableCheck, as_of_rule, rule, suite_of
from rapport.definitions import definition

_QUERY = f"""
with ours as (
    select client_id, network, account_id from marts.client_accounts where is_ours
)

select
    concat_ws(' ', answers.client_id, answers.network || ':' || post_id) as row_key,
    answer_hours,
    answer_hours - epoch(answered_at - occurred_at) / 3600 as hours_off_count,
    if(answered_at is null, 1, 0) + if(answer_post_id is null, 1, 0)
    + if(answered_by_account_id is null, 1, 0) + if(answer_hours is null, 1, 0) as missing_count,
    if(addressed.account_id is null, 1, 0)
    + if(answered_by_account_id is not null and answering.account_id is null, 1, 0) as foreign_account_count,
    is_answered_within_day as is_called_prompt,
    coalesce(answer_hours <= {definition("prompt_answer_hours")}, false) as is_prompt,
    is_unanswered as is_called_unanswered,
    coalesce(answered_at >= answers.settled_at, true) as is_unanswered_then,
    if(summary.is_settled_week and not is_final, 1, 0) as not_final_count,
    least(answer_working_hours, answer_hours - answer_working_hours) as least_hours,
    -- by the client's hours all of its addresses are judged, or none
    if((is_final_by_working_day is null) <> (is_answered_within_working_day is null), 1, 0)
    + if((answer_working_hours is null) <> (is_answered_within_working_day is null or answered_at is null), 1, 0)
    + if(
        (is_answered_within_working_day is null)
        <> bool_or(is_answered_within_working_day is null) over (partition by answers.client_id), 1, 0
    ) as half_judged_count,
    answer_working_hours < min(answer_working_hours) filter (not is_answered_within_working_day) over (
        partition by answers.client_id
    ) as is_before_late_ones,
    if(answered_at is null, null, is_answered_within_working_day) as is_called_within_working_day,
    date_diff('day', horizon.as_of_date, answers.as_of_date) as as_of_difference_days
from reports.rpt_answers as answers
left join ours as addressed
    on answers.client_id = addressed.client_id
        and answers.network = addressed.network
        and answers.our_account_id = addressed.account_id
left join ours as answering
    on answers.client_id = answering.client_id
        and answers.network = answering.network
        and answers.answered_by_account_id = answering.account_id
left join reports.rpt_engagement_summary as summary
    on answers.client_id = summary.client_id and answers.week_start_date = summary.week_start_date
left join {AS_OF_BY_CLIENT} as horizon on answers.client_id = horizon.client_id
"""

_PAIR = "follow that post through intermediate.int_waiting__answers and int_relationships__addresses."


def suite() -> gx.ExpectationSuite:
    """Rules of what became of each address to us."""
    return suite_of(
        "rpt_answers",
        [
            rule(
                "an_answer_is_told_whole",
                gxe.ExpectColumnValuesToBeInSet,
                column="missing_count",
                value_set=[0, 4],
                reason="an answer has a time, a post, an account of ours and a wait; one without the others can be "
                "credited to nobody.",
                remedy=_PAIR,
            ),
            rule(
                "an_answer_comes_after_its_address",
                gxe.ExpectColumnValuesToBeBetween,
                column="answer_hours",
                min_value=0,
                reason="an answer before its address means that two posts were paired wrongly.",
                remedy=_PAIR,
            ),
            rule(
                "hours_run_from_the_address_to_the_answer",
                gxe.ExpectColumnValuesToBeBetween,
                column="hours_off_count",
                min_value=-0.001,
                max_value=0.001,
                reason="who subtracts the two times shown must find the hours shown.",
                remedy=_PAIR,
            ),
            rule(
                "we_were_addressed_and_we_answered",
                gxe.ExpectColumnValuesToBeInSet,
                column="foreign_account_count",
                value_set=[0],
                reason="only an account of the client can be addressed for it, or answer for it.",
                remedy="compare our_account_id and answered_by_account_id with marts.client_accounts; build again with "
                "--full-refresh if rapport.toml has changed.",
            ),
            rule(
                "in_time_is_within_the_hours",
                gxe.ExpectColumnPairValuesToBeEqual,
                column_A="is_called_prompt",
                column_B="is_prompt",
                ignore_row_if="neither",
                reason="an address was answered in time if, and only if, the hours are those of the definition "
                "prompt_answer_hours or fewer.",
                remedy="build again, so that the tables are made with the definition that the checks read.",
            ),
            rule(
                "unanswered_is_as_of_the_settling",
                gxe.ExpectColumnPairValuesToBeEqual,
                column_A="is_called_unanswered",
                column_B="is_unanswered_then",
                ignore_row_if="neither",
                reason="what is answered after its week was settled counts as not answered in that week; else its "
                "figures never come to rest.",
                remedy=_PAIR,
            ),
            rule(
                "a_settled_week_is_final",
                gxe.ExpectColumnValuesToBeInSet,
                column="not_final_count",
                value_set=[0],
                reason="once a week is settled, each address to us was answered in time or was not: one that is still "
                "open would be in no week's share.",
                remedy="compare is_settled_week in rpt_engagement_summary with settled_at and the end of the data.",
            ),
            rule(
                "a_clients_hours_are_some_of_all",
                gxe.ExpectColumnValuesToBeBetween,
                column="least_hours",
                min_value=-0.001,
                reason="a client can't have worked longer than the clock ran, nor less than not at all.",
                remedy="compare raw.working_hours with [clients.hours] in rapport.toml: stretches that overlap are "
                "counted twice.",
            ),
            rule(
                "all_of_a_clients_answers_are_judged_by_its_hours",
                gxe.ExpectColumnValuesToBeInSet,
                column="half_judged_count",
                value_set=[0],
                reason="a client has hours or has none: shares by its hours would be of a part of its addresses.",
                remedy="see that int_clients__working_time has a row for each moment of the client's addresses.",
            ),
            rule(
                "in_time_is_less_than_a_working_day",
                gxe.ExpectColumnPairValuesToBeEqual,
                column_A="is_called_within_working_day",
                column_B="is_before_late_ones",
                ignore_row_if="either_value_is_missing",
                reason="a working day has one length: what was in time took less of the client's hours than all that "
                "was late.",
                remedy="see that all rows of the client in raw.working_hours have the same minutes_a_day.",
            ),
            as_of_rule("rpt_answers"),
        ],
    )


CHECK = TableCheck("rpt_answers", _QUERY, suite)
