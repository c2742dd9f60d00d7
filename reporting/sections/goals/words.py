"""Where a goal stands, in words. Pure."""

from reporting.sections.goals.record import Goal
from reporting.words import date_only

MEASURE_WORDS = {
    "connected_count": "people connected with us",
    "conversing_count": "people in conversation with us, or closer",
    "acquainted_count": "people acquainted with us, or closer",
    "stakeholder_conversing_count": "stakeholders in conversation with us, or closer",
    "reader_count": "readers",
    "waiting_count": "posts that wait for us",
    "real_conversation_count": "real conversations a week, mean of the last 4",
    "exchange_count": "exchanges a week, mean of the last 4",
    "new_count": "first exchanges a week, mean of the last 4",
    "answered_within_day_share": "of what was due answered within a day, over the last 4 weeks",
}


def amount(measure: str, value: float | None) -> str:
    """A value of a measure: "12", "3.5", "87%"; "not known" for none."""
    if value is None:
        return "not known"
    if measure.endswith("_share"):
        return f"{100 * value:.0f}%"
    return f"{value:,.1f}".removesuffix(".0")


def progress(goal: Goal) -> str:
    """Where a goal stands, and whether the pace is enough."""
    measured = MEASURE_WORDS.get(goal.measure, goal.measure)
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
        text += f". At the pace of the last 8 weeks: {expected} by then"
    return f"{text}."
