"""What each figure of real conversations counts, beside the rows that it leads to: one row per client and figure."""

from quality.gx import gx, gxe
from quality.suites.rules import TableCheck, rule, suite_of

_REAL = "real_conversation_count"
# report, its figure, its columns that say which rows are meant, and these columns of reports.rpt_real_conversations
_FIGURES = [
    ("rpt_engagement_summary", _REAL, ("week_start_date",), ("week_start_date",)),
    ("rpt_engagement_by_network", _REAL, ("network", "week_start_date"), ("network", "week_start_date")),
    ("rpt_manageability", _REAL, ("network", "account_id", "week_start_date"),
     ("network", "our_account_id", "week_start_date")),
    ("rpt_relationships", _REAL, ("person_id",), ("person_id",)),
    ("rpt_conversations", "real_person_count", ("network", "root_post_id"), ("network", "root_post_id")),
    ("rpt_content", _REAL, ("network", "post_id"), ("network", "spark_post_id")),
]  # fmt: skip
_QUERY = "\nunion all\n".join(
    f"""
    select
        concat_ws(' ', reported.client_id, '{report}', {", ".join(f"reported.{name}" for name in keys)}) as row_key,
        reported.{figure} as told_count,
        coalesce(counted.row_count, 0) as row_count
    from reports.{report} as reported
    left join (
        select client_id, {", ".join(counted)}, count(*) as row_count from reports.rpt_real_conversations group by all
    ) as counted
        on reported.client_id = counted.client_id
            and {" and ".join(f"reported.{one} = counted.{other}" for one, other in zip(keys, counted, strict=True))}
    """
    for report, figure, keys, counted in _FIGURES
)


def suite() -> gx.ExpectationSuite:
    """The one rule of these figures."""
    return suite_of(
        "real_conversation_figures",
        [
            rule(
                "figures_count_the_real_conversations",
                gxe.ExpectColumnPairValuesToBeEqual,
                column_A="told_count",
                column_B="row_count",
                ignore_row_if="neither",
                reason="a figure leads to the real conversations that it counts: whoever counts these must find the "
                "figure, whichever report tells it.",
                remedy="compare rpt_real_conversations with the report that the key names, and mend the join in the "
                ".sql of the one that differs; then `rapport build --full-refresh`.",
            )
        ],
    )


CHECK = TableCheck("real_conversation_figures", _QUERY, suite)
