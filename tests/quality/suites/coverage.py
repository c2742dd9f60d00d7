"""For every rule of `quality.suites.coverage`, what breaks it."""

_COVER = "update reports.rpt_coverage set {} where stream = '{}'"

FAULTS = {
    "streams_are_fresh": [_COVER.format("last_window_end_at = '2026-07-25 00:00:00+00'", "mentions")],
    "windows_run_forward": [_COVER.format("first_window_start_at = last_window_end_at", "own_posts")],
    "windows_were_over_when_fetched": [
        _COVER.format("last_fetched_at = last_window_end_at - interval 1 hour", "own_posts")
    ],
    "coverage_completeness_is_a_share": [_COVER.format("completeness = 1.1", "conversations")],
    "coverage_completeness_agrees_with_its_counts": [_COVER.format("completeness = 0.3", "conversations")],
    "incomplete_conversations_are_conversations": [
        _COVER.format("incomplete_conversation_count = 25", "conversations")
    ],
    "coverage_speak_of_the_same_day": [_COVER.format("as_of_date = '2026-07-29'", "profiles")],
}
