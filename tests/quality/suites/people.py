"""For every rule of `quality.suites.people`, what breaks it."""

_PERSON = "update reports.rpt_people set {} where entry_id = '{}'"

FAULTS = {
    "owners_say_how_they_are_known": [_PERSON.format("owner_basis = null", "41")],
    "owners_by_answers_have_answered": [_PERSON.format("owner_answer_count = 0", "45")],
    "owners_answer_no_more_than_all_of_us": [_PERSON.format("answer_count = 1", "45")],
    "people_stand_where_their_tie_stands": [_PERSON.format("stage = 'dormant'", "41")],
    "tags_stand_once_and_in_order": [
        # nobody else's figures move
        _PERSON.format("tags = ['press', 'funder']", "41"),
    ],
    "people_speak_of_the_same_day": [_PERSON.format("as_of_date = '2026-07-29'", "41")],
}
