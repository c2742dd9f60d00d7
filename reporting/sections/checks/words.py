"""How the published numbers were checked, in words. Pure."""

from reporting.language import N_, _, ngettext, npgettext
from reporting.sections.checks.record import Checks, Warned
from reporting.words import capital, share

# Why a rule that warns matters, as quality/suites state it and the published file has it.
REASONS = (
    N_(
        "an id of X carries the time of its post; where the post says another, a time zone was misread or a file was"
        " altered. The id's time is used."
    ),
    N_("a threshold is set to a value at which its word loses its sense."),
    N_(
        "half of the newest day's posts are of another kind than in the 28 days before (judged from 50 posts on): a"
        " part of the search may have stopped working, or something happened that the reader should know of."
    ),
    N_(
        "half of the newest day's posts are of another language than in the 28 days before (judged from 50 posts on):"
        " another account may answer to the name, or something happened that the reader should know of."
    ),
    N_(
        "between what was read before and this window lies a stretch that nobody asked for and that is recorded as no"
        " gap: its weeks look quieter than they were."
    ),
)


def held(data: Checks) -> str:
    """How many rules hold, and how many warn."""
    rules = npgettext("of", "%(num)s rule", "%(num)s rules", data.rule_count)
    values = {"share": share(data.held_count, data.rule_count, rules)}
    if not data.warned:
        return _("Before it was published, %(share)s held: nothing looks out of order.", **values)
    return ngettext(
        "Before it was published, %(share)s held. One warns: the numbers are right, but know how they came about.",
        "Before it was published, %(share)s held. %(num)s warn: the numbers are right, but know how they came about.",
        len(data.warned),
        **values,
    )


def reason(rule: Warned) -> str:
    """Why a rule that warns matters."""
    return capital(_(rule.reason) if rule.reason in REASONS else rule.reason)
