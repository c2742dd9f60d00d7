"""reports.rpt_context_counts: one row per client, account of ours and ISO week."""

from quality.gx import gx, gxe
from quality.suites.rules import TableCheck, rule, suite_of

_QUERY = """
select
    concat_ws(' ', counts.client_id, network || ':' || account_id, cast(counts.week_start_date as varchar)) as row_key,
    least(
        follower_count, post_count, like_count, repost_count, quote_count, reply_count, bookmark_count,
        impression_count
    ) as least_count,
    date_diff('day', counts.as_of_date, cast(follower_observed_at as date)) as followers_seen_after_days,
    date_diff('day', counts.week_start_date, cast(counts_observed_at as date)) as counts_seen_days,
    coalesce(date_diff('day', summary.as_of_date, counts.as_of_date), -9999) as as_of_difference_days
from reports.rpt_context_counts as counts
left join reports.rpt_engagement_summary as summary
    on counts.client_id = summary.client_id and counts.week_start_date = summary.week_start_date
"""


def suite() -> gx.ExpectationSuite:
    """Rules of the context."""
    return suite_of(
        "rpt_context_counts",
        [
            rule(
                "context_counts_are_not_negative",
                gxe.ExpectColumnValuesToBeBetween,
                column="least_count",
                min_value=0,
                reason="the network counts up from nothing; below it a field was misread.",
                remedy="look at public_metrics of that account's posts and profile in raw.posts and raw.users.",
            ),
            rule(
                "followers_were_seen_by_the_weeks_end",
                gxe.ExpectColumnValuesToBeBetween,
                column="followers_seen_after_days",
                max_value=0,
                reason="a week shown with followers it did not have yet would make every backfill look like "
                "growth.",
                remedy="see the join on observed_at in rpt_context_counts.sql, then build again.",
            ),
            rule(
                "counts_were_seen_after_the_posts",
                gxe.ExpectColumnValuesToBeBetween,
                column="counts_seen_days",
                min_value=0,
                reason="nobody counts the likes of a post that is not written yet: a clock or a week is wrong.",
                remedy="set this machine's clock (NTP); compare created_at and observed_at of those posts.",
            ),
            rule(
                "context_speaks_of_the_summarys_weeks",
                gxe.ExpectColumnValuesToBeInSet,
                column="as_of_difference_days",
                value_set=[0],
                reason="context stands beside the weeks it is context of.",
                remedy="run `rapport build --full-refresh`, then check again.",
            ),
        ],
    )


CHECK = TableCheck("rpt_context_counts", _QUERY, suite)
