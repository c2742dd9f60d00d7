"""What streams are called, and why a part of one was not fetched, in the language that is spoken. Pure.

The published file has both in English.
"""

import re

from reporting.language import N_, _

STREAM_WORDS = (
    N_("Profiles"),
    N_("What we wrote"),
    N_("Posts that mention us"),
    N_("Replies in our conversations"),
    N_("Quotes of our posts"),
    N_("Who reposted our posts"),
    N_("Who liked our posts"),
    N_("Direct messages"),
    N_("Earlier posts that replies point to"),
    N_("Lookups"),
    N_("Account lookups"),
)
GAP_WORDS = {
    "budget reached": N_("budget reached"),
    "more posts than nods_per_run": N_("more posts than a run looks at"),
    "older than the 7 days that recent search reaches": N_(
        "older than the 7 days that recent search reaches"
    ),
}
_BEYOND = re.compile(r"beyond the newest ([\d,]+) that (\w+) shows")


def stream_words(label: str) -> str:
    """The label of a stream as rapport/networks.py has it."""
    return _(label) if label in STREAM_WORDS else label


def gap_words(reason: str) -> str:
    """Why a part was not fetched."""
    if reason in GAP_WORDS:
        return _(GAP_WORDS[reason])
    if beyond := _BEYOND.fullmatch(reason):
        newest = int(beyond[1].replace(",", ""))
        return _("beyond the newest %(count)s that %(network)s shows", count=newest, network=beyond[2])
    return reason


def gap_reasons_words(reasons: str) -> str:
    """Why parts were not fetched, each reason once, as the published file joins them."""
    return "; ".join(gap_words(reason) for reason in reasons.split("; "))
