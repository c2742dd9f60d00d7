"""What is missing of a conversation, in words. Pure."""

from rapport.networks import NETWORKS, label_of
from reporting.language import N_, _, ngettext, npgettext, pgettext, word
from reporting.section import Link
from reporting.sections.conversations.record import Conversation, Conversations
from reporting.words import day, share

# Why something of a conversation is missing; of the other two reasons there is nothing to say.
MISSING_WORDS = {
    "budget reached": N_("the budget was reached"),
    "beyond the reach of search": N_("further back than our access can search"),
    "not asked for yet": N_("not asked for since %(network)s last counted"),
    "erased": N_("erased here"),
    "protected or suspended": N_("the author is protected or suspended"),
    "not found": N_("no longer on %(network)s"),
    "unknown": N_("searched for, and not shown by %(network)s"),
}
STATE_WORDS = {
    "open": N_("open"),
    "answered": N_("answered"),
    "waiting for us": N_("waiting for us"),
    "quiet": N_("quiet"),
}


def link(data: Conversations) -> Link:
    """How the head of the page leads here."""
    return Link(_("Conversations"), data.total_count)


def recent(data: Conversations) -> str:
    """How many were active lately."""
    return ngettext(
        "Of the last %(weeks)s weeks there is %(num)s conversation.",
        "Of the last %(weeks)s weeks there are %(num)s conversations.",
        data.total_count,
        weeks=data.weeks,
    )


def came_back(data: Conversations) -> str:
    """In how many of them somebody came back: each counts once, whoever it was."""
    if not data.real_count:
        return _("Nobody came back in any of them.")
    return ngettext(
        "In %(num)s of them somebody came back: it stands first.",
        "In %(num)s of them somebody came back: these stand first.",
        data.real_count,
    )


def what_is_real() -> str:
    """What stands beside a figure of them: without it nobody can tell why the list of conversations has fewer."""
    return _(
        "A conversation is real where somebody came back. One that is real with two people counts for each of them."
    )


def became_real(data: Conversations) -> str:
    """How many became real, one for each person, in the weeks that the chart has."""
    return ngettext(
        "In the last %(weeks)s weeks that are over we had %(num)s real conversation, counted for each person.",
        "In the last %(weeks)s weeks that are over we had %(num)s real conversations, counted for each person.",
        data.became_real_count or 0,
        weeks=data.weeks,
    )


def real(conversation: Conversation) -> str:
    """The badge of a conversation in which somebody came back: with how many it is real, if with several."""
    people = conversation.real_person_count
    if people < 2:
        return pgettext("badge", "real conversation")
    return ngettext("real with %(num)s person", "real with %(num)s people", people)


def counts_replies(conversation: Conversation) -> bool:
    """Whether the network's count of replies says how many there are to be captured."""
    known = NETWORKS.get(conversation.network)
    return known is None or known.counts_replies


def untold_root(conversation: Conversation) -> str:
    """What stands for the text of the post that began it where there is none: missing, or without words to show."""
    if conversation.is_root_missing:
        return _("The post that began this was not captured")
    return _("The post that began this has no text to show")


def state(conversation: Conversation) -> str:
    """Where it stands: "waiting for us"."""
    return word(STATE_WORDS, conversation.state)


def started(conversation: Conversation) -> str:
    """Who started it, and when."""
    on = day(conversation.opened_at)
    if conversation.started_by == "us":
        return _("we started it %(day)s", day=on)
    if conversation.started_by == "them":
        return _("they started it %(day)s", day=on)
    return _("who started it is not known %(day)s", day=on)


def posts(conversation: Conversation) -> str:
    """ "9 posts, 4 of them ours"."""
    ours = conversation.our_post_count
    if not ours:
        return ngettext(
            "%(num)s post, none of them ours", "%(num)s posts, none of them ours", conversation.post_count
        )
    return ngettext(
        "%(num)s post, %(ours)s of them ours",
        "%(num)s posts, %(ours)s of them ours",
        conversation.post_count,
        ours=ours,
    )


def captured(conversation: Conversation) -> str:
    """How many of its replies are captured, of those that the network counts, as a sentence."""
    network = label_of(conversation.network)
    uncounted = conversation.uncounted_post_count
    if not counts_replies(conversation):
        return _(
            "Whether replies are missing is not known: %(network)s's counts of replies prove nothing.",
            network=network,
        )
    if reported := conversation.reported_reply_count:
        replies = npgettext("of", "%(num)s reply", "%(num)s replies", reported)
        held = share(min(conversation.captured_reply_count, reported), reported, replies)
        if not uncounted:
            return _("Captured: %(share)s that %(network)s counts.", share=held, network=network)
        return ngettext(
            "Captured: %(share)s that %(network)s counts: %(num)s post of it has no count that proves anything.",
            "Captured: %(share)s that %(network)s counts: %(num)s posts of it have no count that proves anything.",
            uncounted,
            share=held,
            network=network,
        )
    if uncounted:
        return ngettext(
            "Whether replies are missing is not known: %(num)s post of it has no count that proves anything.",
            "Whether replies are missing is not known: %(num)s posts of it have no count that proves anything.",
            uncounted,
        )
    return _("%(network)s counts no replies here, or has not said how many.", network=network)


def missing(conversation: Conversation) -> str:
    """What of a conversation is missing and why, as a sentence; '' where nothing is missing, or nobody knows."""
    why = MISSING_WORDS.get(conversation.missing_reason)
    if why is None:
        return ""
    why = _(why, network=label_of(conversation.network))
    if replies := conversation.missing_reply_count:
        return ngettext(
            "Missing: %(num)s reply (%(why)s).", "Missing: %(num)s replies (%(why)s).", replies, why=why
        )
    return _("Missing: what others here answer (%(why)s).", why=why)
