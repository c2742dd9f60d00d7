"""For every rule of `quality.suites.outcomes`, what breaks it."""

_OUTCOME = "update reports.rpt_outcomes set {} where outcome_id = '{}'"

FAULTS = {
    "nobody_is_named_without_consent": [_OUTCOME.format("handle = 'ana'", "c")],
    "joined_outcomes_stand_beside_a_relationship": [_OUTCOME.format("stage_before = null", "b")],
    # joined as it stands today
    "outcomes_use_nothing_later": [_OUTCOME.format("last_mutual_at = '2026-07-29 00:00:00+00'", "a")],
    "stages_before_have_their_evidence": [_OUTCOME.format("stage_before = 'conversing'", "b")],
    "silences_end_with_people_who_met": [_OUTCOME.format("is_end_of_silence = true", "c")],
    "outcomes_speak_of_the_same_day": [_OUTCOME.format("as_of_date = '2026-07-29'", "a")],
}
