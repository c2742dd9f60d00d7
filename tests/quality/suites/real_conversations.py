"""For every rule of `quality.suites.real_conversations`, what breaks it."""

_TALK = "update reports.rpt_real_conversations set {} where root_post_id = '9021'"

FAULTS = {
    "somebody_came_back_in_it": [_TALK.format("exchange_count = 1")],
    "it_was_with_one_of_us": [_TALK.format("our_account_id = '99'")],
    # told a week too late
    "it_became_real_in_its_week": [_TALK.format("became_real_at = became_real_at - interval 7 day")],
    "it_became_real_before_as_of": [_TALK.format("became_real_at = '2027-01-05'")],
    "its_link_leads_to_the_answer": [_TALK.format("post_url = 'https://x.com/i/web/status/20'")],
    "real_conversations_speak_of_the_same_day": [_TALK.format("as_of_date = '2026-07-29'")],
}
