"""reports.rpt_engagement_summary: one row per client and ISO week."""

from quality import limits
from quality.gx import gx, gxe
from quality.suites.rules import TableCheck, rule, suite_of

_COUNTS = (
    "real_conversation_count, exchange_count, address_in_count, address_out_count, person_in_count, "
    "noticed_count, acquainted_count, conversing_count, connected_count, dormant_count, new_count, "
    "deepened_count, cooled_count, lapsed_count, revived_count, answered_within_day_count, "
    "answer_due_count, unanswered_count, waiting_count, "
    # of clients with hours; what is empty is left out
    "answered_within_working_day_count, working_day_due_count"
)

_QUERY = f"""
with build as (
    select as_of_at from this_build
),

answers as (
    select
        client_id,
        week_start_date,
        count(*) as row_count,
        count_if(is_answered_within_day) as within_day_row_count,
        count_if(is_final) as final_row_count,
        count_if(is_unanswered) as unanswered_row_count,
        count_if(is_answered_within_working_day) as within_working_day_row_count,
        count_if(is_final_by_working_day) as working_day_row_count
    from reports.rpt_answers
    group by client_id, week_start_date
),

weeks as (
    select
        summary.*,
        acquainted_count + conversing_count + connected_count as active_count,
        row_number() over (partition by client_id order by week_start_date desc) as week_from_last,
        lag(week_start_date) over by_week as previous_week_start_date,
        lag(acquainted_count + conversing_count + connected_count + dormant_count) over by_week
            as previous_tie_count,
        lag(dormant_count) over by_week as previous_dormant_count,
        median(address_in_count) over trailing_weeks as trailing_address_in_count,
        count(*) over trailing_weeks as trailing_week_count
    from reports.rpt_engagement_summary as summary
    window
        by_week as (partition by client_id order by week_start_date),
        trailing_weeks as (
            partition by client_id order by week_start_date
            rows between {limits.TRAILING_WEEKS} preceding and 1 preceding
        )
)

select
    concat_ws(' ', weeks.client_id, cast(week_start_date as varchar)) as row_key,
    isodow(week_start_date) as week_start_weekday,
    date_diff('week', previous_week_start_date, week_start_date) as weeks_since_previous,
    -- as_of_date names the day of the moment that ends the data: at midnight that is the day after
    if(
        week_from_last = 1,
        date_diff('week', week_start_date, cast(date_trunc('week', horizon.as_of_date - 1) as date)),
        null
    ) as weeks_behind_as_of,
    date_diff('day', cast(build.as_of_at as date), weeks.as_of_date) as days_after_build,
    if(week_from_last > 1, is_complete_week, null) as is_complete_earlier_week,
    least({_COUNTS}) as least_count,
    real_conversation_count,
    exchange_count,
    address_in_count,
    address_in_count + address_out_count as address_count,
    person_in_count,
    answered_within_day_share,
    abs(
        coalesce(answered_within_day_share, -1) - answered_within_day_count / nullif(answer_due_count, 0)
    ) as answered_share_difference,
    abs(
        coalesce(answered_within_working_day_share, -1)
        - answered_within_working_day_count / nullif(working_day_due_count, 0)
    ) as working_day_share_difference,
    greatest(
        answer_due_count, answered_within_day_count, unanswered_count, working_day_due_count,
        answered_within_working_day_count
    ) as asked_count,
    median_answer_hours,
    -- a week with no row at all in rpt_answers is one with nothing to answer
    abs(address_in_count - coalesce(row_count, 0))
    + abs(answered_within_day_count - coalesce(within_day_row_count, 0))
    + abs(answer_due_count - coalesce(final_row_count, 0))
    + abs(unanswered_count - coalesce(unanswered_row_count, 0))
    + coalesce(abs(answered_within_working_day_count - coalesce(within_working_day_row_count, 0)), 0)
    + coalesce(abs(working_day_due_count - coalesce(working_day_row_count, 0)), 0) as beyond_the_answers_count,
    if(is_settled_week, address_in_count - answer_due_count, null) as not_judged_count,
    if(is_settled_week and not is_complete_week, 1, 0) as settled_early_count,
    greatest(new_count + deepened_count + cooled_count + revived_count - active_count, 0)
    + greatest(lapsed_count - dormant_count, 0) as moved_beyond_stock_count,
    abs(active_count + dormant_count - previous_tie_count - new_count)
    + abs(dormant_count - previous_dormant_count - lapsed_count + revived_count) as stock_unexplained_count,
    if(
        -- the newest complete week is the last one or the one before it
        is_complete_week
        and week_from_last <= 2
        and trailing_week_count >= {limits.TRAILING_WEEKS_MIN}
        and trailing_address_in_count >= {limits.VOLUME_FLOOR},
        address_in_count / trailing_address_in_count,
        null
    ) as volume_ratio
from weeks
cross join build
left join answers using (client_id, week_start_date)
left join (
    select client_id, max(as_of_date) as as_of_date from reports.rpt_coverage group by client_id
) as horizon on weeks.client_id = horizon.client_id
"""

_LEDGER = (
    "run `rapport build --full-refresh`; if it stays, rpt_engagement_summary and marts.relationship_weeks "
    "count different things: compare them for that client and week."
)


def suite() -> gx.ExpectationSuite:
    """Rules of the weekly summary."""
    return suite_of(
        "rpt_engagement_summary",
        [
            rule(
                "weeks_start_on_monday",
                gxe.ExpectColumnValuesToBeInSet,
                column="week_start_weekday",
                value_set=[1],
                reason="a week is an ISO week; one that starts on another day was cut by another calendar "
                "or time zone.",
                remedy="see that the build runs in UTC (dbt_project/profiles.yml), then build again.",
            ),
            rule(
                "weeks_have_no_holes",
                gxe.ExpectColumnValuesToBeInSet,
                column="weeks_since_previous",
                value_set=[1],
                reason="between a client's first and last week every week is present; a chart over a hole "
                "shows a line where nothing is known.",
                remedy="build again with --full-refresh; if it stays, fetch the missing week (an extraction, "
                "backfill) and build.",
            ),
            rule(
                "last_week_reaches_as_of",
                gxe.ExpectColumnValuesToBeBetween,
                column="weeks_behind_as_of",
                min_value=-1,
                max_value=0,
                reason="the newest week shown is the one in which the data ends; an older one would pass "
                "off an old week as the present.",
                remedy="run `rapport build` after `rapport load`; if it stays, the calendar of weeks in "
                "rpt_engagement_summary ends too early.",
            ),
            rule(
                "weeks_end_with_the_data",
                gxe.ExpectColumnValuesToBeBetween,
                column="days_after_build",
                max_value=0,
                reason="a measure as of a day after the end of the data claims to know what was never seen.",
                remedy="look at intermediate.int_coverage__as_of and the windows in raw.pages for that "
                "client.",
            ),
            rule(
                "only_the_last_week_is_incomplete",
                gxe.ExpectColumnValuesToBeInSet,
                column="is_complete_earlier_week",
                value_set=[True],
                reason="a week with a later one after it has ended; marked incomplete, it would be left "
                "out of comparisons.",
                remedy="build again with --full-refresh: the mark is left over from an earlier as-of.",
            ),
            rule(
                "counts_are_not_negative",
                gxe.ExpectColumnValuesToBeBetween,
                column="least_count",
                min_value=0,
                reason="a count below zero comes from a subtraction that took away what was never added.",
                remedy="find the negative column of that row, and its expression in "
                "rpt_engagement_summary.sql.",
            ),
            rule(
                "answered_share_is_a_share",
                gxe.ExpectColumnValuesToBeBetween,
                column="answered_within_day_share",
                min_value=0,
                max_value=1,
                reason="a share lies between 0 and 1; above 1 answers were counted that answer nothing.",
                remedy="compare its numerator and denominator in rpt_engagement_summary.sql.",
            ),
            rule(
                "answered_share_agrees_with_its_counts",
                gxe.ExpectColumnValuesToBeBetween,
                column="answered_share_difference",
                max_value=0.001,
                reason="whoever divides the counts shown, answered within a day by those due, must find "
                "the share shown.",
                remedy="compare answered_within_day_share with its two counts in rpt_engagement_summary.sql.",
            ),
            rule(
                "working_day_share_agrees_with_its_counts",
                gxe.ExpectColumnValuesToBeBetween,
                column="working_day_share_difference",
                max_value=0.001,
                reason="whoever divides the counts shown, answered within a working day by those due, must find the "
                "share shown.",
                remedy="compare answered_within_working_day_share with its two counts in rpt_engagement_summary.sql.",
            ),
            rule(
                "answers_belong_to_addresses",
                gxe.ExpectColumnPairValuesAToBeGreaterThanB,
                column_A="address_in_count",
                column_B="asked_count",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                reason="only an address to us of that week can be answered, due or left unanswered: there "
                "are not more of these than addresses.",
                remedy="compare int_waiting__addresses with int_relationships__addresses for that client "
                "and week.",
            ),
            rule(
                "weeks_add_up_their_answers",
                gxe.ExpectColumnValuesToBeInSet,
                column="beyond_the_answers_count",
                value_set=[0],
                reason="every address to us is in rpt_answers, in the week in which it came: whoever counts its rows "
                "must find the week's figures.",
                remedy="compare rpt_answers with int_relationships__addresses for that client and week.",
            ),
            rule(
                "a_settled_week_judges_every_address",
                gxe.ExpectColumnValuesToBeInSet,
                column="not_judged_count",
                value_set=[0],
                reason="what came in on a week's last day, too, was answered in time or was not: left out, it would be "
                "in no week's share.",
                remedy="compare settled_at in int_clients__weeks with is_final in int_waiting__answers.",
            ),
            rule(
                "weeks_are_settled_after_their_end",
                gxe.ExpectColumnValuesToBeInSet,
                column="settled_early_count",
                value_set=[0],
                reason="a week that still runs gets more addresses: nothing of it is final.",
                remedy="look at is_settled_week in int_clients__weeks, and at the definition prompt_answer_hours.",
            ),
            rule(
                "answers_come_after_questions",
                gxe.ExpectColumnValuesToBeBetween,
                column="median_answer_hours",
                min_value=0,
                reason="an answer before its question means that two posts were paired wrongly.",
                remedy="look at the pairs behind that week: addresses to us and the posts taken as answers.",
            ),
            rule(
                "real_conversations_have_exchanges",
                gxe.ExpectColumnPairValuesAToBeGreaterThanB,
                column_A="exchange_count",
                column_B="real_conversation_count",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                reason="a conversation becomes real with an exchange of that week; more of them than "
                "exchanges means that some are counted twice.",
                remedy=_LEDGER,
            ),
            rule(
                "exchanges_have_addresses",
                gxe.ExpectColumnPairValuesAToBeGreaterThanB,
                column_A="address_count",
                column_B="exchange_count",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                reason="every exchange is dated at an address of that week, so there can't be more of them.",
                remedy=_LEDGER,
            ),
            rule(
                "people_have_addresses",
                gxe.ExpectColumnPairValuesAToBeGreaterThanB,
                column_A="address_in_count",
                column_B="person_in_count",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                reason="a person is counted for an address to us; more people than addresses means that "
                "one post counts for several.",
                remedy=_LEDGER,
            ),
            rule(
                "movements_fit_the_stock",
                gxe.ExpectColumnValuesToBeInSet,
                column="moved_beyond_stock_count",
                value_set=[0],
                reason="who was won or deepened this week stands in the stock at its end, who lapsed is "
                "dormant there.",
                remedy=_LEDGER,
            ),
            rule(
                "stock_follows_from_movements",
                gxe.ExpectColumnValuesToBeInSet,
                column="stock_unexplained_count",
                value_set=[0],
                reason="ties of this week are those of the last plus the new ones, and the dormant ones "
                "follow from lapsed and revived; else the report contradicts itself from week to week.",
                remedy=_LEDGER,
            ),
            rule(
                "address_volume_is_in_line",
                gxe.ExpectColumnValuesToBeBetween,
                column="volume_ratio",
                min_value=limits.VOLUME_RATIO_MIN,
                max_value=limits.VOLUME_RATIO_MAX,
                reason="the newest complete week holds far fewer or far more addresses to us than the "
                f"{limits.TRAILING_WEEKS} weeks before it (judged from a median of {limits.VOLUME_FLOOR} on): posts "
                "were lost or doubled on the way.",
                remedy="compare rpt_coverage and the load profile of that week; fetch it again, or wait a "
                "week if the silence is real.",
            ),
        ],
    )


CHECK = TableCheck("rpt_engagement_summary", _QUERY, suite)
