"""For every rule of `quality.suites.answers`, what breaks it."""

_ANSWERED = "update reports.rpt_answers set {} where post_id = '2026-05-04 3'"
_LATE = "update reports.rpt_answers set {} where post_id = '2026-05-04 12'"
_LEFT = "update reports.rpt_answers set {} where post_id = '2026-05-04 20'"

FAULTS = {
    "an_answer_is_told_whole": [_ANSWERED.format("answered_by_account_id = null")],
    "an_answer_comes_after_its_address": [_ANSWERED.format("answer_hours = -0.5")],
    # counted from another post of theirs
    "hours_run_from_the_address_to_the_answer": [_ANSWERED.format("answer_hours = answer_hours + 1")],
    "we_were_addressed_and_we_answered": [
        _ANSWERED.format("answered_by_account_id = '99'"), _LEFT.format("our_account_id = '99'"),
    ],
    "in_time_is_within_the_hours": [_LATE.format("is_answered_within_day = true")],
    # an answer of the next Wednesday
    "unanswered_is_as_of_the_settling": [_LATE.format("answered_at = settled_at + interval 1 day")],
    # what came on Sunday, and is never judged
    "a_settled_week_is_final": [_LEFT.format("is_final = false")],
    # hours of two rows of rapport.toml, added up
    "a_clients_hours_are_some_of_all": [
        _ANSWERED.format("answer_working_hours = answer_hours + 1"), _ANSWERED.format("answer_working_hours = -1"),
    ],
    "all_of_a_clients_answers_are_judged_by_its_hours": [
        _ANSWERED.format("answer_working_hours = null"), _LEFT.format("is_final_by_working_day = null"),
        # one address that came before hours were known
        _LEFT.format("is_answered_within_working_day = null, is_final_by_working_day = null"),
    ],
    "in_time_is_less_than_a_working_day": [_LATE.format("answer_working_hours = 9.6")],
    "answers_speak_of_the_same_day": [_LEFT.format("as_of_date = '2026-07-29'")],
}  # fmt: skip
