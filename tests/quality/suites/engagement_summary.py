"""For every rule of `quality.suites.engagement_summary`, what breaks it."""

_LAST_WEEK = "update reports.rpt_engagement_summary set {} where week_start_date = '2026-07-27'"
_SUMMARY = "update reports.rpt_engagement_summary set {} where week_start_date = '2026-05-04'"

FAULTS = {
    "weeks_start_on_monday": [_SUMMARY.format("week_start_date = '2026-05-05'")],
    "weeks_have_no_holes": [
        "delete from reports.rpt_engagement_summary where week_start_date = '2026-05-04'"
    ],
    "last_week_reaches_as_of": [
        "delete from reports.rpt_engagement_summary where week_start_date >= '2026-07-13'"
    ],
    "weeks_end_with_the_data": [_LAST_WEEK.format("as_of_date = '2026-08-03'")],
    "only_the_last_week_is_incomplete": [_SUMMARY.format("is_complete_week = false")],
    "counts_are_not_negative": [_SUMMARY.format("noticed_count = -1")],
    "answered_share_is_a_share": [_SUMMARY.format("answered_within_day_share = 1.2")],
    "answered_share_agrees_with_its_counts": [_SUMMARY.format("answered_within_day_share = 0.9")],
    "working_day_share_agrees_with_its_counts": [_SUMMARY.format("answered_within_working_day_share = 0.9")],
    "answers_belong_to_addresses": [_SUMMARY.format("unanswered_count = 31")],
    "weeks_add_up_their_answers": [
        # a week of which nothing is left
        "delete from reports.rpt_answers where week_start_date = '2026-05-04'",
        _SUMMARY.format(
            "answered_within_working_day_count = 13, answered_within_working_day_share = 13 / 30"
        ),
    ],
    # what came in on Sunday
    "a_settled_week_judges_every_address": [_SUMMARY.format("answer_due_count = 29")],
    "weeks_are_settled_after_their_end": [_LAST_WEEK.format("is_settled_week = true")],
    "answers_come_after_questions": [_SUMMARY.format("median_answer_hours = -0.5")],
    "real_conversations_have_exchanges": [_SUMMARY.format("real_conversation_count = 10")],
    "exchanges_have_addresses": [_SUMMARY.format("exchange_count = 43")],
    "people_have_addresses": [_SUMMARY.format("person_in_count = 31")],
    "movements_fit_the_stock": [_SUMMARY.format("deepened_count = 18")],
    "stock_follows_from_movements": [_SUMMARY.format("acquainted_count = acquainted_count + 1")],
    "address_volume_is_in_line": [
        "update reports.rpt_engagement_summary set address_in_count = 2, person_in_count = 2, "
        "unanswered_count = 0, answer_due_count = 0, answered_within_day_count = 0, "
        "answered_within_day_share = null where week_start_date = '2026-07-20'"
    ],
}
