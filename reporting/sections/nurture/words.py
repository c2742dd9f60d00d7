"""Whom we are losing, in words. Pure."""

from reporting.section import Link
from reporting.sections.nurture.record import Nurture, SilentTie
from reporting.words import duration


def link(data: Nurture) -> Link:
    """How the head of the page leads here."""
    return Link("Losing", data.total_count)


def rhythm(tie: SilentTie) -> str:
    """ "usually 5 days from one day of talk to the next"; how long it is now stands beside it."""
    usual = duration(max(tie.usual_gap_days, 1) * 24) if tie.usual_gap_days >= 1.5 else "a day"
    return f"usually {usual} from one day of talk to the next"


def last_word(tie: SilentTie) -> str:
    """Whose turn it may be."""
    if tie.is_waiting_for_us:
        return "a post of theirs waits for our answer"
    return "the last word was ours" if tie.last_answer_by == "us" else "the last word was theirs"
