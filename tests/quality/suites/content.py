"""For every rule of `quality.suites.content`, what breaks it."""

_POST = "update reports.rpt_content set {} where post_id = '8001'"

FAULTS = {
    "who_came_back_had_answered": [_POST.format("returner_count = 3, content_rank = 1")],
    # the post that went round, put first
    "content_is_ranked_by_conversations": [
        "update reports.rpt_content set content_rank = 1 where post_id = '8002'"
    ],
    # a conversation counted for every post of ours in it
    "a_conversation_has_one_spark": [_POST.format("real_conversation_count = 1000, content_rank = 1")],
    "content_lies_before_as_of": [_POST.format("created_at = '2026-08-02 00:00:00+00'")],
    "content_links_lead_to_the_post": [_POST.format("post_url = 'https://x.com/i/web/status/20'")],
    "content_speak_of_the_same_day": [_POST.format("as_of_date = '2026-07-29'")],
}
