"""For every rule of `quality.suites.lone_posts`, what breaks it."""

_LONE = "update reports.rpt_lone_posts set {} where root_post_id = '9101'"

FAULTS = {
    # the network counts an answer, and it says that there is none
    "silence_agrees_with_the_count_of_replies": [_LONE.format("missing_reply_count = 1")],
    "lone_posts_are_no_conversations": [
        "insert into reports.rpt_conversations by name select *, 'quiet' as state, 'us' as started_by, 1 as "
        "our_post_count, 0 as their_post_count, false as is_real, 0 as exchange_count, false as is_root_missing, "
        "from (select client_id, network, root_post_id, opened_at, last_active_at, missing_reply_count, "
        "missing_reason, post_count, as_of_date from reports.rpt_lone_posts where root_post_id = '9101')"
    ],
    "lone_posts_lie_before_as_of": [_LONE.format("last_active_at = '2026-07-31 05:00:00+00'")],
    "lone_links_lead_to_the_post": [_LONE.format("post_url = 'https://x.com/i/web/status/20'")],
    "lone_posts_speak_of_the_same_day": [_LONE.format("as_of_date = '2026-07-29'")],
}
