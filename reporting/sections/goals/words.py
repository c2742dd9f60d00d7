"""Where a goal stands, in words. Pure."""

from reporting.definitions import Definitions
from reporting.sections.goals.record import Goal
from reporting.words import date_only, within


def measure_words(definitions: Definitions) -> dict[str, str]:
    """What a goal's measure counts."""
    mean = f"mean of the last {definitions['goal_weeks'].number}"
    in_time = within(definitions["prompt_answer_hours"].value)
    return {
        "connected_count": "people connected with us",
        "conversing_count": "people in conversation with us, or closer",
        "acquainted_count": "people acquainted with us, or closer",
        "stakeholder_conversing_count": "stakeholders in conversation with us, or closer",
        "reader_count": "readers",
        "waiting_count": "posts that wait for us",
        "real_conversation_count": f"real conversations a week, {mean}",
        "exchange_count": f"exchanges a week, {mean}",
        "new_count": f"first exchanges a week, {mean}",
        "answered_within_day_share": f"of what was due answered within {in_time}, over the last"
        f" {definitions['goal_weeks']}",
    }


def amount(measure: str, value: float | None) -> str:
    """A value of a measure: "12", "3.5", "87%"; "not known" for none."""
    if value is None:
        return "not known"
    if measure.endswith("_share"):
        return f"{100 * value:.0f}%"
    return f"{value:,.1f}".removesuffix(".0")


def progress(goal: Goal, definitions: Definitions) -> str:
    """Where a goal stands, and whether the pace is enough."""
    measured = measure_words(definitions).get(goal.measure, goal.measure)
    if goal.value is None:
        return f"Nothing is known yet of {measured}."
    now, target = amount(goal.measure, goal.value), amount(goal.measure, goal.target)
    by = f"by {date_only(goal.due_date)}"
    if goal.measure == "waiting_count":
        text = f"{now} {measured}, at most {target} wanted {by}"
    elif goal.measure.endswith("_share"):
        text = f"{now} {measured}; {target} wanted {by}"
    else:
        text = f"{now} of {target} {measured}, {by}"
    if goal.status in ("on course", "behind") and goal.expected_value is not None:
        expected = amount(goal.measure, max(goal.expected_value, 0))
        text += f". At the pace of the last {definitions['goal_trend_weeks']}: {expected} by then"
    return f"{text}."
