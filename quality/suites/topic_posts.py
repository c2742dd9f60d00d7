"""reports.rpt_topic_posts: one row per client, post and topic."""

from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, POST_URL, TableCheck, as_of_rule, rule, suite_of
from rapport.definitions import definition

_QUERY = f"""
select
    concat_ws(' ', posts.client_id, network || ':' || post_id, topic) as row_key,
    if(found_by = 'meaning', coalesce(score, -1), null) as meaning_score,
    if(found_by = 'meaning', null, score) as other_score,
    case when is_ours and is_to_us then 'ours, and to us' when is_to_us and person_id is null then 'by nobody' end
        as impossible,
    date_diff('day', posts.as_of_date, cast(created_at as date)) as written_after_as_of_days,
    case
        when contains(post_url, regexp_extract(post_id, '[^/]+$')) then post_url
        else '(a link without the id of its post)'
    end as post_url,
    date_diff('day', horizon.as_of_date, posts.as_of_date) as as_of_difference_days
from reports.rpt_topic_posts as posts
left join {AS_OF_BY_CLIENT} as horizon on posts.client_id = horizon.client_id
"""


def suite() -> gx.ExpectationSuite:
    """Rules of the posts about topics."""
    return suite_of(
        "rpt_topic_posts",
        [
            rule(
                "what_is_found_by_meaning_is_near_enough",
                gxe.ExpectColumnValuesToBeBetween,
                column="meaning_score",
                min_value=definition("topic_margin"),
                reason="below the threshold a match is more often wrong than anybody has measured.",
                remedy="run `rapport build`, which finds topics anew, then `rapport check`.",
            ),
            rule(
                "only_meaning_has_a_score",
                gxe.ExpectColumnValuesToBeNull,
                column="other_score",
                reason="a word stands there or not, and a hand has said it or not.",
                remedy="see what extractors/topics/matching.py has written into raw.topic_matches.",
            ),
            rule(
                "who_turned_to_us_is_somebody_else",
                gxe.ExpectColumnValuesToBeNull,
                column="impossible",
                reason="people are counted by topic from these rows, and none of us is one of them.",
                remedy="follow that post through int_relationships__addresses.",
            ),
            rule(
                "topic_posts_lie_before_as_of",
                gxe.ExpectColumnValuesToBeBetween,
                column="written_after_as_of_days",
                max_value=0,
                reason="a measure as of a day uses nothing later.",
                remedy="see that rpt_topic_posts.sql leaves out posts from as_of_at on, then build again.",
            ),
            rule(
                "topic_links_lead_to_the_post",
                gxe.ExpectColumnValuesToMatchRegex,
                column="post_url",
                regex=POST_URL,
                reason="the link is how somebody looks whether the topic is right.",
                remedy="mend the expression of post_url in rpt_topic_posts.sql.",
            ),
            as_of_rule("rpt_topic_posts"),
        ],
    )


CHECK = TableCheck("rpt_topic_posts", _QUERY, suite)
