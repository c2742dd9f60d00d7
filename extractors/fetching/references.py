"""Which posts a run refers to, and which of those it has: what is worth a lookup, and what is not."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from extractors.fetching.dialect import Reading
from extractors.fetching.vocabulary import references
from rapport.window import moment_in


def is_repost(post: dict[str, Any]) -> bool:
    """A repost's conversation id is its own id: it never makes a conversation."""
    return any(kind == "retweeted" for kind, _ in references(post))


def conversation_id(post: dict[str, Any]) -> str | None:
    """Id of the conversation a post belongs to; None for reposts and for posts that do not say."""
    found = post.get("conversation_id")
    return str(found) if found and not is_repost(post) else None


def earlier_versions(post: dict[str, Any]) -> set[str]:
    """Ids of the other versions of an edited post that began a conversation; empty for all else."""
    history = post.get("edit_history_tweet_ids") or post.get("edit_history_post_ids")
    if not isinstance(history, list) or conversation_id(post) not in history:
        return set()
    return {str(post_id) for post_id in history} - {str(post.get("id"))}


def activity(reading: Reading) -> dict[str, datetime]:
    """Conversation id → time of its newest post among the page's own posts, not those that came along."""
    newest: dict[str, datetime] = {}
    for post in reading.own:
        conversation, at = conversation_id(post), moment_in(post.get("created_at"))
        if conversation and at and at > newest.get(conversation, datetime.min.replace(tzinfo=UTC)):
            newest[conversation] = at
    return newest


class References:
    """Collects pages, and says which posts are referred to but not among them.

    Followed are: what a page's own posts refer to, the roots of their conversations, and parents up the
    line within those conversations. Threads under a post that was merely quoted are not.
    """

    def __init__(self) -> None:
        self.landed: set[str] = set()
        self._wanted: set[str] = set()
        self._conversations: set[str] = set()
        self._parents: defaultdict[str, set[str]] = defaultdict(set)  # conversation id → parents named in it

    def add(self, reading: Reading) -> None:
        """Takes one page in."""
        for post in reading.own:
            self._wanted.update(post_id for _, post_id in references(post))
            conversation = conversation_id(post)
            if conversation:
                self._conversations.add(conversation)
        for post in (*reading.own, *reading.posts):
            if post.get("id"):
                self.landed.add(str(post["id"]))
            conversation = conversation_id(post)
            if conversation:
                self._parents[conversation].update(
                    parent_id for kind, parent_id in references(post) if kind == "replied_to"
                )

    def missing(self) -> set[str]:
        """Ids referred to and not landed."""
        wanted = self._wanted | self._conversations
        for conversation in self._conversations:
            wanted = wanted | self._parents.get(conversation, set())
        return wanted - self.landed
