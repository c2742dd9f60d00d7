"""Whom we lose, whom we want and whom to seek out, in words. Pure, like `words`."""

from collections import Counter
from collections.abc import Sequence

from reporting.records_people import Nurture, SeekOut, Stakeholder
from reporting.words import count, duration, excerpt, listing, name

# From far to near; a dormant tie stands apart.
STANDINGS = (
    "connected",
    "in conversation",
    "answered",
    "sought out",
    "reached out to us",
    "fell silent",
    "not yet met",
)
STANDING_WORDS = {
    "connected": "connected",
    "in conversation": "in conversation",
    "answered": "answered once or more",
    "sought out": "we wrote, no answer yet",
    "reached out to us": "wrote to us, we have not written back",
    "fell silent": "fell silent",
    "not yet met": "not yet met",
}


def stakeholders(wanted: Sequence[Stakeholder]) -> str:
    """ "Of 6 whom we want to talk with: 2 connected, 1 in conversation and 3 not yet met."."""
    if not wanted:
        return "Nobody is on the list of stakeholders."
    if len(wanted) == 1:
        return f"The one person we want to talk with: {STANDING_WORDS.get(wanted[0].standing, wanted[0].standing)}."
    found = Counter(one.standing for one in wanted)
    parts = [f"{found[word]:,} {word}" for word in STANDINGS if found[word]]
    return f"Of {len(wanted):,} whom we want to talk with: {listing(parts, limit=len(STANDINGS))}."


def rhythm(one: Nurture) -> str:
    """ "usually 5 days from one day of talk to the next"; how long it is now stands beside it."""
    usual = duration(max(one.usual_gap_days, 1) * 24) if one.usual_gap_days >= 1.5 else "a day"
    return f"usually {usual} from one day of talk to the next"


def last_word(one: Nurture) -> str:
    """Whose turn it may be."""
    if one.is_waiting_for_us:
        return "a post of theirs waits for our answer"
    return "the last word was ours" if one.last_answer_by == "us" else "the last word was theirs"


def way(one: SeekOut) -> str:
    """ "talks with Ana Lima (connected with us) and 2 others of ours"."""
    via = name(one.via_display_name, one.via_handle, one.via_person_id)
    text = f"talks with {via} ({one.via_stage} with us)"
    others = one.via_person_count - 1
    return f"{text} and {count(others, 'other', 'others')} of ours" if others > 0 else text


def topics(one: SeekOut) -> str:
    """ "moss and tides"; nothing without a topic in common. Hostile text: cut short, on one line."""
    return listing([excerpt(topic, 40) for topic in one.shared_topics])
