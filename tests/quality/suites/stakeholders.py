"""For every rule of `quality.suites.stakeholders`, what breaks it."""

_WANTED = "update reports.rpt_stakeholders set {} where stakeholder_id = '41'"

FAULTS = {
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
