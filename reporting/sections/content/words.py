"""What our posts started, in words. Pure."""

from reporting import words
from reporting.language import _, ngettext, npgettext
from reporting.lists.narrowing import address
from reporting.lists.vocabulary import said
from reporting.section import Link
from reporting.sections.content.record import Content, ContentGroup, ContentPost

NAMES_SHOWN = 6


def link(data: Content) -> Link:
    """How the head of the page leads here."""
    return Link(_("Content"))


def started(data: Content) -> str:
    """How many of our posts started a conversation."""
    if not data.post_count:
        return _("We wrote nothing.")
    sparking = data.sparking_post_count
    real = sum(form.real_conversation_count for form in data.forms)
    posts = npgettext("of", "%(num)s post", "%(num)s posts", data.post_count)
    if not sparking:
        return _("Of %(posts)s of ours, none started a real conversation.", posts=posts)
    return ngettext(
        "Of %(posts)s of ours, %(num)s started %(conversations)s.",
        "Of %(posts)s of ours, %(num)s started %(conversations)s.",
        sparking,
        posts=posts,
        conversations=ngettext("%(num)s real conversation", "%(num)s real conversations", real),
    )


def form(group: ContentGroup) -> str:
    """What a post of this form does: "asks"."""
    return said(group.name)


def with_topic(data: Content) -> str:
    """How many of our posts stand in the rows by topic."""
    posts = npgettext("of", "%(num)s post", "%(num)s posts", data.post_count)
    return _(
        "%(share)s of ours have a hashtag or a topic, and stand in these rows; a post with several stands in several.",
        share=words.share(data.with_topic_count, data.post_count, posts),
    )


def share(group: ContentGroup) -> str:
    """ "3 of 12 (25%)": how many posts of a form or topic started a real conversation."""
    return words.share(group.sparking_post_count, group.post_count)


def with_whom(data: Content, post: ContentPost) -> str:
    """ "with Ana Lima and Ben Okafor", with marked names: those with whom it started a real conversation."""
    people = [words.marked(one) for one in data.drawn_in.get(post.key, ())]
    return _("with %(people)s", people=words.listing(people, NAMES_SHOWN, is_with=True)) if people else ""


def posts_at(group: ContentGroup) -> str:
    """Where just the posts of a form stand that started one; '' for none."""
    return address("content", started="1", form=group.name) if group.sparking_post_count else ""


def conversations_at(group: ContentGroup) -> str:
    """Where just the real conversations stand that they started; '' for none."""
    return (
        address("real_conversations", started="1", form=group.name) if group.real_conversation_count else ""
    )
