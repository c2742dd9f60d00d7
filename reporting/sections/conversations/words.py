"""What is missing of a conversation, in words. Pure."""

from rapport.networks import NETWORKS, label_of
from reporting.section import Link
from reporting.sections.conversations.record import Conversation, Conversations
from reporting.words import count

# Why something of a conversation is missing; of the other two reasons there is nothing to say.
MISSING_WORDS = {
    "budget reached": "the budget was reached",
    "beyond the reach of search": "further back than our access can search",
    "not asked for yet": "not asked for since {network} last counted",
    "erased": "erased here",
    "protected or suspended": "the author is protected or suspended",
    "not found": "no longer on {network}",
    "unknown": "searched for, and not shown by {network}",
}


def link(data: Conversations) -> Link:
    """How the head of the page leads here."""
    return Link("Conversations", data.total_count)


def counts_replies(conversation: Conversation) -> bool:
    """Whether the network's count of replies says how many there are to be captured."""
    known = NETWORKS.get(conversation.network)
    return known is None or known.counts_replies


def untold_root(conversation: Conversation) -> str:
    """What stands for the text of the post that began it where there is none: missing, or without words to show."""
    missing = "The post that began this was not captured"
    return missing if conversation.is_root_missing else "The post that began this has no text to show"


def uncounted(conversation: Conversation) -> str:
    """What has no count: ": 2 posts of it have no count that proves anything"; '' where all posts have one."""
    posts = conversation.uncounted_post_count
    if not posts:
        return ""
    return f": {count(posts, 'post')} of it {'has' if posts == 1 else 'have'} no count that proves anything"


def missing(conversation: Conversation) -> str:
    """What of a conversation is missing and why, as a sentence; '' where nothing is missing, or nobody knows."""
    why = MISSING_WORDS.get(conversation.missing_reason)
    if why is None:
        return ""
    why = why.format(network=label_of(conversation.network))
    replies = conversation.missing_reply_count
    return f"Missing: {count(replies, 'reply', 'replies') if replies else 'what others here answer'} ({why})."
