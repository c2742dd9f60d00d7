"""For every rule of `quality.suites.topic_posts`, what breaks it."""

_POST = "update reports.rpt_topic_posts set {} where post_id = '8001'"

FAULTS = {
    "what_is_found_by_meaning_is_near_enough": [_POST.format("score = 0.01"), _POST.format("score = null")],
    "only_meaning_has_a_score": [_POST.format("found_by = 'word'")],
    "who_turned_to_us_is_somebody_else": [_POST.format("is_to_us = true, person_id = '41'")],
    "topic_posts_lie_before_as_of": [_POST.format("created_at = '2026-08-02 00:00:00+00'")],
    "topic_links_lead_to_the_post": [_POST.format("post_url = 'https://x.com/i/web/status/20'")],
    "topic_posts_speak_of_the_same_day": [_POST.format("as_of_date = '2026-07-29'")],
}
