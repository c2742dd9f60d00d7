"""The week in words: how much talk there was, and how those who wrote to us were answered. Pure."""

from collections.abc import Sequence
from math import ceil
from statistics import fmean

from rapport.networks import label_of
from reporting.client import Client
from reporting.definitions import Definitions
from reporting.section import Sentence
from reporting.sections.week.record import Networks, NetworkWeek
from reporting.weeks import Week
from reporting.words import count, duration, name, of_how_many, within


def sentences(client: Client, data: Networks | None) -> list[Sentence]:
    """What there is to say of the week itself, or that there is none."""
    week = client.week
    if week is None:
        return [
            Sentence(10, f"Nothing is known yet about the conversations of {name(client.client_name)}."),
            Sentence(
                90,
                "Either nothing has been fetched for this client yet, or its accounts neither wrote"
                " nor were written to.",
            ),
        ]
    before = [
        earlier
        for earlier in client.weeks
        if earlier.is_complete_week and earlier.week_start_date < week.week_start_date
    ]
    found = [Sentence(10, talk(week, before, client.definitions))]
    if answered := answers(week, client.definitions):
        found.append(Sentence(30, answered))
    return found


def talk(week: Week, before: Sequence[Week], definitions: Definitions) -> str:
    """How much real conversation there was, against the weeks before."""
    usual = _against_usual(week, before, definitions)
    when = "this week" if week.is_complete_week else "so far this week, which is still running"
    if not (week.address_in_count or week.address_out_count):
        return f"Nobody wrote to us {when}, and we wrote to nobody{usual}."
    if week.real_conversation_count:
        had = f"We had {count(week.real_conversation_count, 'real conversation')} {when}"
        return f"{had}, with {count(week.exchange_count, 'exchange')} in all{usual}."
    others = f"only {count(week.exchange_count, 'exchange')}" if week.exchange_count else "and no exchange"
    return f"We had no real conversation {when}, {others}{usual}."


def _against_usual(week: Week, before: Sequence[Week], definitions: Definitions) -> str:
    """How the week's real conversations compare; nothing for a running week or too short a past."""
    usual_weeks = int(definitions["usual_weeks"].value)
    past = [earlier.real_conversation_count for earlier in before[-usual_weeks:]]
    if not week.is_complete_week or len(past) < definitions["usual_floor"].value:
        return ""
    usual, now = fmean(past), week.real_conversation_count
    if not usual and not now:
        return f", as in the {len(past)} weeks before"
    verdict = "about as usual"
    if abs(now - usual) >= 1 and abs(now - usual) > 0.25 * usual:
        verdict = "more than usual" if now > usual else "fewer than usual"
    average = f"{usual:.1f}".removesuffix(".0")
    return f"; {verdict} (the {len(past)} weeks before averaged {average} real conversations)"


def answers(week: Week, definitions: Definitions) -> str:
    """How many of those who wrote to us were answered; nothing when nobody did."""
    asked = week.address_in_count
    if not asked:
        return ""
    text = f"{count(week.person_in_count, 'person', 'people')} wrote to us"
    if asked != week.person_in_count:
        text += f", {count(asked, 'time')} in all"
    limit = within(definitions["prompt_answer_hours"].value)
    if due := week.answer_due_count:
        # What came in on the last day may still be answered in time: it is not due yet.
        of_those = "" if due == asked else "of what was due, "
        in_time = of_how_many(week.answered_within_day_count, due)
        text += f": {of_those}{in_time} got an answer within {limit}"
    else:
        text += "; it is too early to judge the answers"
    if left := week.unanswered_count:
        # A later answer is not the week's.
        text += (
            f", {left:,} {'was' if left == 1 else 'were'} still unanswered {limit} after the week's end"
            if week.is_settled_week
            else f", {left:,} {'has' if left == 1 else 'have'} none yet"
        )
    if week.median_answer_hours is not None:
        text += f"; half of the answers came within {duration(ceil(week.median_answer_hours) or 1)}"
    if week.is_complete_week and not week.is_settled_week:
        return f"{text}. This is not final: what came in last may still be answered within {limit}."
    return text + "."


def label(week: NetworkWeek) -> str:
    """ "X"; "All together" of the sum."""
    return label_of(week.network) if week.network else "All together"


def answered(week: NetworkWeek) -> str:
    """ "6 of 9 (67%)"; "nothing due" where nothing was to be answered."""
    if not week.answer_due_count:
        return "nothing due"
    return of_how_many(week.answered_within_day_count, week.answer_due_count)
