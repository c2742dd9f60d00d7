"""reports.rpt_real_conversations: one row per client, person and conversation that became real with that person."""

from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, POST_URL, TableCheck, as_of_rule, rule, suite_of
from rapport.definitions import definition

_QUERY = f"""
with ours as (
    select client_id, network, account_id from marts.client_accounts where is_ours
)

select
    concat_ws(' ', talks.client_id, talks.network || ':' || root_post_id, person_id) as row_key,
    exchange_count,
    if(ours.account_id is null, 1, 0) as foreign_account_count,
    date_diff('day', cast(week_start_date as timestamptz), became_real_at) as days_into_week,
    date_diff('day', talks.as_of_date, cast(became_real_at as date)) as real_after_as_of_days,
    case
        when contains(post_url, regexp_extract(answer_post_id, '[^/]+$')) then post_url
        when starts_with(answer_post_id, 'dm:') and post_url is null then null
        else '(a link without the id of its post)'
    end as post_url,
    date_diff('day', horizon.as_of_date, talks.as_of_date) as as_of_difference_days
from reports.rpt_real_conversations as talks
left join ours
    on talks.client_id = ours.client_id and talks.network = ours.network and talks.our_account_id = ours.account_id
left join {AS_OF_BY_CLIENT} as horizon on talks.client_id = horizon.client_id
"""

_PAIR = "follow that conversation through intermediate.int_relationships__exchanges, with that person."


def suite() -> gx.ExpectationSuite:
    """Rules of the real conversations, one by one."""
    return suite_of(
        "rpt_real_conversations",
        [
            rule(
                "somebody_came_back_in_it",
                gxe.ExpectColumnValuesToBeBetween,
                column="exchange_count",
                min_value=definition("real_conversation_exchanges"),
                reason="with fewer exchanges than the definition real_conversation_exchanges nobody came back.",
                remedy="build again, so that the tables are made with the definition that the checks read.",
            ),
            rule(
                "it_was_with_one_of_us",
                gxe.ExpectColumnValuesToBeInSet,
                column="foreign_account_count",
                value_set=[0],
                reason="a real conversation of a client has an account of the client on one side.",
                remedy="compare our_account_id with marts.client_accounts; build again with --full-refresh if "
                "rapport.toml has changed.",
            ),
            rule(
                "it_became_real_in_its_week",
                gxe.ExpectColumnValuesToBeBetween,
                column="days_into_week",
                min_value=0,
                max_value=6,
                reason="it counts once, in the week in which it became real: in another it would be told twice, or not "
                "at all.",
                remedy=_PAIR,
            ),
            rule(
                "it_became_real_before_as_of",
                gxe.ExpectColumnValuesToBeBetween,
                column="real_after_as_of_days",
                max_value=0,
                reason="a measure as of a day uses nothing later.",
                remedy=_PAIR,
            ),
            rule(
                "its_link_leads_to_the_answer",
                gxe.ExpectColumnValuesToMatchRegex,
                column="post_url",
                regex=POST_URL,
                reason="the link is how somebody sees that it is so.",
                remedy="mend the expression of post_url in rpt_real_conversations.sql.",
            ),
            as_of_rule("rpt_real_conversations"),
        ],
    )


CHECK = TableCheck("rpt_real_conversations", _QUERY, suite)
