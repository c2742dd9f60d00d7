"""The board page in words. Pure."""

import unicodedata

from reporting.board.query import Participant
from reporting.language import _, ngettext
from reporting.sections.conversations import words as conversations
from reporting.sections.conversations.record import Conversation
from reporting.words import excerpt, listing, marked

EXCERPT = 90  # letters of what a conversation began with
WORDS_OF_GOAL = 80
GOALS_SHOWN = 5


def title(conversation: Conversation) -> str:
    """What it began with, on one line; a text from right to left keeps the words beside it in their places."""
    if not conversation.root_text:
        return conversations.untold_root(conversation)
    return line(conversation.root_text, EXCERPT)


def line(text: str, limit: int) -> str:
    """A text of others on one line, without signs that reorder what stands beside them."""
    shown = "".join(
        char for char in excerpt(text, limit) if unicodedata.category(char) != "Cf" or char == "\u200d"
    )
    if any(unicodedata.bidirectional(char) in ("R", "AL") for char in shown):
        return f"\u2068{shown}\u2069"
    return shown


def with_whom(participants: list[Participant]) -> str:
    """ "with Ana Lima and Ben Okafor", with marked names; '' where nobody is known."""
    if not participants:
        return ""
    return _("with %(people)s", people=listing([marked(one) for one in participants], is_with=True))


def size(conversation: Conversation) -> str:
    """ "6 exchanges, 10 posts"."""
    exchanges = ngettext("%(num)s exchange", "%(num)s exchanges", conversation.exchange_count)
    posts = ngettext("%(num)s post", "%(num)s posts", conversation.post_count)
    return f"{exchanges}, {posts}"
