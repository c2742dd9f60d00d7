"""reports.rpt_relationships: one row per client and person."""

from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, TableCheck, as_of_rule, rule, suite_of
from rapport.definitions import definition, in_words

_QUERY = f"""
select
    concat_ws(' ', ties.client_id, person_id) as row_key,
    reached_out_by,
    if(is_stakeholder, stakeholder_priority, null) as stakeholder_priority,
    balance,
    abs(
        balance
        - coalesce(
            least(address_in_count, address_out_count)
            / nullif(greatest(address_in_count, address_out_count), 0),
            0
        )
    ) as balance_difference,
    -- how many exchanges and real conversations the stage asks for beyond those there are
    case stage
        when 'noticed' then exchange_count
        when 'conversing'
            then greatest({definition("conversing_conversations")} - real_conversation_count, 0)
        when 'connected'
            then greatest({definition("connected_conversations")} - real_conversation_count, 0)
        else greatest(1 - exchange_count, 0)
    end as missing_for_stage_count,
    exchange_count,
    real_conversation_count * {definition("real_conversation_exchanges")} as exchange_needed_count,
    -- the address that opens is no exchange yet
    greatest(exchange_count - (address_in_count + address_out_count), 0) as exchange_beyond_address_count,
    first_contact_at,
    last_contact_at,
    if(last_mutual_at between first_contact_at and last_contact_at, 0, 1)
    + if(last_mutual_at is null, null, 0) as mutual_outside_contact_count,
    date_diff('day', ties.as_of_date, cast(last_contact_at as date)) as contact_after_as_of_days,
    greatest(
        date_diff('day', ties.as_of_date, stage_since_date),
        date_diff('day', stage_since_date, cast(date_trunc('week', first_contact_at) as date))
    ) as stage_outside_period_days,
    active_week_count,
    date_diff('week', date_trunc('week', first_contact_at), date_trunc('week', last_contact_at)) + 1
        as contact_span_weeks,
    strength / nullif(address_in_count + address_out_count, 0) as strength_per_address,
    if(
        stage in ('acquainted', 'conversing', 'connected'),
        date_diff('week', date_trunc('week', last_mutual_at), date_trunc('week', ties.as_of_date)),
        null
    ) as silent_weeks_of_active,
    if(
        stage = 'dormant',
        date_diff('week', date_trunc('week', last_mutual_at), date_trunc('week', ties.as_of_date)),
        null
    ) as silent_weeks_of_dormant,
    date_diff('day', horizon.as_of_date, ties.as_of_date) as as_of_difference_days
from reports.rpt_relationships as ties
left join {AS_OF_BY_CLIENT} as horizon on ties.client_id = horizon.client_id
"""

_LEDGER = (
    "run `rapport build --full-refresh`; if it stays, follow that person through marts.relationship_weeks "
    "and marts.interactions."
)


def _in_set(column: str, values: list[object], reason: str) -> object:
    return rule(
        f"{column}_is_known",
        gxe.ExpectColumnValuesToBeInSet,
        column=column,
        value_set=values,
        reason=reason,
        remedy=f"if a new value of {column} is meant, add it here, to the glossary and to the report; else "
        "mend the model that wrote it.",
    )


def suite() -> gx.ExpectationSuite:
    """Rules of the relationships."""
    return suite_of(
        "rpt_relationships",
        [
            _in_set("reached_out_by", ["us", "them"], "somebody wrote first: us or them."),
            _in_set("stakeholder_priority", [1, 2, 3], "priorities run from 1 (first) to 3 in rapport.toml."),
            rule(
                "balance_is_a_share",
                gxe.ExpectColumnValuesToBeBetween,
                column="balance",
                min_value=0,
                max_value=1,
                reason="balance is the weaker direction over the stronger one: 0 to 1.",
                remedy=_LEDGER,
            ),
            rule(
                "balance_agrees_with_addresses",
                gxe.ExpectColumnValuesToBeBetween,
                column="balance_difference",
                max_value=0.001,
                reason="whoever divides the two address counts shown must find the balance shown.",
                remedy=_LEDGER,
            ),
            rule(
                "stage_has_its_evidence",
                gxe.ExpectColumnValuesToBeInSet,
                column="missing_for_stage_count",
                value_set=[0],
                reason="a stage is earned: acquainted by an exchange, conversing and connected by their "
                "number of real conversations, noticed by none. Else the report promises a tie that is "
                "not there.",
                remedy=_LEDGER,
            ),
            rule(
                "real_conversations_have_exchanges_each",
                gxe.ExpectColumnPairValuesAToBeGreaterThanB,
                column_A="exchange_count",
                column_B="exchange_needed_count",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                reason="each real conversation holds at least as many exchanges as its definition asks for.",
                remedy=_LEDGER,
            ),
            rule(
                "exchanges_stay_below_addresses",
                gxe.ExpectColumnValuesToBeInSet,
                column="exchange_beyond_address_count",
                value_set=[0],
                reason="each exchange is one answering address: more of them than addresses are counted "
                "twice.",
                remedy=_LEDGER,
            ),
            rule(
                "contacts_are_in_order",
                gxe.ExpectColumnPairValuesAToBeGreaterThanB,
                column_A="last_contact_at",
                column_B="first_contact_at",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                reason="the last contact can't come before the first.",
                remedy=_LEDGER,
            ),
            rule(
                "mutual_contact_is_a_contact",
                gxe.ExpectColumnValuesToBeInSet,
                column="mutual_outside_contact_count",
                value_set=[0],
                reason="the last mutual contact lies between first and last contact.",
                remedy=_LEDGER,
            ),
            rule(
                "contacts_lie_before_as_of",
                gxe.ExpectColumnValuesToBeBetween,
                column="contact_after_as_of_days",
                max_value=0,
                reason="a measure as of a day uses nothing later; a backfill would else differ from a run "
                "on the day.",
                remedy=_LEDGER,
            ),
            rule(
                "stage_began_in_the_period",
                gxe.ExpectColumnValuesToBeBetween,
                column="stage_outside_period_days",
                max_value=0,
                reason="a stage begins between the week of the first contact and the end of the data.",
                remedy=_LEDGER,
            ),
            rule(
                "active_weeks_fit_the_period",
                gxe.ExpectColumnPairValuesAToBeGreaterThanB,
                column_A="contact_span_weeks",
                column_B="active_week_count",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                reason="there can't be more weeks with contact than weeks from the first to the last.",
                remedy=_LEDGER,
            ),
            rule(
                "strength_fits_addresses",
                gxe.ExpectColumnValuesToBeBetween,
                column="strength_per_address",
                min_value=0,
                max_value=1,
                reason="an address weighs at most 1 and loses weight with age; more means that addresses "
                "from after the end of the data, or doubled ones, order the list.",
                remedy=_LEDGER,
            ),
            rule(
                "silence_makes_dormant",
                gxe.ExpectColumnValuesToBeBetween,
                column="silent_weeks_of_active",
                # ageing waits for the end of the week in which the data ends, so that week counts for neither
                max_value=definition("dormant_weeks"),
                reason=f"a tie without an exchange for {in_words('dormant_weeks')} is dormant; shown as alive, nobody "
                "would tend it.",
                remedy=_LEDGER,
            ),
            rule(
                "dormant_ties_are_silent",
                gxe.ExpectColumnValuesToBeBetween,
                column="silent_weeks_of_dormant",
                min_value=definition("dormant_weeks") + 1,
                reason="a newer exchange revives a tie; shown as dormant, a live tie would be taken for lost.",
                remedy=_LEDGER,
            ),
            as_of_rule("rpt_relationships"),
        ],
    )


CHECK = TableCheck("rpt_relationships", _QUERY, suite)
