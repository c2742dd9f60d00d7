"""Which posts a run refers to, and which of those it has: what is worth a lookup, and what is not."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from extractors.x import fields
from rapport.window import moment_in

_SNOWFLAKE_EPOCH_MS = 1_288_834_974_657


def is_repost(post: dict[str, Any]) -> bool:
    """A repost's conversation id is its own id: it never makes a conversation."""
    return any(kind == "retweeted" for kind, _ in fields.references(post))


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


def activity(body: dict[str, Any]) -> dict[str, datetime]:
    """Conversation id → time of its newest post among the page's own posts (`data`, not `includes`)."""
    newest: dict[str, datetime] = {}
    for post in fields.objects(body.get("data")):
        conversation, at = conversation_id(post), moment_in(post.get("created_at"))
        if conversation and at and at > newest.get(conversation, datetime.min.replace(tzinfo=UTC)):
            newest[conversation] = at
    return newest


def in_order(ids: set[str]) -> list[str]:
    """Ids as unsigned numbers, smallest first: their lengths differ, so as text they do not sort by age."""
    return sorted((post_id for post_id in ids if post_id.isdigit()), key=int)


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

    def add(self, body: dict[str, Any]) -> None:
        """Takes one page in."""
        own = fields.objects(body.get("data"))
        for post in own:
            self._wanted.update(post_id for _, post_id in fields.references(post))
            conversation = conversation_id(post)
            if conversation:
                self._conversations.add(conversation)
        for post in own + fields.included(body, "tweets", "posts"):
            if post.get("id"):
                self.landed.add(str(post["id"]))
            conversation = conversation_id(post)
            if conversation:
                self._parents[conversation].update(
                    parent_id for kind, parent_id in fields.references(post) if kind == "replied_to"
                )

    def missing(self) -> set[str]:
        """Ids referred to and not landed."""
        wanted = self._wanted | self._conversations
        for conversation in self._conversations:
            wanted = wanted | self._parents.get(conversation, set())
        return wanted - self.landed


def moment_of(post_id: str) -> datetime:
    """The time inside a Snowflake id (UTC, milliseconds); for older ids a time in 2010."""
    return datetime.fromtimestamp(((int(post_id) >> 22) + _SNOWFLAKE_EPOCH_MS) / 1000, UTC)
