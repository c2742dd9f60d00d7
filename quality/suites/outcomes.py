"""reports.rpt_outcomes: one row per client and outcome."""

from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, TableCheck, as_of_rule, rule, suite_of

_QUERY = f"""
select
    concat_ws(' ', outcomes.client_id, outcome_id) as row_key,
    if(
        consent_basis is null,
        if(coalesce(person_id, handle, display_name, note, stage_before) is null, 0, 1),
        null
    ) as named_without_basis_count,
    if(is_joined, 1, 0) + if(person_id is not null, 1, 0) + if(stage_before is not null, 1, 0)
    + if(exchange_count is not null, 1, 0) as joined_sign_count,
    date_diff(
        'day', occurred_date,
        greatest(cast(first_contact_at as date), cast(last_mutual_at as date), relationship_as_of_date)
    ) as known_after_days,
    case
        when stage_before is null then null
        when stage_before in ('connected', 'conversing') then real_conversation_count > 0
        when stage_before in ('acquainted', 'dormant') then exchange_count > 0
        when stage_before = 'noticed' then exchange_count = 0
        else address_in_count + address_out_count = 0
    end as has_its_evidence,
    if(is_end_of_silence, if(is_joined and kind in ('meeting', 'call'), 0, 1), null) as false_end_count,
    date_diff('day', horizon.as_of_date, outcomes.as_of_date) as as_of_difference_days
from reports.rpt_outcomes as outcomes
left join {AS_OF_BY_CLIENT} as horizon on outcomes.client_id = horizon.client_id
"""


def suite() -> gx.ExpectationSuite:
    """Rules of the outcomes."""
    return suite_of(
        "rpt_outcomes",
        [
            rule(
                "nobody_is_named_without_consent",
                gxe.ExpectColumnValuesToBeInSet,
                column="named_without_basis_count",
                value_set=[0],
                reason="without a basis for keeping it nothing may be said of whom an outcome is about.",
                remedy="see stg_rapport__outcomes.sql; `rapport outcome edit <id> --basis ...` if there is one.",
            ),
            rule(
                "joined_outcomes_stand_beside_a_relationship",
                gxe.ExpectColumnValuesToBeInSet,
                column="joined_sign_count",
                value_set=[0, 4],
                reason="person, stage and figures come together or not at all.",
                remedy="follow that outcome through int_outcomes__people.sql.",
            ),
            rule(
                "outcomes_use_nothing_later",
                gxe.ExpectColumnValuesToBeBetween,
                column="known_after_days",
                max_value=0,
                reason="what came after an outcome can't have preceded it: a thank-you would pass for the cause.",
                remedy="see the joins on occurred_date in rpt_outcomes.sql.",
            ),
            rule(
                "stages_before_have_their_evidence",
                gxe.ExpectColumnValuesToBeInSet,
                column="has_its_evidence",
                value_set=[True],
                reason="a stage without the exchanges it takes was joined from another person or another week.",
                remedy="compare that person's rows of marts.relationship_weeks before the day.",
            ),
            rule(
                "silences_end_with_people_who_met",
                gxe.ExpectColumnValuesToBeInSet,
                column="false_end_count",
                value_set=[0],
                reason="only a meeting or a call with a known person is contact, and takes them off the nurture list.",
                remedy="follow that outcome through int_relationships__silences.sql.",
            ),
            as_of_rule("rpt_outcomes"),
        ],
    )


CHECK = TableCheck("rpt_outcomes", _QUERY, suite)
