"""reports.rpt_readership: one row per client and ISO week."""

from quality.gx import gx, gxe
from quality.suites.rules import TableCheck, rule, suite_of

_QUERY = """
select
    concat_ws(
        ' ', coalesce(readership.client_id, summary.client_id),
        cast(coalesce(readership.week_start_date, summary.week_start_date) as varchar)
    ) as row_key,
    least(acting_person_count, reader_count, joined_count, stayed_count, left_count) as least_count,
    reader_count,
    joined_count + stayed_count as joined_and_stayed_count,
    lag(reader_count) over by_week as previous_reader_count,
    if(lag(reader_count) over by_week is null, null, stayed_count + left_count) as stayed_and_left_count,
    joined_count,
    acting_person_count,
    if(readership.is_complete_week, 0, left_count) as left_in_a_running_week_count,
    coalesce(date_diff('day', summary.as_of_date, readership.as_of_date), -9999) as as_of_difference_days
from reports.rpt_readership as readership
full join reports.rpt_engagement_summary as summary
    on readership.client_id = summary.client_id and readership.week_start_date = summary.week_start_date
window by_week as (partition by readership.client_id order by readership.week_start_date)
"""

_LEDGER = "follow that week's people in int_readership__weeks.sql."


def suite() -> gx.ExpectationSuite:
    """Rules of the readership."""
    return suite_of(
        "rpt_readership",
        [
            rule(
                "reader_counts_are_not_negative",
                gxe.ExpectColumnValuesToBeBetween,
                column="least_count",
                min_value=0,
                reason="there are no negative people: a subtraction went below its ground.",
                remedy=_LEDGER,
            ),
            rule(
                "readers_joined_or_stayed",
                gxe.ExpectColumnPairValuesToBeEqual,
                column_A="reader_count",
                column_B="joined_and_stayed_count",
                ignore_row_if="either_value_is_missing",
                reason="whoever is a reader either became one or was one the week before.",
                remedy=_LEDGER,
            ),
            rule(
                "former_readers_stayed_or_left",
                gxe.ExpectColumnPairValuesToBeEqual,
                column_A="previous_reader_count",
                column_B="stayed_and_left_count",
                ignore_row_if="either_value_is_missing",
                reason="nobody vanishes between two weeks: a hole would make a steady readership look like a "
                "new one.",
                remedy=_LEDGER,
            ),
            rule(
                "readers_join_by_acting",
                gxe.ExpectColumnPairValuesAToBeGreaterThanB,
                column_A="acting_person_count",
                column_B="joined_count",
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                reason="who becomes a reader in a week did something in it.",
                remedy=_LEDGER,
            ),
            rule(
                "nobody_leaves_before_the_week_is_over",
                gxe.ExpectColumnValuesToBeInSet,
                column="left_in_a_running_week_count",
                value_set=[0],
                reason="in the week that runs there is time to act; a Monday would look like an exodus.",
                remedy="see decision 0008, and int_readership__weeks.sql.",
            ),
            rule(
                "readership_speaks_of_the_summarys_weeks",
                gxe.ExpectColumnValuesToBeInSet,
                column="as_of_difference_days",
                value_set=[0],
                reason="each week of a client's summary has its readership, as of the same day.",
                remedy="run `rapport build --full-refresh`, then check again.",
            ),
        ],
    )


CHECK = TableCheck("rpt_readership", _QUERY, suite)
