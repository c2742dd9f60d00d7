"""reports.rpt_conversations: one row per client and conversation."""

from quality import limits
from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, TableCheck, as_of_rule, rule, suite_of
from rapport.definitions import definition

_QUERY = f"""
select
    concat_ws(' ', talks.client_id, network || ':' || root_post_id) as row_key,
    state,
    started_by,
    opened_at,
    last_active_at,
    if(became_real_at between opened_at and last_active_at, 0, 1)
    + if(became_real_at is null, null, 0) as became_real_outside_count,
    date_diff('day', talks.as_of_date, cast(last_active_at as date)) as active_after_as_of_days,
    greatest(
        our_post_count + their_post_count - post_count,
        participant_count - post_count,
        turn_count - post_count,
        width - post_count,
        depth - post_count,
        0
    ) as part_beyond_whole_count,
    if(is_real, 1, 0) + if(became_real_at is not null, 1, 0) + if(real_person_count > 0, 1, 0)
        as real_sign_count,
    if(is_real, exchange_count, null) as exchange_count_of_real,
    completeness,
    abs(
        completeness - least(captured_reply_count / nullif(reported_reply_count, 0), 1)
    ) as completeness_difference,
    abs(missing_reply_count - greatest(reported_reply_count - captured_reply_count, 0))
        as missing_reply_difference,
    -- a count without a reason, or the reason that nothing is missing beside a count
    if(missing_reply_count > 0 and missing_reason in ('nothing missing', 'not counted'), 1, 0)
    + if(missing_reason is null, 1, 0) as unexplained_count,
    if(
        count(*) over (partition by talks.client_id) >= {limits.MISSING_ROOT_FLOOR},
        avg(if(is_root_missing, 1, 0)) over (partition by talks.client_id),
        null
    ) as missing_root_share,
    date_diff('day', horizon.as_of_date, talks.as_of_date) as as_of_difference_days
from reports.rpt_conversations as talks
left join {AS_OF_BY_CLIENT} as horizon on talks.client_id = horizon.client_id
"""

_TREE = (
    "run `rapport build --full-refresh`; if it stays, follow that root through marts.conversations and "
    "marts.conversation_posts."
)


def suite() -> gx.ExpectationSuite:
    """Rules of the conversations."""
    return suite_of(
        "rpt_conversations",
        [
            rule(
                "state_is_known",
                gxe.ExpectColumnValuesToBeInSet,
                column="state",
                value_set=["open", "answered", "waiting for us", "quiet"],
                reason="the report explains these states; another would leave a conversation unlisted.",
                remedy="if a new state is meant, add it here, to the glossary and to the report; else mend "
                "rpt_conversations.sql.",
            ),
            rule(
                "starter_is_known",
                gxe.ExpectColumnValuesToBeInSet,
                column="started_by",
                value_set=["us", "them", "unknown"],
                reason="a conversation was started by us, by them, or by a root we could not get.",
                remedy="mend the expression of started_by in rpt_conversations.sql.",
            ),
            rule(
                "conversations_open_before_they_end",
                gxe.ExpectColumnPairValuesAToBeGreaterThanB,
                column_A="last_active_at",
                column_B="opened_at",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                reason="the last post can't come before the first: a time was misread or two threads were "
                "mixed.",
                remedy=_TREE,
            ),
            rule(
                "conversations_become_real_while_they_last",
                gxe.ExpectColumnValuesToBeInSet,
                column="became_real_outside_count",
                value_set=[0],
                reason="a conversation becomes real with one of its own posts, so between its first and "
                "last.",
                remedy=_TREE,
            ),
            rule(
                "conversations_lie_before_as_of",
                gxe.ExpectColumnValuesToBeBetween,
                column="active_after_as_of_days",
                max_value=0,
                reason="a measure as of a day uses nothing later: a post that a look-up, or another client's "
                "newer window, brought from beyond it must not move the conversation.",
                remedy="mend the cut at as_of_at in int_conversations__concerning.sql.",
            ),
            rule(
                "parts_stay_within_the_whole",
                gxe.ExpectColumnValuesToBeInSet,
                column="part_beyond_whole_count",
                value_set=[0],
                reason="our posts and theirs, people, turns, width and depth can't exceed the posts there "
                "are.",
                remedy=_TREE,
            ),
            rule(
                "real_conversations_agree_with_themselves",
                gxe.ExpectColumnValuesToBeInSet,
                column="real_sign_count",
                value_set=[0, 3],
                reason="is_real, the moment it became real and the people it is real with stand or fall "
                "together.",
                remedy=_TREE,
            ),
            rule(
                "real_conversations_went_back_and_forth",
                gxe.ExpectColumnValuesToBeBetween,
                column="exchange_count_of_real",
                min_value=definition("real_conversation_exchanges"),
                reason="a real conversation holds its exchanges; it is the headline of the report.",
                remedy=_TREE,
            ),
            rule(
                "conversation_completeness_is_a_share",
                gxe.ExpectColumnValuesToBeBetween,
                column="completeness",
                min_value=0,
                max_value=1,
                reason="completeness is a share of the replies the network reports: 0 to 1.",
                remedy="see that completeness is capped at 1 where more was captured than is still reported.",
            ),
            rule(
                "conversation_completeness_agrees_with_its_counts",
                gxe.ExpectColumnValuesToBeBetween,
                column="completeness_difference",
                max_value=0.001,
                reason="whoever divides the reply counts shown must find the completeness shown.",
                remedy="compare completeness with captured_reply_count and reported_reply_count of that "
                "root.",
            ),
            rule(
                "missing_replies_agree_with_the_counts",
                gxe.ExpectColumnValuesToBeBetween,
                column="missing_reply_difference",
                max_value=0,
                reason="whoever takes the captured replies from the reported ones must find what is missing.",
                remedy="compare missing_reply_count with captured_reply_count and reported_reply_count of "
                "that root.",
            ),
            rule(
                "what_is_missing_has_a_reason",
                gxe.ExpectColumnValuesToBeInSet,
                column="unexplained_count",
                value_set=[0],
                reason="a conversation with a hole in it says why, and one that says there is none has none: "
                "without the reason nobody knows whether waiting, paying or nothing would fill it.",
                remedy="follow that root through intermediate.int_conversations__missing.",
            ),
            rule(
                "roots_were_looked_up",
                gxe.ExpectColumnValuesToBeBetween,
                column="missing_root_share",
                max_value=limits.MISSING_ROOT_SHARE_MAX,
                reason="a few roots are deleted; where most are missing (from 20 conversations on), the "
                "lookup of missing posts did not run, and depth and starters are guesses.",
                remedy="run the stream 'missing' (`rapport fetch`, or the third wave of an extraction), load, "
                "build.",
            ),
            as_of_rule("rpt_conversations"),
        ],
    )


CHECK = TableCheck("rpt_conversations", _QUERY, suite)
