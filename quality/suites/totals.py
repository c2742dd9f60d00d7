"""What the reports add up to, beside the marts they were made from: one row per client and total."""

from quality.gx import gx, gxe
from quality.suites.rules import TableCheck, rule, suite_of

_WEEKS = {
    "address_in_count": "sum(week_address_in_count)",
    "address_out_count": "sum(week_address_out_count)",
    "exchange_count": "sum(week_exchange_count)",
    "real_conversation_count": "sum(week_real_conversation_count)",
    "new_count": "count(*) filter (movement = 'new')",
    "deepened_count": "count(*) filter (movement = 'deepened')",
    "cooled_count": "count(*) filter (movement = 'cooled')",
    "lapsed_count": "count(*) filter (movement = 'lapsed')",
    "revived_count": "count(*) filter (movement = 'revived')",
}
_TIES = ("address_in_count", "address_out_count", "exchange_count", "real_conversation_count")

# Whose accounts were erased is counted, and listed nowhere.
_LISTED = "where person_id not in (select person_id from marts.people where is_erased)"

# report, what is added up there, mart, what must come out there
_TOTALS = [
    *(
        ("rpt_engagement_summary", f"sum({name})", "relationship_weeks", in_marts)
        for name, in_marts in _WEEKS.items()
    ),
    (
        "rpt_relationship_moves",
        "count(*)",
        f"relationship_weeks {_LISTED}",
        "count(*) filter (movement <> 'held')",
    ),
    ("rpt_relationships", "count(*)", f"relationships {_LISTED}", "count(*)"),
    *(("rpt_relationships", f"sum({name})", f"relationships {_LISTED}", f"sum({name})") for name in _TIES),
]
_QUERY = "\nunion all\n".join(
    f"""
    select
        concat_ws(' ', client_id, '{report}', '{total}') as row_key,
        coalesce(reported.total, 0) as total_reported,
        coalesce(counted.total, 0) as total_in_marts
    from (select client_id, {total} as total from reports.{report} group by client_id) as reported
    full join (select client_id, {in_marts} as total from marts.{mart} group by client_id) as counted
        using (client_id)
    """
    for report, total, mart, in_marts in _TOTALS
)


def suite() -> gx.ExpectationSuite:
    """The one rule of the totals."""
    return suite_of(
        "reports_totals",
        [
            rule(
                "totals_equal_the_marts",
                gxe.ExpectColumnPairValuesToBeEqual,
                column_A="total_reported",
                column_B="total_in_marts",
                ignore_row_if="neither",
                reason="whoever adds up a report must find what its marts hold, in the same file: a row that a join "
                "lost or doubled on the last step shows nowhere else.",
                remedy="compare the report that the key names with its mart, client by client, and mend the join in "
                "its .sql; then `rapport build --full-refresh`.",
            )
        ],
    )


CHECK = TableCheck("reports_totals", _QUERY, suite)
