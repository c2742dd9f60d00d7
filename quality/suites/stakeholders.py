"""reports.rpt_stakeholders: one row per client and stakeholder."""

from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, TableCheck, as_of_rule, rule, suite_of

_QUERY = f"""
select
    concat_ws(' ', wanted.client_id, stakeholder_id) as row_key,
    wanted.stakeholder_priority,
    standing,
    case wanted.stage
        when 'stranger' then 'not yet met'
        when 'noticed' then if(wanted.address_out_count > 0, 'sought out', 'reached out to us')
        when 'acquainted' then 'answered'
        when 'conversing' then 'in conversation'
        when 'connected' then 'connected'
        when 'dormant' then 'fell silent'
    end as standing_by_the_stage,
    wanted.stage,
    coalesce(ties.stage, 'stranger') as stage_of_the_tie,
    -- each count needs its first time, and a first time its count
    abs((wanted.address_in_count > 0)::int - (reached_out_at is not null)::int)
    + abs((wanted.address_out_count > 0)::int - (sought_out_at is not null)::int)
    + abs((wanted.exchange_count > 0)::int - (answered_at is not null)::int)
    + abs((wanted.real_conversation_count > 0)::int - (in_conversation_at is not null)::int)
        as step_without_count,
    if(answered_at < least(reached_out_at, sought_out_at), 1, 0)
    + if(in_conversation_at < answered_at, 1, 0)
    + if(wanted.last_contact_at < wanted.last_mutual_at, 1, 0) as step_out_of_order_count,
    date_diff('day', wanted.as_of_date, cast(wanted.last_contact_at as date)) as contact_after_as_of_days,
    date_diff('day', horizon.as_of_date, wanted.as_of_date) as as_of_difference_days
from reports.rpt_stakeholders as wanted
left join reports.rpt_relationships as ties
    on wanted.client_id = ties.client_id and wanted.person_id = ties.person_id
left join {AS_OF_BY_CLIENT} as horizon on wanted.client_id = horizon.client_id
"""

_TIE = "follow that person through marts.relationship_weeks and intermediate.int_clients__stakeholders."


def suite() -> gx.ExpectationSuite:
    """Rules of the stakeholders."""
    return suite_of(
        "rpt_stakeholders",
        [
            rule(
                "stakeholder_priorities_are_known",
                gxe.ExpectColumnValuesToBeInSet,
                column="stakeholder_priority",
                value_set=[1, 2, 3],
                reason="priorities run from 1 (first) to 3 in rapport.toml.",
                remedy="mend the priority in rapport.toml, then `rapport build` again.",
            ),
            rule(
                "standing_follows_from_the_stage",
                gxe.ExpectColumnPairValuesToBeEqual,
                column_A="standing",
                column_B="standing_by_the_stage",
                ignore_row_if="neither",
                reason="the standing is the stage in the client's words; a client must not read of a tie that "
                "the ledger does not hold.",
                remedy="compare the case of standing in rpt_stakeholders.sql with the glossary.",
            ),
            rule(
                "stakeholders_stand_where_their_tie_stands",
                gxe.ExpectColumnPairValuesToBeEqual,
                column_A="stage",
                column_B="stage_of_the_tie",
                ignore_row_if="neither",
                reason="the same person can't be at two stages in two tables of one report.",
                remedy=_TIE,
            ),
            rule(
                "steps_have_their_counts",
                gxe.ExpectColumnValuesToBeInSet,
                column="step_without_count",
                value_set=[0],
                reason="who was sought out on a day was addressed at least once, and so for every step.",
                remedy=_TIE,
            ),
            rule(
                "steps_are_in_order",
                gxe.ExpectColumnValuesToBeInSet,
                column="step_out_of_order_count",
                value_set=[0],
                reason="nobody answers before anybody wrote, nor comes back before they answered.",
                remedy=_TIE,
            ),
            rule(
                "stakeholder_contacts_lie_before_as_of",
                gxe.ExpectColumnValuesToBeBetween,
                column="contact_after_as_of_days",
                max_value=0,
                reason="a measure as of a day uses nothing later.",
                remedy=_TIE,
            ),
            as_of_rule("rpt_stakeholders"),
        ],
    )


CHECK = TableCheck("rpt_stakeholders", _QUERY, suite)
