"""reports.rpt_engagement_by_network: one row per client, network and ISO week."""

from quality.gx import gx, gxe
from quality.suites.rules import TableCheck, as_of_rule, rule, suite_of

# What is on one network each; people may be on several.
_ADD_UP = (
    "real_conversation_count", "exchange_count", "address_in_count", "address_out_count",
    "answered_within_day_count", "answer_due_count", "unanswered_count", "waiting_count",
)  # fmt: skip

_QUERY = f"""
with networks as (
    select
        *,
        row_number() over (partition by client_id, week_start_date order by network) as network_number,
        {", ".join(f"sum({name}) over week as all_{name}" for name in _ADD_UP)},
        max(person_in_count) over week as most_person_in_count,
        sum(person_in_count) over week as all_person_in_count
    from reports.rpt_engagement_by_network
    window week as (partition by client_id, week_start_date)
)

select
    concat_ws(
        ' ', coalesce(networks.client_id, summary.client_id), networks.network,
        cast(coalesce(networks.week_start_date, summary.week_start_date) as varchar)
    ) as row_key,
    networks.answered_within_day_share,
    networks.answered_within_day_share
    - networks.answered_within_day_count / nullif(networks.answer_due_count, 0) as share_difference,
    {" + ".join(f"abs(coalesce(all_{name}, 0) - coalesce(summary.{name}, 0))" for name in _ADD_UP)} as difference_count,
    if(summary.person_in_count between coalesce(most_person_in_count, 0) and coalesce(all_person_in_count, 0), 0, 1)
        as impossible_people_count,
    date_diff('day', summary.as_of_date, networks.as_of_date) as as_of_difference_days
from reports.rpt_engagement_summary as summary
full join networks
    on summary.client_id = networks.client_id and summary.week_start_date = networks.week_start_date
"""

_JOIN = "compare rpt_engagement_by_network with rpt_engagement_summary week by week, and mend the join in its .sql."


def suite() -> gx.ExpectationSuite:
    """Rules of the week on each network."""
    return suite_of(
        "rpt_engagement_by_network",
        [
            rule(
                "networks_add_up_to_the_week",
                gxe.ExpectColumnValuesToBeInSet,
                column="difference_count",
                value_set=[0],
                reason="whoever adds up the networks must find the week: what is in one of them twice, or in none, is "
                "told wrongly.",
                remedy=_JOIN,
            ),
            rule(
                "people_of_a_week_are_on_its_networks",
                gxe.ExpectColumnValuesToBeInSet,
                column="impossible_people_count",
                value_set=[0],
                reason="there are at least as many people in the week as on any network, and no more than on all of "
                "them together.",
                remedy=_JOIN,
            ),
            rule(
                "share_on_a_network_agrees_with_its_counts",
                gxe.ExpectColumnValuesToBeBetween,
                column="share_difference",
                min_value=-1e-9,
                max_value=1e-9,
                reason="whoever divides the counts shown must find the share shown.",
                remedy=_JOIN,
            ),
            as_of_rule("rpt_engagement_by_network"),
        ],
    )


CHECK = TableCheck("rpt_engagement_by_network", _QUERY, suite)
