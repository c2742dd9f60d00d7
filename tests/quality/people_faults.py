"""Faults for the rules of the reports on whom we lose, whom we want and whom to seek out: see `faults`."""

_SILENT = "update reports.rpt_nurture set {} where person_id = '63'"
_WANTED = "update reports.rpt_stakeholders set {} where stakeholder_id = '41'"
_SOUGHT = "update reports.rpt_worth_seeking_out set {} where person_id = '72'"

NURTURE = {
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

STAKEHOLDERS = {
    "stakeholder_priorities_are_known": [_WANTED.format("stakeholder_priority = 4")],
    "standing_follows_from_the_stage": [_WANTED.format("standing = 'sought out'")],
    "stakeholders_stand_where_their_tie_stands": [
        _WANTED.format("stage = 'conversing', standing = 'in conversation'")
    ],
    "steps_have_their_counts": [_WANTED.format("sought_out_at = null")],
    "steps_are_in_order": [_WANTED.format("in_conversation_at = answered_at - interval 1 day")],
    "stakeholder_contacts_lie_before_as_of": [_WANTED.format("last_contact_at = '2026-08-02 00:00:00+00'")],
    "stakeholders_speak_of_the_same_day": [_WANTED.format("as_of_date = '2026-07-29'")],
}

WORTH_SEEKING_OUT = {
    "new_people_are_strangers_or_noticed": [_SOUGHT.format("stage = 'dormant'")],
    # somebody we talk with
    "new_people_have_no_exchange_with_us": [_SOUGHT.format("person_id = '43'")],
    "who_introduces_talks_with_us": [_SOUGHT.format("via_person_id = '45', via_person_ids = ['45']")],
    "people_between_are_counted": [_SOUGHT.format("via_person_count = 2")],
    "shared_topics_are_counted": [_SOUGHT.format("shared_topics = []")],
    "scores_rest_on_ties": [_SOUGHT.format("their_strength = 50")],
    # ranked by something else, say by followers
    "seeking_list_is_in_order": [
        "update reports.rpt_worth_seeking_out set seek_rank = 4 - seek_rank where seek_rank in (1, 3)"
    ],
    "seeking_list_is_short": [_SOUGHT.format("seek_rank = 51")],
    "worth_seeking_out_speak_of_the_same_day": [_SOUGHT.format("as_of_date = '2026-07-29'")],
}

FAULTS: dict[str, dict[str, list[str]]] = {
    "rpt_nurture": NURTURE,
    "rpt_stakeholders": STAKEHOLDERS,
    "rpt_worth_seeking_out": WORTH_SEEKING_OUT,
}
