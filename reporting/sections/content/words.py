"""What our posts started, in words. Pure."""

from reporting.section import Link
from reporting.sections.content.record import Content, ContentGroup
from reporting.words import count, of_how_many


def link(data: Content) -> Link:
    """How the head of the page leads here."""
    return Link("Content")


def started(data: Content) -> str:
    """How many of our posts started a conversation."""
    if not data.post_count:
        return "We wrote nothing."
    sparking = data.sparking_post_count
    real = sum(form.real_conversation_count for form in data.forms)
    text = f"Of {count(data.post_count, 'post')} of ours, "
    if not sparking:
        return f"{text}none started a real conversation."
    return f"{text}{sparking:,} started {count(real, 'real conversation')}."


def share(group: ContentGroup) -> str:
    """ "3 of 12 (25%)": how many posts of a form or topic started a real conversation."""
    return of_how_many(group.sparking_post_count, group.post_count)
