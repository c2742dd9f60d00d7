"""For every rule of `quality.suites.nurture`, what breaks it."""

_SILENT = "update reports.rpt_nurture set {} where person_id = '63'"

FAULTS = {
    "only_close_ties_are_nurtured": [_SILENT.format("stage = 'acquainted'")],
    # a contact yesterday
    "silences_are_unusual": [
        _SILENT.format("silent_days = 1, silence_ratio = 1 / usual_gap_days, nurture_rank = 4"),
        "update reports.rpt_nurture set nurture_rank = 3 where person_id = '64'",
    ],
    "silent_ties_are_not_dormant": [
        _SILENT.format("silent_days = 120, silence_ratio = 120 / usual_gap_days")
    ],
    "silence_ratio_agrees_with_its_parts": [_SILENT.format("silence_ratio = 2")],
    # counted to the clock of the build
    "silences_end_at_as_of": [_SILENT.format("silent_days = 50, silence_ratio = 50 / usual_gap_days")],
    "nurture_list_is_in_order": [
        "update reports.rpt_nurture set nurture_rank = 5 - nurture_rank where nurture_rank in (1, 4)"
    ],
    "last_word_was_somebodys": [_SILENT.format("last_answer_by = 'nobody'")],
    "nurture_links_lead_to_the_post": [_SILENT.format("post_url = 'https://x.com/i/web/status/20'")],
    # the text of a post left where a message has none
    "nurtured_messages_stay_private": [_SILENT.format("last_post_id = 'dm:1', post_url = null")],
    "nurture_speak_of_the_same_day": [_SILENT.format("as_of_date = '2026-07-29'")],
}
