"""How far we have come with those whom we want to talk with, in words. Pure."""

from collections import Counter
from collections.abc import Sequence

from reporting.section import Link
from reporting.sections.stakeholders.record import Stakeholder
from reporting.words import listing

# From near to far.
STANDING_WORDS = {
    "connected": "connected",
    "in conversation": "in conversation",
    "answered": "answered once or more",
    "sought out": "we wrote, no answer yet",
    "reached out to us": "wrote to us, we have not written back",
    "fell silent": "fell silent",
    "not yet met": "not yet met",
}


def link(data: Sequence[Stakeholder]) -> Link:
    """How the head of the page leads here."""
    return Link("Stakeholders")


def stakeholders(wanted: Sequence[Stakeholder]) -> str:
    """ "Of 6 whom we want to talk with: 2 connected, 1 in conversation and 3 not yet met."."""
    if not wanted:
        return "Nobody is on the list of stakeholders."
    if len(wanted) == 1:
        return f"The one person we want to talk with: {STANDING_WORDS.get(wanted[0].standing, wanted[0].standing)}."
    found = Counter(person.standing for person in wanted)
    parts = [f"{found[word]:,} {word}" for word in STANDING_WORDS if found[word]]
    return f"Of {len(wanted):,} whom we want to talk with: {listing(parts, limit=len(STANDING_WORDS))}."
