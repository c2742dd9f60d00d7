"""reports.rpt_new_circles: one row per client and ISO week."""

from quality.gx import gx, gxe
from quality.suites.rules import TableCheck, rule, suite_of

_QUERY = """
select
    concat_ws(
        ' ', coalesce(circles.client_id, summary.client_id),
        cast(coalesce(circles.week_start_date, summary.week_start_date) as varchar)
    ) as row_key,
    circles.new_count,
    summary.new_count as new_in_summary_count,
    greatest(new_without_shared_count, new_with_place_count) as part_count,
    new_with_place_count,
    new_from_new_place_count,
    abs(
        coalesce(new_without_shared_share, -1) - new_without_shared_count / nullif(circles.new_count, 0)
    ) as share_difference,
    coalesce(date_diff('day', summary.as_of_date, circles.as_of_date), -9999) as as_of_difference_days
from reports.rpt_new_circles as circles
full join reports.rpt_engagement_summary as summary
    on circles.client_id = summary.client_id and circles.week_start_date = summary.week_start_date
"""

_PEOPLE = "follow that week's people in intermediate.int_circles__new_people."


def suite() -> gx.ExpectationSuite:
    """Rules of whom we met."""
    return suite_of(
        "rpt_new_circles",
        [
            rule(
                "new_people_are_the_summarys",
                gxe.ExpectColumnPairValuesToBeEqual,
                column_A="new_count",
                column_B="new_in_summary_count",
                ignore_row_if="either_value_is_missing",
                reason="one report must not give two numbers of the same people.",
                remedy=_PEOPLE,
            ),
            rule(
                "circles_are_parts_of_the_new",
                gxe.ExpectColumnPairValuesAToBeGreaterThanB,
                column_A="new_count",
                column_B="part_count",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                reason="those without a shared acquaintance, and those with a place, are some of the new.",
                remedy=_PEOPLE,
            ),
            rule(
                "new_places_are_declared_places",
                gxe.ExpectColumnPairValuesAToBeGreaterThanB,
                column_A="new_with_place_count",
                column_B="new_from_new_place_count",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                reason="a place is self-declared or unknown; none is ever inferred.",
                remedy=_PEOPLE,
            ),
            rule(
                "circles_share_agrees_with_its_counts",
                gxe.ExpectColumnValuesToBeBetween,
                column="share_difference",
                max_value=0.001,
                reason="whoever divides the counts shown must find the share shown.",
                remedy=_PEOPLE,
            ),
            rule(
                "circles_speak_of_the_summarys_weeks",
                gxe.ExpectColumnValuesToBeInSet,
                column="as_of_difference_days",
                value_set=[0],
                reason="each week of a client's summary says whom we met, as of the same day.",
                remedy="run `rapport build --full-refresh`, then check again.",
            ),
        ],
    )


CHECK = TableCheck("rpt_new_circles", _QUERY, suite)
