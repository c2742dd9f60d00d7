"""reports.rpt_worth_seeking_out: one row per client and person two steps away."""

from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, TableCheck, as_of_rule, rule, suite_of
from rapport.definitions import definition

_QUERY = f"""
select
    concat_ws(' ', sought.client_id, sought.person_id) as row_key,
    sought.stage,
    coalesce(ties.exchange_count, 0) as exchange_with_us_count,
    coalesce(betweens.exchange_count, 0) as exchange_with_between_count,
    abs(via_person_count - len(via_person_ids)) + if(via_person_ids[1] = via_person_id, 0, 1)
        as via_difference_count,
    abs(shared_topic_count - len(shared_topics)) as topic_difference_count,
    -- the strongest way alone gives so much; further people and topics only add to it
    sought.score / nullif(sqrt(via_strength * their_strength), 0) as score_by_strongest_way,
    seek_rank,
    row_number() over (
        partition by sought.client_id
        order by score desc, via_person_count desc, length(sought.person_id), sought.person_id
    ) as rank_by_the_rules,
    date_diff('day', horizon.as_of_date, sought.as_of_date) as as_of_difference_days
from reports.rpt_worth_seeking_out as sought
left join reports.rpt_relationships as ties
    on sought.client_id = ties.client_id and sought.person_id = ties.person_id
left join reports.rpt_relationships as betweens
    on sought.client_id = betweens.client_id and sought.via_person_id = betweens.person_id
left join {AS_OF_BY_CLIENT} as horizon on sought.client_id = horizon.client_id
"""

_PATHS = "follow that person through intermediate.int_introductions__paths and int_people__ties."


def suite() -> gx.ExpectationSuite:
    """Rules of the people worth seeking out."""
    return suite_of(
        "rpt_worth_seeking_out",
        [
            rule(
                "new_people_are_strangers_or_noticed",
                gxe.ExpectColumnValuesToBeInSet,
                column="stage",
                value_set=["stranger", "noticed"],
                reason="with everybody else there is a tie already, or there was one.",
                remedy=_PATHS,
            ),
            rule(
                "new_people_have_no_exchange_with_us",
                gxe.ExpectColumnValuesToBeInSet,
                column="exchange_with_us_count",
                value_set=[0],
                reason="nobody needs an introduction to somebody they talk with.",
                remedy=_PATHS,
            ),
            rule(
                "who_introduces_talks_with_us",
                gxe.ExpectColumnValuesToBeBetween,
                column="exchange_with_between_count",
                min_value=1,
                reason="only somebody with whom we have exchanged can introduce us.",
                remedy=_PATHS,
            ),
            rule(
                "people_between_are_counted",
                gxe.ExpectColumnValuesToBeInSet,
                column="via_difference_count",
                value_set=[0],
                reason="the count, the list and the first of the people between must agree.",
                remedy=_PATHS,
            ),
            rule(
                "shared_topics_are_counted",
                gxe.ExpectColumnValuesToBeInSet,
                column="topic_difference_count",
                value_set=[0],
                reason="the count of topics and their list must agree.",
                remedy="mend int_introductions__topics.sql.",
            ),
            rule(
                "scores_rest_on_ties",
                gxe.ExpectColumnValuesToBeBetween,
                column="score_by_strongest_way",
                min_value=1 - 1e-6,
                reason="the score is at least what the strongest way gives; anything else ranks by something "
                "that is no tie.",
                remedy="mend score in rpt_worth_seeking_out.sql.",
            ),
            rule(
                "seeking_list_is_in_order",
                gxe.ExpectColumnPairValuesToBeEqual,
                column_A="seek_rank",
                column_B="rank_by_the_rules",
                ignore_row_if="neither",
                reason="who works down the list must meet the strongest ways first.",
                remedy="compare the order by of seek_rank in rpt_worth_seeking_out.sql with the glossary.",
            ),
            rule(
                "seeking_list_is_short",
                gxe.ExpectColumnValuesToBeBetween,
                column="seek_rank",
                min_value=1,
                max_value=definition("worth_seeking_out_count"),
                reason="a list that nobody can work down helps nobody.",
                remedy="compare the limit in rpt_worth_seeking_out.sql with the variable.",
            ),
            as_of_rule("rpt_worth_seeking_out"),
        ],
    )


CHECK = TableCheck("rpt_worth_seeking_out", _QUERY, suite)
