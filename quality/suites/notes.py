"""reports.rpt_notes: one row per client and note."""

from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, TableCheck, as_of_rule, rule, suite_of

# Of the note nothing is read but whether there is one.
_QUERY = f"""
select
    concat_ws(' ', notes.client_id, note_id) as row_key,
    if(coalesce(consent_basis, '') = '', 1, 0) as without_basis_count,
    if(is_joined, 1, 0) + if(person_id is not null, 1, 0) + if(note is not null, 1, 0) as joined_sign_count,
    if(person_id is null and coalesce(handle, display_name) is not null, 1, 0) as named_without_person_count,
    date_diff('day', horizon.as_of_date, notes.as_of_date) as as_of_difference_days
from reports.rpt_notes as notes
left join {AS_OF_BY_CLIENT} as horizon on notes.client_id = horizon.client_id
"""

_PEOPLE = "follow that note through int_notes__people.sql."


def suite() -> gx.ExpectationSuite:
    """Rules of the notes."""
    return suite_of(
        "rpt_notes",
        [
            rule(
                "no_note_is_shown_without_a_basis",
                gxe.ExpectColumnValuesToBeInSet,
                column="without_basis_count",
                value_set=[0],
                reason="without a basis for keeping it nothing may be said of a person.",
                remedy="see stg_rapport__notes.sql; `rapport note edit <id> --basis ...` if there is one.",
            ),
            rule(
                "notes_come_with_their_person",
                gxe.ExpectColumnValuesToBeInSet,
                column="joined_sign_count",
                value_set=[0, 3],
                reason="a note without its person could not be erased with them.",
                remedy=_PEOPLE,
            ),
            rule(
                "notes_name_nobody_whom_they_do_not_know",
                gxe.ExpectColumnValuesToBeInSet,
                column="named_without_person_count",
                value_set=[0],
                reason="a name without an id could not be erased with its person.",
                remedy=_PEOPLE,
            ),
            as_of_rule("rpt_notes"),
        ],
    )


CHECK = TableCheck("rpt_notes", _QUERY, suite)
