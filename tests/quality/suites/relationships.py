"""For every rule of `quality.suites.relationships`, what breaks it."""

_TIE = "update reports.rpt_relationships set {} where person_id = '{}'"

FAULTS = {
    "reached_out_by_is_known": [_TIE.format("reached_out_by = 'both'", "43")],
    "stakeholder_priority_is_known": [_TIE.format("stakeholder_priority = 9", "41")],
    "balance_is_a_share": [_TIE.format("balance = 1.5", "43")],
    # the larger over the smaller direction, turned upside down
    "balance_agrees_with_addresses": [_TIE.format("balance = 0.9", "43")],
    # forty replies in one thread taken for a relationship
    "stage_has_its_evidence": [
        _TIE.format("stage = 'connected', exchange_count = 39, address_in_count = 40, address_out_count = 40, "
                    "balance = 1, real_conversation_count = 1", "43")
    ],
    "real_conversations_have_exchanges_each": [_TIE.format("real_conversation_count = 5", "42")],
    "exchanges_stay_below_addresses": [_TIE.format("exchange_count = 11", "42")],
    "contacts_are_in_order": [_TIE.format("first_contact_at = last_contact_at + interval 1 hour", "42")],
    "mutual_contact_is_a_contact": [_TIE.format("last_mutual_at = last_contact_at + interval 1 hour", "42")],
    "contacts_lie_before_as_of": [_TIE.format("last_contact_at = '2026-08-02 00:00:00+00'", "42")],
    "stage_began_in_the_period": [_TIE.format("stage_since_date = '2025-12-29'", "42")],
    "active_weeks_fit_the_period": [_TIE.format("active_week_count = 60", "42")],
    "strength_fits_addresses": [_TIE.format("strength = 11", "42")],
    "silence_makes_dormant": [_TIE.format("last_mutual_at = '2026-04-22 00:00:00+00'", "42")],
    "dormant_ties_are_silent": [
        _TIE.format("last_mutual_at = '2026-05-01', last_contact_at = '2026-05-01'", "44")
    ],
    "relationships_speak_of_the_same_day": [_TIE.format("as_of_date = '2026-07-29'", "43")],
}  # fmt: skip
