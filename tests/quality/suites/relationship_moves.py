"""For every rule of `quality.suites.relationship_moves`, what breaks it."""

_MOVE = "update reports.rpt_relationship_moves set {} where person_id = '{}' and movement = '{}'"

FAULTS = {
    "moves_are_possible": [_MOVE.format("stage_after = 'conversing'", "44", "lapsed")],
    "moves_have_evidence": [_MOVE.format("evidence_post_ids = []", "44", "revived")],
    "moves_follow_each_other": [_MOVE.format("stage_before = 'connected'", "44", "lapsed")],
    "ageing_is_patient": [
        _MOVE.format("week_start_date = '2026-04-06', as_of_date = '2026-04-13'", "44", "lapsed")
    ],
    "move_weeks_start_on_monday": [
        _MOVE.format("week_start_date = '2026-04-15', as_of_date = '2026-04-22'", "44", "lapsed")
    ],
    "moves_lie_before_as_of": [_MOVE.format("week_start_date = '2026-08-03'", "44", "revived")],
    "relationship_moves_speak_of_the_same_day": [_MOVE.format("as_of_date = '2026-07-01'", "44", "revived")],
}
