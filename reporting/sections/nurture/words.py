"""Whom we are losing, in words. Pure."""

from collections.abc import Callable

from reporting.language import _, ngettext, npgettext
from reporting.section import Link
from reporting.sections.nurture.record import Nurture, SilentTie
from reporting.words import Named, date_only, duration, listing, outcome_kind, person


def link(data: Nurture) -> Link:
    """How the head of the page leads here."""
    return Link(_("Losing"), data.total_count)


def losing(data: Nurture, named: Callable[[Named], str] = person) -> str:
    """ "Of the 38 people with whom we really talk, 15 had no exchange with us for longer than usual: Ana, Ben and 13
    others. 2 of them wait for our answer."."""
    names = [named(tie) for tie in data.ties]
    text = ngettext(
        "Of the %(people)s with whom we really talk, %(num)s had no exchange with us for longer than usual: %(who)s.",
        "Of the %(people)s with whom we really talk, %(num)s had no exchange with us for longer than usual: %(who)s.",
        data.total_count,
        people=npgettext("of the", "%(num)s person", "%(num)s people", data.close_count),
        # those that are not shown count as others
        who=listing([*names, *[""] * (data.total_count - len(names))]),
    )
    if waiting := data.waiting_count:
        waits = ngettext(
            "%(num)s of them waits for our answer.", "%(num)s of them wait for our answer.", waiting
        )
        return f"{text} {waits}"
    return text


def met(data: Nurture, named: Callable[[Named], str] = person) -> str:
    """Who is not on the list because they were met; '' for nobody."""
    if not data.met:
        return ""
    who = [
        _(
            "%(who)s (%(kind)s of %(day)s)",
            who=named(tie),
            kind=outcome_kind(tie.kind),
            day=date_only(tie.occurred_date),
        )
        for tie in data.met
    ]
    return _("Not on the list, as a meeting or a call was logged: %(who)s.", who=listing(who, 5))


def silence(tie: SilentTie) -> str:
    """ "no exchange for 9 weeks". They may have written since: one post that nobody answers is no exchange."""
    how_long = duration(tie.silent_days * 24)
    if tie.last_met_date:
        return _("no exchange, meeting or call for %(duration)s", duration=how_long)
    return _("no exchange for %(duration)s", duration=how_long)


def rhythm(tie: SilentTie) -> str:
    """ "usually 5 days from one day of talk to the next"; how long it is now stands beside it."""
    usual = duration(max(tie.usual_gap_days, 1) * 24) if tie.usual_gap_days >= 1.5 else _("a day")
    return _("usually %(duration)s from one day of talk to the next", duration=usual)


def last_word(tie: SilentTie) -> str:
    """Whose turn it may be."""
    if tie.is_waiting_for_us:
        return _("a post of theirs waits for our answer")
    return _("the last word was ours") if tie.last_answer_by == "us" else _("the last word was theirs")
