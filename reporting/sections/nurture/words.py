"""Whom we are losing, in words. Pure."""

from reporting.section import Link
from reporting.sections.nurture.record import Nurture, SilentTie
from reporting.words import count, date_only, duration, listing, person


def link(data: Nurture) -> Link:
    """How the head of the page leads here."""
    return Link("Losing", data.total_count)


def losing(data: Nurture) -> str:
    """ "Of the 38 people with whom we really talk, 15 had no exchange with us for longer than usual: Ana, Ben and 13
    others. 2 of them wait for our answer."."""
    people = count(data.close_count, "person", "people")
    names = [person(tie) for tie in data.ties]
    # those that are not shown count as others
    who = listing([*names, *[""] * (data.total_count - len(names))])
    text = (
        f"Of the {people} with whom we really talk, {data.total_count:,} had no exchange with us for longer than"
        f" usual: {who}."
    )
    if waiting := data.waiting_count:
        text += f" {waiting:,} of them {'waits' if waiting == 1 else 'wait'} for our answer."
    return text


def met(data: Nurture) -> str:
    """Who is not on the list because they were met; '' for nobody."""
    if not data.met:
        return ""
    who = listing([f"{person(tie)} ({tie.kind} of {date_only(tie.occurred_date)})" for tie in data.met], 5)
    return f"Not on the list, as a meeting or a call was logged: {who}."


def rhythm(tie: SilentTie) -> str:
    """ "usually 5 days from one day of talk to the next"; how long it is now stands beside it."""
    usual = duration(max(tie.usual_gap_days, 1) * 24) if tie.usual_gap_days >= 1.5 else "a day"
    return f"usually {usual} from one day of talk to the next"


def last_word(tie: SilentTie) -> str:
    """Whose turn it may be."""
    if tie.is_waiting_for_us:
        return "a post of theirs waits for our answer"
    return "the last word was ours" if tie.last_answer_by == "us" else "the last word was theirs"
