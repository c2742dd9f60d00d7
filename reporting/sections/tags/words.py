"""How we stand with the people of each tag, in words. Pure."""

from reporting.language import _, ngettext, npgettext
from reporting.section import Link
from reporting.sections.tags.record import Tag, Tags
from reporting.words import share


def link(data: Tags) -> Link | None:
    """How the head of the page leads here; a client that keeps no tags has no such section."""
    return Link(_("Tags")) if data.tags else None


def tagged(data: Tags) -> str:
    """Of how many the tags speak at all."""
    whole = npgettext(
        "of",
        "%(num)s person whom we talk with or have on a list",
        "%(num)s people whom we talk with or have on a list",
        data.known_person_count,
    )
    return _(
        "Tagged: %(share)s.", share=share(data.tags[0].tagged_person_count, data.known_person_count, whole)
    )


def people(tag: Tag) -> str:
    """ "4 of 9 (44%)": those with the tag, of all who have one."""
    return share(tag.person_count, tag.tagged_person_count)


def of_people(tag: Tag, count: int) -> str:
    """ "1 of 4 (25%)": some of those with the tag."""
    return share(count, tag.person_count)


def exchanges(data: Tags, tag: Tag) -> str:
    """ "12 of 80 exchanges (15%)"; where the whole is not known, the part alone."""
    count = tag.recent_exchange_count
    if data.exchange_count is None or data.exchange_count < count:
        return ngettext("%(num)s exchange", "%(num)s exchanges", count)
    return share(
        count,
        data.exchange_count,
        npgettext("of", "%(num)s exchange", "%(num)s exchanges", data.exchange_count),
    )


def unseen(data: Tags) -> str:
    """Whom the list of everyone does not have, and why; "" for nobody."""
    if not data.unseen_person_count:
        return ""
    return ngettext(
        "%(num)s of them we have not come across on any network yet: that person has no page, and is not in the list "
        "of everyone.",
        "%(num)s of them we have not come across on any network yet: they have no page, and are not in the list of "
        "everyone.",
        data.unseen_person_count,
    )


def more_people(tag: Tag, shown: int) -> str:
    """ "and 3 others"; "" where all are shown."""
    left = tag.person_count - shown
    return ngettext("and %(num)s other", "and %(num)s others", left) if left > 0 else ""
