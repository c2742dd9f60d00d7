"""For every rule of `quality.suites.conversations`, what breaks it."""

_TALK = "update reports.rpt_conversations set {} where root_post_id = '9003'"

FAULTS = {
    "state_is_known": [_TALK.format("state = 'asleep'")],
    "starter_is_known": [_TALK.format("started_by = 'nobody'")],
    "conversations_open_before_they_end": [_TALK.format("opened_at = last_active_at + interval 1 hour")],
    "conversations_become_real_while_they_last": [
        _TALK.format("became_real_at = last_active_at + interval 1 hour")
    ],
    # brought by a look-up from the day after
    "conversations_lie_before_as_of": [_TALK.format("last_active_at = '2026-07-31 05:00:00+00'")],
    "parts_stay_within_the_whole": [_TALK.format("turn_count = 7")],
    "real_conversations_agree_with_themselves": [_TALK.format("real_person_count = 0")],
    "real_conversations_went_back_and_forth": [_TALK.format("exchange_count = 1")],
    "conversation_completeness_is_a_share": [_TALK.format("completeness = 1.25, captured_reply_count = 6")],
    "conversation_completeness_agrees_with_its_counts": [_TALK.format("completeness = 0.5")],
    "missing_replies_agree_with_the_counts": [_TALK.format("missing_reply_count = 0")],
    "what_is_missing_has_a_reason": [_TALK.format("missing_reason = 'nothing missing'")],
    "roots_were_looked_up": ["update reports.rpt_conversations set is_root_missing = root_post_id < '9020'"],
    "conversations_speak_of_the_same_day": [_TALK.format("as_of_date = '2026-07-29'")],
}
