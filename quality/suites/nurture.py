"""reports.rpt_nurture: one row per client and close tie that is silent for longer than usual."""

from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, POST_URL, TableCheck, as_of_rule, rule, suite_of
from rapport.definitions import definition, in_words

_QUERY = f"""
select
    concat_ws(' ', nurture.client_id, person_id) as row_key,
    stage,
    -- by how many days the silence is too long: it must be for both reasons
    least(
        silent_days - {definition("nurture_gap_factor")} * usual_gap_days,
        silent_days - {definition("nurture_silent_days")}
    ) as days_beyond_usual,
    silent_days,
    abs(silence_ratio - silent_days / nullif(usual_gap_days, 0)) as ratio_difference,
    -- as_of_date names the day in which the data ends, not the hour: the silence ends within that day
    (
        silent_days - epoch(
            cast(nurture.as_of_date as timestamptz)
            - greatest(last_mutual_at, coalesce(cast(last_met_date as timestamptz), last_mutual_at))
        ) / 86400
    ) * 24
        as hours_into_as_of_date,
    nurture_rank,
    row_number() over (
        partition by nurture.client_id
        order by
            if(is_stakeholder, stakeholder_priority, null) asc nulls last,
            stage = 'connected' desc,
            silent_days / usual_gap_days desc,
            length(person_id), person_id
    ) as rank_by_the_rules,
    last_answer_by,
    -- a direct message can't be linked to; everything else can
    case
        when last_post_id like 'dm:%' then if(post_url is null, null, '(a link to a direct message)')
        when contains(post_url, regexp_extract(last_post_id, '[^/]+$')) then post_url
        else '(a link without the id of its post)'
    end as post_url,
    if(last_post_id like 'dm:%', if(last_text is null, 0, 1), null) as told_message_count,
    date_diff('day', horizon.as_of_date, nurture.as_of_date) as as_of_difference_days
from reports.rpt_nurture as nurture
left join {AS_OF_BY_CLIENT} as horizon on nurture.client_id = horizon.client_id
"""

_TIE = "follow that person through int_relationships__silences.sql and marts.relationships."


def suite() -> gx.ExpectationSuite:
    """Rules of the nurture list."""
    return suite_of(
        "rpt_nurture",
        [
            rule(
                "only_close_ties_are_nurtured",
                gxe.ExpectColumnValuesToBeInSet,
                column="stage",
                value_set=["conversing", "connected"],
                reason="only what was close can be lost; with acquaintances on it nobody works down the list.",
                remedy="mend the filter on stage in rpt_nurture.sql.",
            ),
            rule(
                "silences_are_unusual",
                gxe.ExpectColumnValuesToBeBetween,
                column="days_beyond_usual",
                min_value=0,
                strict_min=True,
                reason="a silence as long as any other alarms for nothing; a contact yesterday takes a tie off.",
                remedy=_TIE,
            ),
            rule(
                "silent_ties_are_not_dormant",
                gxe.ExpectColumnValuesToBeBetween,
                column="silent_days",
                # ageing waits for the end of the week in which the data ends
                max_value=(definition("dormant_weeks") + 2) * 7,
                reason=f"after {in_words('dormant_weeks')} a tie is dormant and no longer close; then it is among the "
                "lapsed.",
                remedy=_TIE,
            ),
            rule(
                "silence_ratio_agrees_with_its_parts",
                gxe.ExpectColumnValuesToBeBetween,
                column="ratio_difference",
                max_value=0.001,
                reason="whoever divides the days shown must find the ratio shown.",
                remedy="mend silence_ratio in rpt_nurture.sql.",
            ),
            rule(
                "silences_end_at_as_of",
                gxe.ExpectColumnValuesToBeBetween,
                column="hours_into_as_of_date",
                min_value=-0.01,
                max_value=24.01,
                reason="a silence is counted to the end of the data, not to the clock of the build.",
                remedy="see that int_relationships__silences.sql subtracts from as_of_at, then build again.",
            ),
            rule(
                "nurture_list_is_in_order",
                gxe.ExpectColumnPairValuesToBeEqual,
                column_A="nurture_rank",
                column_B="rank_by_the_rules",
                ignore_row_if="neither",
                reason="who works down the list must meet stakeholders first, then the closest ties.",
                remedy="compare the order by of nurture_rank in rpt_nurture.sql with the glossary.",
            ),
            rule(
                "last_word_was_somebodys",
                gxe.ExpectColumnValuesToBeInSet,
                column="last_answer_by",
                value_set=["us", "them"],
                reason="the last exchange ended with a post of ours or of theirs.",
                remedy=_TIE,
            ),
            rule(
                "nurture_links_lead_to_the_post",
                gxe.ExpectColumnValuesToMatchRegex,
                column="post_url",
                regex=POST_URL,
                reason="the link leads back into the conversation; one that leads elsewhere leaves the tie cold.",
                remedy="mend the expression of post_url in rpt_nurture.sql.",
            ),
            rule(
                "nurtured_messages_stay_private",
                gxe.ExpectColumnValuesToBeInSet,
                column="told_message_count",
                value_set=[0],
                reason="consent was given to count direct messages, not to publish them: the list says that "
                "one was the last exchange, and never what it said.",
                remedy="see that no text of raw.messages is read by any model, then build again.",
            ),
            as_of_rule("rpt_nurture"),
        ],
    )


CHECK = TableCheck("rpt_nurture", _QUERY, suite)
