"""For every rule of `quality.suites.tags`, what breaks it."""

_TAG = "update reports.rpt_tags set {} where tag = 'press'"

FAULTS = {
    "tags_count_the_people_who_have_them": [_TAG.format("person_count = 3")],
    "tags_say_of_how_many_they_speak": [_TAG.format("tagged_person_count = 3")],
    "met_are_among_the_tagged": [_TAG.format("met_count = 3")],
    "ties_are_among_the_met": [_TAG.format("acquainted_count = 1"), _TAG.format("conversing_count = 1")],
    "moved_are_among_the_met": [_TAG.format("won_count = 2"), _TAG.format("lost_count = 1")],
    "who_waits_has_something_waiting": [_TAG.format("waiting_person_count = 1")],
    "waiting_of_tags_is_among_all_that_waits": [_TAG.format("waiting_count = 99")],
    "conversations_of_a_week_are_among_those_of_the_quarter": [
        _TAG.format("week_real_conversation_count = 9")
    ],
    "tags_speak_of_the_same_day": [_TAG.format("as_of_date = '2026-07-29'")],
}
