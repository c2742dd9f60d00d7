"""How far we have come with those whom we want to talk with, in words. Pure."""

from collections import Counter
from collections.abc import Sequence

from reporting.language import N_, _, ngettext, word
from reporting.section import Link
from reporting.sections.stakeholders.record import Stakeholder
from reporting.words import listing

# From near to far.
STANDING_WORDS = {
    "connected": N_("connected"),
    "in conversation": N_("in conversation"),
    "answered": N_("answered once or more"),
    "sought out": N_("we wrote, no answer yet"),
    "reached out to us": N_("wrote to us, we have not written back"),
    "fell silent": N_("fell silent"),
    "not yet met": N_("not yet met"),
}


def link(data: Sequence[Stakeholder]) -> Link:
    """How the head of the page leads here."""
    return Link(_("Stakeholders"))


def standing(person: Stakeholder) -> str:
    """How far we have come with one of them."""
    return word(STANDING_WORDS, person.standing)


def stakeholders(wanted: Sequence[Stakeholder]) -> str:
    """ "Of 6 whom we want to talk with: 2 connected, 1 in conversation and 3 not yet met."."""
    if not wanted:
        return _("Nobody is on the list of stakeholders.")
    if len(wanted) == 1:
        return _("The one person we want to talk with: %(standing)s.", standing=standing(wanted[0]))
    found = Counter(person.standing for person in wanted)
    parts = [_standing_count(word, found[word]) for word in STANDING_WORDS if found[word]]
    return ngettext(
        "Of %(num)s whom we want to talk with: %(standings)s.",
        "Of %(num)s whom we want to talk with: %(standings)s.",
        len(wanted),
        standings=listing(parts, limit=len(STANDING_WORDS)),
    )


def _standing_count(word: str, number: int) -> str:
    """ "3 not yet met"."""
    return {
        "connected": ngettext("%(num)s connected", "%(num)s connected", number),
        "in conversation": ngettext("%(num)s in conversation", "%(num)s in conversation", number),
        "answered": ngettext("%(num)s answered", "%(num)s answered", number),
        "sought out": ngettext("%(num)s sought out", "%(num)s sought out", number),
        "reached out to us": ngettext("%(num)s reached out to us", "%(num)s reached out to us", number),
        "fell silent": ngettext("%(num)s fell silent", "%(num)s fell silent", number),
        "not yet met": ngettext("%(num)s not yet met", "%(num)s not yet met", number),
    }[word]
