"""What stood before an outcome, in words. Pure. "Preceded by", never "caused by"."""

from reporting.language import _, npgettext
from reporting.sections.outcomes.record import Outcome


def preceded(outcome: Outcome) -> str:
    """The talk before it."""
    if not outcome.is_joined:
        return _("Not joined to a person: no consent basis was given, or the account was never seen.")
    more = outcome.exchange_since_count
    if outcome.exchange_count:
        talk = {
            "conversations": npgettext(
                "by",
                "%(num)s real conversation",
                "%(num)s real conversations",
                outcome.real_conversation_count,
            ),
            "exchanges": npgettext("by", "%(num)s exchange", "%(num)s exchanges", outcome.exchange_count),
        }
        text = (
            _(
                "Preceded by %(conversations)s and %(exchanges)s, and %(more)s more in the days just before.",
                more=more,
                **talk,
            )
            if more
            else _("Preceded by %(conversations)s and %(exchanges)s.", **talk)
        )
    else:
        text = (
            _(
                "Preceded by no exchange that we know of, and %(more)s more in the days just before.",
                more=more,
            )
            if more
            else _("Preceded by no exchange that we know of.")
        )
    if not outcome.is_end_of_silence:
        return text
    # a meeting is contact, which the posts do not show
    ended = _("It takes them off the list of those whom we are losing.")
    return f"{text} {ended}"
