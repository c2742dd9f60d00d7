"""For every rule of `quality.suites.manageability`, what breaks it."""

_LOAD = "update reports.rpt_manageability set {} where account_id = '2' and week_start_date = '2026-05-04'"

FAULTS = {
    "accounts_answer_a_share": [_LOAD.format("answered_within_day_share = 1.5")],
    "accounts_share_agrees_with_its_counts": [_LOAD.format("answered_within_day_share = 0.9")],
    "accounts_answer_what_came_in": [_LOAD.format("answer_due_count = 16")],
    # a conversation counted for everybody of us who spoke in it
    "accounts_add_up_to_us": [_LOAD.format("real_conversation_count = 2")],
    "warnings_wait_for_the_weeks_end": [_LOAD.format("is_stretched = true, is_complete_week = false")],
    "manageability_speaks_of_the_summarys_weeks": [_LOAD.format("as_of_date = '2026-05-12'")],
}
