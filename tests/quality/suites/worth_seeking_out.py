"""For every rule of `quality.suites.worth_seeking_out`, what breaks it."""

_SOUGHT = "update reports.rpt_worth_seeking_out set {} where person_id = '72'"

FAULTS = {
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
