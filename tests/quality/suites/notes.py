"""For every rule of `quality.suites.notes`, what breaks it."""

_NOTE = "update reports.rpt_notes set {} where note_id = '{}'"

FAULTS = {
    "no_note_is_shown_without_a_basis": [_NOTE.format("consent_basis = ''", "a")],
    "notes_come_with_their_person": [_NOTE.format("note = null", "a")],
    "notes_name_nobody_whom_they_do_not_know": [_NOTE.format("handle = 'ana'", "b")],
    "notes_speak_of_the_same_day": [_NOTE.format("as_of_date = '2026-07-29'", "a")],
}
