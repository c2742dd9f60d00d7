"""For every rule of `quality.suites.context_counts`, what breaks it."""

_COUNTS = "update reports.rpt_context_counts set {} where week_start_date = '2026-05-04'"

FAULTS = {
    "context_counts_are_not_negative": [_COUNTS.format("impression_count = -1")],
    # today's followers in every week of a backfill
    "followers_were_seen_by_the_weeks_end": [_COUNTS.format("follower_observed_at = '2026-07-30'")],
    "counts_were_seen_after_the_posts": [_COUNTS.format("counts_observed_at = '2026-05-01'")],
    "context_speaks_of_the_summarys_weeks": [_COUNTS.format("as_of_date = '2026-05-12'")],
}
