"""reports.rpt_content: one row per client and post of ours."""

from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, POST_URL, TableCheck, as_of_rule, rule, suite_of

# The order is the promise of the list: conversations first, and all posts without one share the last place.
_QUERY = f"""
with totals as (
    select
        client_id,
        sum(real_conversation_count) as real_conversation_count,
        sum(new_count) as new_count
    from reports.rpt_engagement_summary
    group by client_id
)

select
    concat_ws(' ', content.client_id, network || ':' || post_id) as row_key,
    answering_person_count,
    greatest(returner_count, new_person_count, if(content.real_conversation_count > 0, 1, 0))
        as least_answering_count,
    content_rank,
    rank() over (
        partition by content.client_id
        order by
            content.real_conversation_count desc,
            if(content.real_conversation_count > 0, returner_count, 0) desc,
            if(content.real_conversation_count > 0, new_person_count, 0) desc
    ) as rank_by_the_rules,
    greatest(
        sum(content.real_conversation_count) over by_client - totals.real_conversation_count,
        sum(new_person_count) over by_client - totals.new_count,
        0
    ) as beyond_the_ledger_count,
    date_diff('day', content.as_of_date, cast(created_at as date)) as written_after_as_of_days,
    case
        when contains(post_url, regexp_extract(post_id, '[^/]+$')) then post_url
        else '(a link without the id of its post)'
    end as post_url,
    date_diff('day', horizon.as_of_date, content.as_of_date) as as_of_difference_days
from reports.rpt_content as content
left join totals on content.client_id = totals.client_id
left join {AS_OF_BY_CLIENT} as horizon on content.client_id = horizon.client_id
window by_client as (partition by content.client_id)
"""


def suite() -> gx.ExpectationSuite:
    """Rules of what we said."""
    return suite_of(
        "rpt_content",
        [
            rule(
                "who_came_back_had_answered",
                gxe.ExpectColumnPairValuesAToBeGreaterThanB,
                column_A="answering_person_count",
                column_B="least_answering_count",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                reason="those who came back, those new to us and those in a conversation are some of those "
                "whom the post drew.",
                remedy="follow that post's rows in int_content__sparks.sql.",
            ),
            rule(
                "content_is_ranked_by_conversations",
                gxe.ExpectColumnPairValuesToBeEqual,
                column_A="content_rank",
                column_B="rank_by_the_rules",
                ignore_row_if="neither",
                reason="who learns from the list must learn what starts conversations, not what was seen by many.",
                remedy="compare the order by of content_rank in rpt_content.sql with the glossary.",
            ),
            rule(
                "a_conversation_has_one_spark",
                gxe.ExpectColumnValuesToBeInSet,
                column="beyond_the_ledger_count",
                value_set=[0],
                reason="a conversation with a person, and a first exchange, count for one post at most: the "
                "posts together can't have sparked more than the weeks hold.",
                remedy="see that int_content__sparks has one row per client, person and conversation.",
            ),
            rule(
                "content_lies_before_as_of",
                gxe.ExpectColumnValuesToBeBetween,
                column="written_after_as_of_days",
                max_value=0,
                reason="a measure as of a day uses nothing later.",
                remedy="see that rpt_content.sql leaves out posts from as_of_at on, then build again.",
            ),
            rule(
                "content_links_lead_to_the_post",
                gxe.ExpectColumnValuesToMatchRegex,
                column="post_url",
                regex=POST_URL,
                reason="the link is how somebody looks at what we said.",
                remedy="mend the expression of post_url in rpt_content.sql.",
            ),
            as_of_rule("rpt_content"),
        ],
    )


CHECK = TableCheck("rpt_content", _QUERY, suite)
