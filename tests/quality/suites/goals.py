"""For every rule of `quality.suites.goals`, what breaks it."""

_GOAL = "update reports.rpt_goals set {} where goal_number = {}"

FAULTS = {
    "goal_values_are_not_negative": [_GOAL.format("value = -1", 1)],
    "goal_progress_is_a_share": [_GOAL.format("progress_share = 1.2", 3)],
    "goal_shares_are_of_their_counts": [
        _GOAL.format("part_count = 10", 2),
        _GOAL.format("whole_count = null", 2),
        _GOAL.format("whole_count = 6", 1),
    ],
    "goals_without_a_value_say_so": [_GOAL.format("status = 'behind'", 5)],
    "reached_goals_have_their_target": [_GOAL.format("value = 5", 3)],
    # called missed on its last day
    "missed_goals_are_over": [_GOAL.format("due_date = as_of_date", 4)],
    "goals_speak_of_a_complete_week": [_GOAL.format("week_start_date = week_start_date + 7", 1)],
    "goals_speak_of_the_same_day": [_GOAL.format("as_of_date = '2026-07-29'", 1)],
}
