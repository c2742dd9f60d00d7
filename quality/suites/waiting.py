"""reports.rpt_waiting: one row per client and post that waits for an answer."""

from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, POST_URL, TableCheck, as_of_rule, rule, suite_of
from rapport.definitions import definition

# The order is the promise of the list: stakeholders by priority, then questions, then the oldest.
_QUERY = f"""
select
    concat_ws(' ', waiting.client_id, network || ':' || post_id) as row_key,
    kind,
    waiting_hours,
    -- as_of_date names the day in which the data ends, not the hour: the wait ends within that day
    waiting_hours - epoch(cast(waiting.as_of_date as timestamptz) - occurred_at) / 3600
        as hours_into_as_of_date,
    least(waiting_working_hours, waiting_hours - waiting_working_hours) as least_hours,
    waiting_rank,
    row_number() over (
        partition by waiting.client_id
        order by
            is_stakeholder desc,
            if(is_stakeholder, stakeholder_priority, null) asc nulls last,
            is_question desc,
            occurred_at asc,
            length(post_id) asc, post_id asc, network asc
    ) as rank_by_the_rules,
    -- a direct message can't be linked to; everything else can
    case
        when kind = 'message' then if(post_url is null, null, '(a link to a direct message)')
        when contains(post_url, regexp_extract(post_id, '[^/]+$')) then post_url
        else '(a link without the id of its post)'
    end as post_url,
    if(kind = 'message', if(text is null, 0, 1), null) as told_message_count,
    date_diff('day', horizon.as_of_date, waiting.as_of_date) as as_of_difference_days
from reports.rpt_waiting as waiting
left join {AS_OF_BY_CLIENT} as horizon on waiting.client_id = horizon.client_id
"""


def suite() -> gx.ExpectationSuite:
    """Rules of the waiting list."""
    return suite_of(
        "rpt_waiting",
        [
            rule(
                "kind_of_address_is_known",
                gxe.ExpectColumnValuesToBeInSet,
                column="kind",
                value_set=["reply", "quote", "mention", "message"],
                reason="only a deliberate address waits for an answer; a like or a repost does not.",
                remedy="mend the filter on is_address in rpt_waiting.sql.",
            ),
            rule(
                "waits_are_within_reach",
                gxe.ExpectColumnValuesToBeBetween,
                column="waiting_hours",
                min_value=0,
                max_value=definition("waiting_days") * 24,
                reason="the list holds what came before the end of the data and is not older than "
                "waiting_days; older answers surprise more than they please.",
                remedy="compare occurred_at with the client's as-of, and the variable waiting_days.",
            ),
            rule(
                "waits_end_at_as_of",
                gxe.ExpectColumnValuesToBeBetween,
                column="hours_into_as_of_date",
                min_value=-0.01,
                max_value=24.01,
                reason="a wait is counted to the end of the data, not to the clock of the build; else a "
                "backfill would show waits that nobody had.",
                remedy="see that rpt_waiting.sql subtracts from as_of_at, then build again.",
            ),
            rule(
                "waits_by_hours_are_some_of_all",
                gxe.ExpectColumnValuesToBeBetween,
                column="least_hours",
                min_value=-0.001,
                reason="a client can't have worked longer than somebody has waited, nor less than not at all.",
                remedy="compare raw.working_hours with [clients.hours] in rapport.toml: stretches that overlap are "
                "counted twice.",
            ),
            rule(
                "waiting_list_is_in_order",
                gxe.ExpectColumnPairValuesToBeEqual,
                column_A="waiting_rank",
                column_B="rank_by_the_rules",
                ignore_row_if="neither",
                reason="who works down the list must meet stakeholders first, then questions, then the "
                "oldest.",
                remedy="compare the order by of waiting_rank in rpt_waiting.sql with docs of the waiting "
                "list.",
            ),
            rule(
                "links_lead_to_the_post",
                gxe.ExpectColumnValuesToMatchRegex,
                column="post_url",
                regex=POST_URL,
                reason="the link is how somebody answers; one that leads elsewhere leaves the post waiting.",
                remedy="mend the expression of post_url in rpt_waiting.sql.",
            ),
            rule(
                "messages_stay_private",
                gxe.ExpectColumnValuesToBeInSet,
                column="told_message_count",
                value_set=[0],
                reason="consent was given to count direct messages, not to publish them: the list says that "
                "one waits, and never what it says.",
                remedy="see that no text of raw.messages is read by any model, then build again.",
            ),
            as_of_rule("rpt_waiting"),
        ],
    )


CHECK = TableCheck("rpt_waiting", _QUERY, suite)
