"""reports.rpt_topics: one row per client and topic."""

from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, TableCheck, as_of_rule, rule, suite_of

# Each count is of a whole that stands in the same row; `beyond` is by how much any of them is more than that.
_QUERY = f"""
select
    concat_ws(' ', topics.client_id, topic) as row_key,
    greatest(
        our_post_count - any_topic_post_count, any_topic_post_count - all_our_post_count,
        unknown_language_post_count - all_our_post_count, by_words_alone_post_count - all_our_post_count,
        sparking_post_count - our_post_count, sparking_post_count - sparked_conversation_count,
        conversation_count - any_topic_conversation_count,
        any_topic_conversation_count - all_conversation_count, real_conversation_count - conversation_count,
        person_count - any_topic_person_count, any_topic_person_count - all_person_count
    ) as beyond_the_whole_count,
    by_word_count + by_meaning_count + by_hand_count - our_post_count as found_otherwise_count,
    if(is_by_meaning, null, by_meaning_count) as by_no_meaning_count,
    date_diff('day', horizon.as_of_date, topics.as_of_date) as as_of_difference_days
from reports.rpt_topics as topics
left join {AS_OF_BY_CLIENT} as horizon on topics.client_id = horizon.client_id
"""


def suite() -> gx.ExpectationSuite:
    """Rules of what was talked about."""
    return suite_of(
        "rpt_topics",
        [
            rule(
                "topics_are_part_of_the_whole",
                gxe.ExpectColumnValuesToBeBetween,
                column="beyond_the_whole_count",
                max_value=0,
                reason="each count stands in the report as so many of how many.",
                remedy="follow that client through rpt_topics.sql: part and whole must be of the same weeks.",
            ),
            rule(
                "every_post_with_a_topic_says_how_it_was_found",
                gxe.ExpectColumnValuesToBeInSet,
                column="found_otherwise_count",
                value_set=[0],
                reason="a match that says neither word nor meaning nor hand can't be checked by anybody.",
                remedy="see which found_by there is in intermediate.int_topics__posts.",
            ),
            rule(
                "nothing_is_found_by_meaning_where_nothing_was_compared",
                gxe.ExpectColumnValuesToBeInSet,
                column="by_no_meaning_count",
                value_set=[0],
                reason="such a match is left from another time, when the topic was described otherwise.",
                remedy="run `rapport build`, which finds topics anew, then `rapport check`.",
            ),
            as_of_rule("rpt_topics"),
        ],
    )


CHECK = TableCheck("rpt_topics", _QUERY, suite)
