"""reports.rpt_people: one row per client and person."""

from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, TableCheck, as_of_rule, rule, suite_of

_QUERY = f"""
select
    concat_ws(' ', people.client_id, entry_id) as row_key,
    if(owner_name is null, 0, 1) + if(owner_basis is null, 0, 1) as owner_sign_count,
    if(owner_basis = 'by answers', coalesce(owner_answer_count, 0), null) as count_by_answers,
    answer_count - owner_answer_count as answers_of_others_count,
    people.stage,
    coalesce(ties.stage, 'stranger') as stage_of_the_tie,
    if(len(list_distinct(tags)) = len(tags) and list_sort(tags) = tags, 0, 1) as tags_out_of_order_count,
    date_diff('day', horizon.as_of_date, people.as_of_date) as as_of_difference_days
from reports.rpt_people as people
left join reports.rpt_relationships as ties
    on people.client_id = ties.client_id and people.person_id = ties.person_id
left join {AS_OF_BY_CLIENT} as horizon on people.client_id = horizon.client_id
"""

_OWNERS = "see int_people__owners.sql, and who is named as owner in rapport.toml."


def suite() -> gx.ExpectationSuite:
    """Rules of the people."""
    return suite_of(
        "rpt_people",
        [
            rule(
                "owners_say_how_they_are_known",
                gxe.ExpectColumnValuesToBeInSet,
                column="owner_sign_count",
                value_set=[0, 2],
                reason="an owner by answers may be wrong where one by hand is not: the reader must see which it is.",
                remedy=_OWNERS,
            ),
            rule(
                "owners_by_answers_have_answered",
                gxe.ExpectColumnValuesToBeBetween,
                column="count_by_answers",
                min_value=1,
                reason="who has answered nobody keeps no tie by answers.",
                remedy=_OWNERS,
            ),
            rule(
                "owners_answer_no_more_than_all_of_us",
                gxe.ExpectColumnValuesToBeBetween,
                column="answers_of_others_count",
                min_value=0,
                reason="the owner is one of us: what they answered is a part of what we answered.",
                remedy=_OWNERS,
            ),
            rule(
                "people_stand_where_their_tie_stands",
                gxe.ExpectColumnPairValuesToBeEqual,
                column_A="stage",
                column_B="stage_of_the_tie",
                ignore_row_if="neither",
                reason="the same person can't be at two stages in two tables of one report.",
                remedy="follow that person through marts.relationship_weeks and rpt_people.sql.",
            ),
            rule(
                "tags_stand_once_and_in_order",
                gxe.ExpectColumnValuesToBeInSet,
                column="tags_out_of_order_count",
                value_set=[0],
                reason="a tag that stands twice would count its person twice.",
                remedy="see int_people__tags.sql.",
            ),
            as_of_rule("rpt_people"),
        ],
    )


CHECK = TableCheck("rpt_people", _QUERY, suite)
