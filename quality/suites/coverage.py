"""reports.rpt_coverage: one row per client, network and stream."""

from quality import limits
from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, TableCheck, as_of_rule, rule, suite_of
from rapport.networks import NETWORKS

_EXPECTED = ", ".join(f"'{stream}'" for network in NETWORKS.values() for stream in network.expected_streams)

_QUERY = f"""
with build as (
    select as_of_at from this_build
),

clients as (
    select client_id from raw.clients
)

select
    concat_ws(' ', nullif(coverage.client_id, ''), network || ':' || stream) as row_key,
    -- other streams follow from these two, and have nothing to fetch when nobody wrote
    if(
        stream in ({_EXPECTED})
        and clients.client_id is not null,
        epoch(build.as_of_at - last_window_end_at) / 86400,
        null
    ) as days_behind_as_of,
    first_window_start_at,
    last_window_end_at,
    if(last_window_end_at is null, null, last_fetched_at) as last_fetched_at,
    date_diff('day', horizon.as_of_date, coverage.as_of_date) as as_of_difference_days,
    completeness,
    abs(
        completeness - least(captured_reply_count / nullif(reported_reply_count, 0), 1)
    ) as completeness_difference,
    conversation_count,
    incomplete_conversation_count
from reports.rpt_coverage as coverage
cross join build
left join clients on coverage.client_id = clients.client_id
left join {AS_OF_BY_CLIENT} as horizon on coverage.client_id = horizon.client_id
"""


def suite() -> gx.ExpectationSuite:
    """Rules of the coverage."""
    return suite_of(
        "rpt_coverage",
        [
            rule(
                "streams_are_fresh",
                gxe.ExpectColumnValuesToBeBetween,
                column="days_behind_as_of",
                max_value=limits.STALE_DAYS,
                reason="posts and mentions of every client reach to the end of the data (three days of "
                "grace); a client whose stream stopped would look silent.",
                remedy="fetch that client's stream up to now (`rapport fetch`, or clear the failed "
                "extraction run), load, build.",
            ),
            rule(
                "windows_run_forward",
                gxe.ExpectColumnPairValuesAToBeGreaterThanB,
                column_A="last_window_end_at",
                column_B="first_window_start_at",
                ignore_row_if="either_value_is_missing",
                reason="what was read begins before it ends.",
                remedy="look at window_start_at and window_end_at of that stream in raw.pages.",
            ),
            rule(
                "windows_were_over_when_fetched",
                gxe.ExpectColumnPairValuesAToBeGreaterThanB,
                column_A="last_fetched_at",
                column_B="last_window_end_at",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                reason="a window that was fetched before its end counts as read, and the posts of its rest "
                "are never asked for again.",
                remedy="run `rapport load`, which cuts such a window where it was fetched, then `rapport build`; if it "
                "comes again, set this machine's clock (NTP).",
            ),
            as_of_rule("rpt_coverage"),
            rule(
                "coverage_completeness_is_a_share",
                gxe.ExpectColumnValuesToBeBetween,
                column="completeness",
                min_value=0,
                max_value=1,
                reason="completeness is a share of the replies the network reports: 0 to 1.",
                remedy="see that completeness is capped at 1 where more was captured than is still reported.",
            ),
            rule(
                "coverage_completeness_agrees_with_its_counts",
                gxe.ExpectColumnValuesToBeBetween,
                column="completeness_difference",
                max_value=0.001,
                reason="whoever divides the reply counts shown must find the completeness shown.",
                remedy="compare completeness with captured_reply_count and reported_reply_count of that "
                "client.",
            ),
            rule(
                "incomplete_conversations_are_conversations",
                gxe.ExpectColumnPairValuesAToBeGreaterThanB,
                column_A="conversation_count",
                column_B="incomplete_conversation_count",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                reason="the incomplete ones are some of all; the report says how many were left out of "
                "averages.",
                remedy="compare both counts in rpt_coverage.sql.",
            ),
        ],
    )


CHECK = TableCheck("rpt_coverage", _QUERY, suite)
