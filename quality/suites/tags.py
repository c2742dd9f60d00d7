"""reports.rpt_tags: one row per client and tag."""

from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, TableCheck, as_of_rule, rule, suite_of

_QUERY = f"""
with people as (
    select client_id, tag, count(*) as person_count
    from (select client_id, unnest(tags) as tag from reports.rpt_people)
    group by all
),

tagged as (
    select client_id, count(*) as tagged_person_count from reports.rpt_people where len(tags) > 0 group by client_id
),

waiting as (
    select client_id, count(*) as waiting_count from reports.rpt_waiting group by client_id
)

select
    concat_ws(' ', tags.client_id, tags.tag) as row_key,
    tags.person_count,
    coalesce(people.person_count, 0) as people_of_the_tag_count,
    tags.tagged_person_count,
    coalesce(tagged.tagged_person_count, 0) as tagged_people_count,
    tags.person_count - met_count as strange_count,
    met_count - acquainted_count - conversing_count - connected_count as met_and_silent_count,
    met_count - won_count - lost_count as met_and_held_count,
    tags.waiting_count - waiting_person_count as further_waiting_count,
    coalesce(waiting.waiting_count, 0) - tags.waiting_count as waiting_of_others_count,
    recent_real_conversation_count - week_real_conversation_count as earlier_conversation_count,
    date_diff('day', horizon.as_of_date, tags.as_of_date) as as_of_difference_days
from reports.rpt_tags as tags
left join people on tags.client_id = people.client_id and tags.tag = people.tag
left join tagged on tags.client_id = tagged.client_id
left join waiting on tags.client_id = waiting.client_id
left join {AS_OF_BY_CLIENT} as horizon on tags.client_id = horizon.client_id
"""

_PARTS = "compare rpt_tags.sql with the rows of that tag in reports.rpt_people."


def _no_less(name: str, column: str, reason: str) -> object:
    return rule(
        name, gxe.ExpectColumnValuesToBeBetween, column=column, min_value=0, reason=reason, remedy=_PARTS
    )


def suite() -> gx.ExpectationSuite:
    """Rules of the tags."""
    return suite_of(
        "rpt_tags",
        [
            rule(
                "tags_count_the_people_who_have_them",
                gxe.ExpectColumnPairValuesToBeEqual,
                column_A="person_count",
                column_B="people_of_the_tag_count",
                ignore_row_if="neither",
                reason="the section on tags and the page of a person must speak of the same tags.",
                remedy=_PARTS,
            ),
            rule(
                "tags_say_of_how_many_they_speak",
                gxe.ExpectColumnPairValuesToBeEqual,
                column_A="tagged_person_count",
                column_B="tagged_people_count",
                ignore_row_if="neither",
                reason="a part without its whole is no figure.",
                remedy=_PARTS,
            ),
            _no_less(
                "met_are_among_the_tagged", "strange_count", "whom we have met is one of those with the tag."
            ),
            _no_less(
                "ties_are_among_the_met",
                "met_and_silent_count",
                "who is acquainted, conversing or connected has exchanged with us, and is counted once.",
            ),
            _no_less(
                "moved_are_among_the_met",
                "met_and_held_count",
                "only a tie with an exchange moves, and it moves once in a week.",
            ),
            _no_less(
                "who_waits_has_something_waiting",
                "further_waiting_count",
                "whoever waits has at least one address that does.",
            ),
            _no_less(
                "waiting_of_tags_is_among_all_that_waits",
                "waiting_of_others_count",
                "one tag can't wait for more than the client has waiting.",
            ),
            _no_less(
                "conversations_of_a_week_are_among_those_of_the_quarter",
                "earlier_conversation_count",
                "the newest week is one of the weeks that are counted.",
            ),
            as_of_rule("rpt_tags"),
        ],
    )


CHECK = TableCheck("rpt_tags", _QUERY, suite)
