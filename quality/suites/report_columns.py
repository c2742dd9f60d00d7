"""The columns of all reports: one row per table and column."""

from quality.gx import gx, gxe
from quality.suites.rules import TableCheck, rule, suite_of

# What can be bought, or comes without a word being said; measures.md calls them context.
_VANITY = "(follower|following|like|favou?rite|repost|retweet|impression|view|bookmark|listed)s?_"

_QUERY = f"""
select
    concat_ws('.', table_name, column_name) as row_key,
    if(
        table_name <> 'rpt_context_counts' and regexp_matches(column_name, '^{_VANITY}'), column_name, null
    ) as vanity_column
from information_schema.columns
where table_schema = 'reports' and table_catalog = current_database()
"""


def suite() -> gx.ExpectationSuite:
    """The one rule of the columns."""
    return suite_of(
        "reports_columns",
        [
            rule(
                "no_vanity_among_the_headlines",
                gxe.ExpectColumnValuesToBeNull,
                column="vanity_column",
                reason="a report that could be improved by buying followers has failed: followers, likes, reposts "
                "and views stand in rpt_context_counts, and nowhere else.",
                remedy="move that column to rpt_context_counts, or leave it out.",
            )
        ],
    )


CHECK = TableCheck("reports_columns", _QUERY, suite)
