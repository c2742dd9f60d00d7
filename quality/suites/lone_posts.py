"""reports.rpt_lone_posts: one row per client and post of ours that nobody else is seen to have answered."""

from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, POST_URL, TableCheck, as_of_rule, rule, suite_of

_QUERY = f"""
select
    concat_ws(' ', lone.client_id, lone.network || ':' || lone.root_post_id) as row_key,
    case lone.state
        when 'nobody answered' then lone.missing_reply_count = 0
        when 'answers not captured' then lone.missing_reply_count > 0
        when 'not known' then lone.missing_reply_count is null
        else false
    end as agrees_with_its_count,
    if(talks.root_post_id is null, 0, 1) as conversation_count,
    date_diff('day', lone.as_of_date, cast(lone.last_active_at as date)) as active_after_as_of_days,
    case
        when contains(lone.post_url, regexp_extract(lone.post_id, '[^/]+$')) then lone.post_url
        else '(a link without the id of its post)'
    end as post_url,
    date_diff('day', horizon.as_of_date, lone.as_of_date) as as_of_difference_days
from reports.rpt_lone_posts as lone
left join reports.rpt_conversations as talks using (client_id, network, root_post_id)
left join {AS_OF_BY_CLIENT} as horizon on lone.client_id = horizon.client_id
"""


def suite() -> gx.ExpectationSuite:
    """Rules of the posts that nobody answered."""
    return suite_of(
        "rpt_lone_posts",
        [
            rule(
                "silence_agrees_with_the_count_of_replies",
                gxe.ExpectColumnValuesToBeInSet,
                column="agrees_with_its_count",
                value_set=[True],
                reason="where the network counts answers that are not here, nobody may say that there were none.",
                remedy="mend the expression of state in rpt_lone_posts.sql.",
            ),
            rule(
                "lone_posts_are_no_conversations",
                gxe.ExpectColumnValuesToBeInSet,
                column="conversation_count",
                value_set=[0],
                reason="a post that nobody answered is no conversation, and one that is was answered.",
                remedy="see has_others in int_conversations__concerning.sql: both tables read it.",
            ),
            rule(
                "lone_posts_lie_before_as_of",
                gxe.ExpectColumnValuesToBeBetween,
                column="active_after_as_of_days",
                max_value=0,
                reason="a measure as of a day uses nothing later: nobody could have answered by then.",
                remedy="mend the cut at as_of_at in int_conversations__concerning.sql.",
            ),
            rule(
                "lone_links_lead_to_the_post",
                gxe.ExpectColumnValuesToMatchRegex,
                column="post_url",
                regex=POST_URL,
                reason="the link is the evidence: whoever doubts that nobody answered looks there.",
                remedy="mend the expression of post_url in rpt_lone_posts.sql.",
            ),
            as_of_rule("rpt_lone_posts"),
        ],
    )


CHECK = TableCheck("rpt_lone_posts", _QUERY, suite)
