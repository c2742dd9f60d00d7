"""The week in words: how much talk there was, and how those who wrote to us were answered. Pure."""

from collections.abc import Sequence
from math import ceil
from statistics import fmean

from rapport.networks import label_of
from reporting.client import Client
from reporting.definitions import Definitions
from reporting.language import _, form_of, ngettext, npgettext
from reporting.lists.narrowing import address
from reporting.section import Sentence
from reporting.sections.week.record import Networks, NetworkWeek
from reporting.weeks import Week
from reporting.words import duration, name, number, share, within


def sentences(client: Client, data: Networks | None) -> list[Sentence]:
    """What there is to say of the week itself, or that there is none."""
    week = client.week
    if week is None:
        return [
            Sentence(
                10,
                _(
                    "Nothing is known yet about the conversations of %(client)s.",
                    client=name(client.client_name),
                ),
                "coverage",
            ),
            Sentence(
                90,
                _(
                    "Either nothing has been fetched for this client yet, or its accounts neither wrote"
                    " nor were written to."
                ),
                "coverage",
            ),
        ]
    before = [
        earlier
        for earlier in client.weeks
        if earlier.is_complete_week and earlier.week_start_date < week.week_start_date
    ]
    of_week = {"week": f"{week.week_start_date:%G-W%V}"}
    told = talk(week, before, client.definitions)
    # where none is told of, there are none to lead to
    found = [
        Sentence(10, told, "real_conversations", of_week)
        if week.real_conversation_count
        else Sentence(10, told, "conversations")
    ]
    if answered := answers(week, client.definitions):
        found.append(Sentence(30, answered, "answers", of_week))
    return found


def talk(week: Week, before: Sequence[Week], definitions: Definitions) -> str:
    """How much real conversation there was, against the weeks before."""
    is_over = week.is_complete_week
    if not (week.address_in_count or week.address_out_count):
        text = (
            _("Nobody wrote to us this week, and we wrote to nobody")
            if is_over
            else _("Nobody wrote to us so far this week, which is still running, and we wrote to nobody")
        )
    elif week.real_conversation_count:
        had = {
            "conversations": ngettext(
                "%(num)s real conversation", "%(num)s real conversations", week.real_conversation_count
            ),
            "exchanges": npgettext("with", "%(num)s exchange", "%(num)s exchanges", week.exchange_count),
        }
        text = (
            _("We had %(conversations)s this week, with %(exchanges)s in all", **had)
            if is_over
            else _(
                "We had %(conversations)s so far this week, which is still running, with %(exchanges)s in all",
                **had,
            )
        )
    elif week.exchange_count:
        exchanges = ngettext("%(num)s exchange", "%(num)s exchanges", week.exchange_count)
        text = (
            _("We had no real conversation this week, only %(exchanges)s", exchanges=exchanges)
            if is_over
            else _(
                "We had no real conversation so far this week, which is still running, only %(exchanges)s",
                exchanges=exchanges,
            )
        )
    else:
        text = (
            _("We had no real conversation this week, and no exchange")
            if is_over
            else _("We had no real conversation so far this week, which is still running, and no exchange")
        )
    return f"{text}{_against_usual(week, before, definitions)}."


def _against_usual(week: Week, before: Sequence[Week], definitions: Definitions) -> str:
    """How the week's real conversations compare; nothing for a running week or too short a past."""
    usual_weeks = int(definitions["usual_weeks"].value)
    past = [earlier.real_conversation_count for earlier in before[-usual_weeks:]]
    if not week.is_complete_week or len(past) < definitions["usual_floor"].value:
        return ""
    usual, now = fmean(past), week.real_conversation_count
    difference = definitions["usual_difference"].value * usual
    if not usual and not now:
        return ngettext(", as in the week before", ", as in the %(num)s weeks before", len(past))
    form, figures = form_of(usual, 1), {"weeks": len(past), "average": number(usual, 1)}
    if abs(now - usual) >= 1 and abs(now - usual) > difference:
        if now > usual:
            return ngettext(
                "; more than usual (the %(weeks)s weeks before averaged %(average)s real conversation)",
                "; more than usual (the %(weeks)s weeks before averaged %(average)s real conversations)",
                form,
                **figures,
            )
        return ngettext(
            "; fewer than usual (the %(weeks)s weeks before averaged %(average)s real conversation)",
            "; fewer than usual (the %(weeks)s weeks before averaged %(average)s real conversations)",
            form,
            **figures,
        )
    return ngettext(
        "; about as usual (the %(weeks)s weeks before averaged %(average)s real conversation)",
        "; about as usual (the %(weeks)s weeks before averaged %(average)s real conversations)",
        form,
        **figures,
    )


def answers(week: Week, definitions: Definitions) -> str:
    """How many of those who wrote to us were answered; nothing when nobody did."""
    if not week.address_in_count:
        return ""
    limit = within(definitions["prompt_answer_hours"].value)
    text = f"{_who_wrote(week)}{_in_time(week, limit)}{_by_hours(week)}{_left(week, limit)}"
    if week.median_answer_hours is not None:
        text += _(
            "; half of the answers came within %(duration)s",
            duration=duration(ceil(week.median_answer_hours) or 1),
        )
    if not week.is_complete_week or week.is_settled_week:
        is_open = week.is_settled_week and _due_by_hours(week) < week.address_in_count
        later = _("By working hours this is not final: for some of it no working day has passed yet.")
        return f"{text}. {later}" if is_open and week.working_day_due_count is not None else f"{text}."
    not_final = _("This is not final: what came in last may still be answered within %(time)s.", time=limit)
    return f"{text}. {not_final}"


def _who_wrote(week: Week) -> str:
    """ "9 people wrote to us, 12 times in all"."""
    people, asked = week.person_in_count, week.address_in_count
    if asked == people:
        return ngettext("%(num)s person wrote to us", "%(num)s people wrote to us", people)
    return ngettext(
        "%(num)s person wrote to us, %(times)s in all",
        "%(num)s people wrote to us, %(times)s in all",
        people,
        times=ngettext("%(num)s time", "%(num)s times", asked),
    )


def _in_time(week: Week, limit: str) -> str:
    """ ": 6 of 9 (67%) got an answer within a day", or that this cannot be said yet."""
    due, answered = week.answer_due_count, week.answered_within_day_count
    if not due:
        return _("; it is too early to judge the answers")
    in_time = {"share": share(answered, due), "time": limit}
    if due == week.address_in_count:
        return ngettext(
            ": %(share)s got an answer within %(time)s",
            ": %(share)s got an answer within %(time)s",
            answered,
            **in_time,
        )
    # What came in on the last day may still be answered in time: it is not due yet.
    return ngettext(
        ": of what was due, %(share)s got an answer within %(time)s",
        ": of what was due, %(share)s got an answer within %(time)s",
        answered,
        **in_time,
    )


def _due_by_hours(week: Week) -> int:
    return week.working_day_due_count or 0


def _by_hours(week: Week) -> str:
    """ ", and 8 of 9 (89%) within a working day"; "" of a client without working hours, or where nothing was due."""
    if not week.answer_due_count or not _due_by_hours(week):
        return ""
    in_time = share(week.answered_within_working_day_count or 0, _due_by_hours(week))
    return _(", and %(share)s within a working day", share=in_time)


def _left(week: Week, limit: str) -> str:
    """ ", 2 have none yet"; nothing where everything has an answer."""
    left = week.unanswered_count
    if not left:
        return ""
    if not week.is_settled_week:
        return ngettext(", %(num)s has none yet", ", %(num)s have none yet", left)
    # A later answer is not the week's.
    return ngettext(
        ", %(num)s was still unanswered %(time)s after the week's end",
        ", %(num)s were still unanswered %(time)s after the week's end",
        left,
        time=limit,
    )


def label(week: NetworkWeek) -> str:
    """ "X"; "All together" of the sum."""
    return label_of(week.network) if week.network else _("All together")


def waiting_rows(week: NetworkWeek) -> str:
    """Where those who wait on it stand; "" for nobody."""
    if not week.waiting_count:
        return ""
    return address("waiting", network=week.network) if week.network else address("waiting")


def real_rows(week: NetworkWeek) -> str:
    """Where its real conversations stand, one by one; "" for none."""
    if not week.real_conversation_count:
        return ""
    on = {"network": week.network} if week.network else {}
    return address("real_conversations", week=f"{week.week_start_date:%G-W%V}", **on)


def answered(week: NetworkWeek) -> str:
    """ "6 of 9 (67%)"; "nothing due" where nothing was to be answered."""
    if not week.answer_due_count:
        return _("nothing due")
    return share(week.answered_within_day_count, week.answer_due_count)
