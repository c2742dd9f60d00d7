"""Where a goal stands, in words. Pure."""

from reporting.definitions import Definitions
from reporting.language import N_, _, form_of, ngettext, npgettext, word
from reporting.lists.narrowing import address, week_of
from reporting.sections.goals.record import Goal
from reporting.words import date_only, number, percent, share_first, within

STATUS_WORDS = {
    "reached": N_("reached"),
    "on course": N_("on course"),
    "behind": N_("behind"),
    "missed": N_("missed"),
    "not known yet": N_("not known yet"),
}


# The published table whose newest week has the value; of "in conversation, or closer" in two columns.
_AT_END = {
    "connected_count": "rpt_engagement_summary",
    "conversing_count": "rpt_engagement_summary",
    "waiting_count": "rpt_engagement_summary",
    "reader_count": "rpt_readership",
}
# What is the mean of the last weeks, or a share over them.
_OVER_WEEKS = ("real_conversation_count", "exchange_count", "new_count", "answered_within_day_share")


def measure_words(definitions: Definitions, value: float = 2) -> dict[str, str]:
    """What a goal's measure counts, as it stands beside that many of it."""
    weeks, form = definitions["goal_weeks"].number, form_of(value, 1)
    return {
        "connected_count": ngettext("person connected with us", "people connected with us", form),
        "conversing_count": ngettext(
            "person in conversation with us, or closer", "people in conversation with us, or closer", form
        ),
        "acquainted_count": ngettext(
            "person acquainted with us, or closer", "people acquainted with us, or closer", form
        ),
        "stakeholder_conversing_count": ngettext(
            "stakeholder in conversation with us, or closer",
            "stakeholders in conversation with us, or closer",
            form,
        ),
        "reader_count": npgettext("goal", "reader", "readers", form),
        "waiting_count": ngettext("post that waits for us", "posts that wait for us", form),
        "real_conversation_count": ngettext(
            "real conversation a week, mean of the last %(weeks)s",
            "real conversations a week, mean of the last %(weeks)s",
            form,
            weeks=weeks,
        ),
        "exchange_count": ngettext(
            "exchange a week, mean of the last %(weeks)s",
            "exchanges a week, mean of the last %(weeks)s",
            form,
            weeks=weeks,
        ),
        "new_count": ngettext(
            "first exchange a week, mean of the last %(weeks)s",
            "first exchanges a week, mean of the last %(weeks)s",
            form,
            weeks=weeks,
        ),
        "answered_within_day_share": _(
            "of what was due answered within %(time)s, over the last %(weeks)s",
            time=within(definitions["prompt_answer_hours"].value),
            weeks=definitions["goal_weeks"],
        ),
    }


def amount(measure: str, value: float | None) -> str:
    """A value of a measure: "12", "3.5", "87%"; "not known" for none."""
    if value is None:
        return _("not known")
    return percent(value) if measure.endswith("_share") else number(value, 1)


def status(goal: Goal) -> str:
    """ "on course"."""
    return word(STATUS_WORDS, goal.status)


def at(goal: Goal) -> str:
    """Where the weeks stand that a value was made of, or the people; '' where nothing is known."""
    if goal.value is None or goal.week_start_date is None:
        return ""
    if goal.measure in _OVER_WEEKS:
        return address("weeks", goals="1")
    if goal.measure in _AT_END:
        return week_of(_AT_END[goal.measure], goal.measure, goal.week_start_date)
    return address("stakeholders" if goal.measure.startswith("stakeholder") else "people")


def progress(goal: Goal, definitions: Definitions) -> str:
    """Where a goal stands, and whether the pace is enough."""
    # nobody is "14 of 10 people": what is more than was wanted stands alone
    is_more = goal.value is not None and goal.value > goal.target
    # of "6 of 10 people" it is the 10 that the noun goes by
    beside = (
        goal.value if (goal.measure == "waiting_count" or is_more) and goal.value is not None else goal.target
    )
    measured = measure_words(definitions, 2 if goal.value is None else beside).get(goal.measure, goal.measure)
    if goal.value is None:
        return _("Nothing is known yet of %(measure)s.", measure=measured)
    figures = {
        "now": share_first(goal.part_count, goal.whole_count)
        if goal.part_count is not None and goal.whole_count
        else amount(goal.measure, goal.value),
        "target": amount(goal.measure, goal.target),
        "measure": measured,
        "day": date_only(goal.due_date),
    }
    if goal.measure == "waiting_count":
        text = _("%(now)s %(measure)s, at most %(target)s wanted by %(day)s.", **figures)
    elif goal.measure.endswith("_share") or is_more:
        text = _("%(now)s %(measure)s; %(target)s wanted by %(day)s.", **figures)
    else:
        text = _("%(now)s of %(target)s %(measure)s, by %(day)s.", **figures)
    if goal.status in ("on course", "behind") and goal.expected_value is not None:
        pace = _(
            "At the pace of the last %(weeks)s: %(expected)s by then.",
            weeks=definitions["goal_trend_weeks"],
            expected=amount(goal.measure, max(goal.expected_value, 0)),
        )
        return f"{text} {pace}"
    return text
