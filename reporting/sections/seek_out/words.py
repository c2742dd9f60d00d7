"""Who could introduce us, and what we have in common, in words. Pure."""

from reporting.language import _, ngettext, npgettext
from reporting.section import Link
from reporting.sections.seek_out.record import Candidate, SeekOut
from reporting.words import excerpt, listing, marked_as, name, share, stage


def link(data: SeekOut) -> Link:
    """How the head of the page leads here."""
    return Link(_("Worth seeking out"))


def way(person: Candidate) -> str:
    """ "talks with Ana Lima (connected with us) and 2 others of ours", the name marked (`words.marked`)."""
    via = {
        "via": marked_as(
            person.via_person_id, name(person.via_display_name, person.via_handle, person.via_person_id)
        ),
        "stage": stage(person.via_stage),
    }
    others = person.via_person_count - 1
    if others <= 0:
        return _("talks with %(via)s (%(stage)s with us)", **via)
    return ngettext(
        "talks with %(via)s (%(stage)s with us) and %(num)s other of ours",
        "talks with %(via)s (%(stage)s with us) and %(num)s others of ours",
        others,
        **via,
    )


def with_topics(data: SeekOut) -> str:
    """With how many of them we share a topic."""
    people = npgettext("of", "%(num)s person", "%(num)s people", data.total_count)
    return _(
        "%(share)s write about something that we write about, too.",
        share=share(data.with_shared_topic_count, data.total_count, people),
    )


def topics(person: Candidate) -> str:
    """ "moss and tides"; nothing without a topic in common. Hostile text: cut short, on one line."""
    return listing([excerpt(topic, 40) for topic in person.shared_topics])
