"""What we said that nobody answered, in words. Pure."""

from rapport.networks import label_of
from reporting.language import _, ngettext
from reporting.sections.lone_posts.record import LonePost, LonePosts
from reporting.words import listing


def lone(data: LonePosts) -> str:
    """ "Of the last 4 weeks: 6 posts of ours that nobody answered and 3 posts with answers that were not captured.
    No word of anybody else is here, so they count as no conversation."."""
    parts = []
    if unanswered := data.state_counts.get("nobody answered", 0):
        parts.append(
            ngettext(
                "%(num)s post of ours that nobody answered",
                "%(num)s posts of ours that nobody answered",
                unanswered,
            )
        )
    if hidden := data.state_counts.get("answers not captured", 0):
        parts.append(
            ngettext(
                "%(num)s post with answers that were not captured",
                "%(num)s posts with answers that were not captured",
                hidden,
            )
        )
    if unknown := data.state_counts.get("not known", 0):
        parts.append(
            ngettext(
                "%(num)s post of which the answers are not known",
                "%(num)s posts of which the answers are not known",
                unknown,
            )
        )
    return ngettext(
        "Of the last week: %(posts)s. No word of anybody else is here, so they count as no conversation.",
        "Of the last %(num)s weeks: %(posts)s."
        " No word of anybody else is here, so they count as no conversation.",
        data.weeks,
        posts=listing(parts),
    )


def state(post: LonePost) -> str:
    """How sure it is that nobody answered."""
    if post.state == "answers not captured":
        return ngettext(
            "%(network)s counts %(num)s reply that we do not have",
            "%(network)s counts %(num)s replies that we do not have",
            post.missing_reply_count,
            network=label_of(post.network),
        )
    if post.state == "nobody answered":
        return _("nobody answered")
    return _("whether anybody answered is not known")
