"""What stood before an outcome, in words. Pure. "Preceded by", never "caused by"."""

from reporting.sections.outcomes.record import Outcome
from reporting.words import count


def preceded(outcome: Outcome) -> str:
    """The talk before it."""
    if not outcome.is_joined:
        return "Not joined to a person: no consent basis was given, or the account was never seen."
    if outcome.exchange_count:
        real = count(outcome.real_conversation_count, "real conversation")
        text = f"Preceded by {real} and {count(outcome.exchange_count, 'exchange')}"
    else:
        text = "Preceded by no exchange that we know of"
    if outcome.exchange_since_count:
        text += f", and {outcome.exchange_since_count:,} more in the days just before"
    # a meeting is contact, which the posts do not show
    ended = " It takes them off the list of those whom we are losing." if outcome.is_end_of_silence else ""
    return f"{text}.{ended}"
