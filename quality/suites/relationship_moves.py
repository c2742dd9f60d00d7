"""reports.rpt_relationship_moves: one row per client, person and week in which the tie moved."""

from quality.gx import gx, gxe
from quality.suites.rules import AS_OF_BY_CLIENT, TableCheck, as_of_rule, rule, suite_of
from rapport.definitions import definition

_LADDER = ("acquainted", "conversing", "connected")


def possible_moves() -> list[str]:
    """Every change of stage that the definitions allow, as 'movement: before > after'.

    How far a tie may rise at once depends on thresholds, so any rise counts; a fall is one step.
    """
    rungs = range(len(_LADDER))
    return [
        *(f"new: {before} > {after}" for before in ("stranger", "noticed") for after in _LADDER),
        *(f"deepened: {_LADDER[low]} > {_LADDER[high]}" for low in rungs for high in rungs if low < high),
        *(f"cooled: {_LADDER[step + 1]} > {_LADDER[step]}" for step in rungs[:-1]),
        *(f"lapsed: {before} > dormant" for before in _LADDER),
        *(f"revived: dormant > {after}" for after in _LADDER),
    ]


_QUERY = f"""
with moves as (
    select
        *,
        lag(stage_after) over by_week as previous_stage_after,
        lag(movement) over by_week as previous_movement,
        date_diff('week', lag(week_start_date) over by_week, week_start_date) as weeks_since_previous_move
    from reports.rpt_relationship_moves
    window by_week as (partition by client_id, person_id order by week_start_date)
)

select
    concat_ws(' ', moves.client_id, person_id, cast(week_start_date as varchar)) as row_key,
    concat(movement, ': ', coalesce(stage_before, 'stranger'), ' > ', stage_after) as move,
    if(movement in ('new', 'deepened', 'revived'), coalesce(len(evidence_post_ids), 0), null)
        as evidence_count,
    coalesce(stage_before, 'stranger') as stage_before,
    previous_stage_after,
    case
        -- a rise holds an exchange, and ageing counts from the last exchange
        when movement = 'lapsed' and previous_movement in ('new', 'deepened', 'revived')
            then weeks_since_previous_move - {definition("dormant_weeks")}
        when movement = 'cooled'
            then weeks_since_previous_move - {definition("step_down_weeks")}
    end as weeks_beyond_patience,
    isodow(week_start_date) as week_start_weekday,
    date_diff('day', moves.as_of_date, week_start_date) as week_after_as_of_days,
    -- a move is as of the end of its week, or of the data where the week has not ended
    date_diff('day', least(week_start_date + 7, horizon.as_of_date), moves.as_of_date)
        as as_of_difference_days
from moves
left join {AS_OF_BY_CLIENT} as horizon on moves.client_id = horizon.client_id
"""

_LEDGER = (
    "run `rapport build --full-refresh`; if it stays, read that person's rows of marts.relationship_weeks in "
    "order of weeks."
)


def suite() -> gx.ExpectationSuite:
    """Rules of the movements."""
    return suite_of(
        "rpt_relationship_moves",
        [
            rule(
                "moves_are_possible",
                gxe.ExpectColumnValuesToBeInSet,
                column="move",
                value_set=possible_moves(),
                reason="stages rise from acquainted to connected, fall one step at a time, become dormant "
                "and are revived; any other change tells a story that did not happen.",
                remedy=_LEDGER,
            ),
            rule(
                "moves_have_evidence",
                gxe.ExpectColumnValuesToBeBetween,
                column="evidence_count",
                min_value=1,
                reason="a tie rises because of posts; the report links them, so that a reader can see for "
                "herself.",
                remedy=_LEDGER,
            ),
            rule(
                "moves_follow_each_other",
                gxe.ExpectColumnPairValuesToBeEqual,
                column_A="stage_before",
                column_B="previous_stage_after",
                ignore_row_if="either_value_is_missing",
                reason="a tie leaves the stage that its last move brought it to; else a move is missing or "
                "doubled.",
                remedy=_LEDGER,
            ),
            rule(
                "ageing_is_patient",
                gxe.ExpectColumnValuesToBeBetween,
                column="weeks_beyond_patience",
                min_value=0,
                reason="a tie cools and lapses only after its weeks of silence; sooner would report a loss "
                "that is none.",
                remedy=_LEDGER,
            ),
            rule(
                "move_weeks_start_on_monday",
                gxe.ExpectColumnValuesToBeInSet,
                column="week_start_weekday",
                value_set=[1],
                reason="moves are joined to the weeks of the summary; a week that starts elsewhere stands "
                "in none.",
                remedy="see that the build runs in UTC (dbt_project/profiles.yml), then build again.",
            ),
            rule(
                "moves_lie_before_as_of",
                gxe.ExpectColumnValuesToBeBetween,
                column="week_after_as_of_days",
                max_value=0,
                reason="a measure as of a day uses nothing later.",
                remedy=_LEDGER,
            ),
            as_of_rule("rpt_relationship_moves"),
        ],
    )


CHECK = TableCheck("rpt_relationship_moves", _QUERY, suite)
