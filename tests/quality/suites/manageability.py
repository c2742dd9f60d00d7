"""For every rule of `quality.suites.manageability`, what breaks it."""

_LOAD = "update reports.rpt_manageability set {} where account_id = '2' and week_start_date = '2026-05-04'"

FAULTS = {
    "accounts_answer_a_share": [_LOAD.format("answered_within_day_share = 1.5")],
    "accounts_share_agrees_with_its_counts": [
        _LOAD.format("answered_within_day_share = 0.9"),
        _LOAD.format("answered_within_working_day_share = 0.9"),
    ],
    # credited to whoever was addressed
    "accounts_are_credited_with_their_answers": [
        "update reports.rpt_answers set answered_by_account_id = '1' where post_id = '2026-05-04 3'",
        _LOAD.format("working_day_due_count = 14, answered_within_working_day_share = 7 / 14"),
    ],
    # a conversation counted for everybody of us who spoke in it
    "accounts_add_up_to_us": [_LOAD.format("real_conversation_count = 2")],
    "warnings_wait_for_the_weeks_end": [_LOAD.format("is_stretched = true, is_complete_week = false")],
    "manageability_speaks_of_the_summarys_weeks": [_LOAD.format("as_of_date = '2026-05-12'")],
}
