"""Who could introduce us, and what we have in common, in words. Pure."""

from reporting.section import Link
from reporting.sections.seek_out.record import Candidate, SeekOut
from reporting.words import count, excerpt, listing, name


def link(data: SeekOut) -> Link:
    """How the head of the page leads here."""
    return Link("Worth seeking out")


def way(person: Candidate) -> str:
    """ "talks with Ana Lima (connected with us) and 2 others of ours"."""
    via = name(person.via_display_name, person.via_handle, person.via_person_id)
    text = f"talks with {via} ({person.via_stage} with us)"
    others = person.via_person_count - 1
    return f"{text} and {count(others, 'other', 'others')} of ours" if others > 0 else text


def topics(person: Candidate) -> str:
    """ "moss and tides"; nothing without a topic in common. Hostile text: cut short, on one line."""
    return listing([excerpt(topic, 40) for topic in person.shared_topics])
