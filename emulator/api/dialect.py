"""The two dialects of the API: what may be asked, and under which keys it is answered.

"old": tweet.fields, referenced_tweets, ... (spec 2.164, tweepy). "new": post.fields, referenced_posts, ... (spec
2.167, xdk). Inside, everything bears its old name. Unknown fields and expansions are dropped silently, and so are
names of the other dialect: an answer without them, no error.
"""

from __future__ import annotations

from dataclasses import dataclass

RENAMED = {
    "referenced_tweets": "referenced_posts",
    "edit_history_tweet_ids": "edit_history_post_ids",
    "note_tweet": "note_post",
    "retweet_count": "repost_count",
    "tweet_count": "post_count",
    "tweets": "posts",
    "pinned_tweet_id": "pinned_post_id",
    "most_recent_tweet_id": "most_recent_post_id",
}  # fmt: skip
ORIGINAL = {new: old for old, new in RENAMED.items()}

_BOTH = {
    "conversation_id",
    "created_at",
    "display_text_range",
    "edit_controls",
    "entities",
    "id",
    "lang",
    "note_tweet",
    "possibly_sensitive",
    "public_metrics",
    "reply_settings",
    "text",
    "withheld",
}
# In the new dialect these four come by expansion only.
_BY_EXPANSION = {"author_id", "in_reply_to_user_id", "referenced_tweets", "edit_history_tweet_ids"}
POST_FIELDS = {"old": _BOTH | _BY_EXPANSION, "new": _BOTH}
USER_FIELDS = {
    "created_at",
    "description",
    "id",
    "location",
    "name",
    "protected",
    "public_metrics",
    "username",
    "verified",
    "verified_type",
}

# What is asked for -> what it means inside.
EXPANSIONS = {
    "old": {
        "author_id": "author_id",
        "in_reply_to_user_id": "in_reply_to_user_id",
        "referenced_tweets.id": "referenced_tweets",
        "referenced_tweets.id.author_id": "referenced_authors",
        "entities.mentions.username": "mentions",
        "entities.note.mentions.username": "note_mentions",
        "edit_history_tweet_ids": "edit_history_tweet_ids",
    },
    "new": {
        "author_id": "author_id",
        "in_reply_to_user_id": "in_reply_to_user_id",
        "referenced_posts": "referenced_tweets",
        "entities.mentions.username": "mentions",
        "edit_history_post_ids": "edit_history_tweet_ids",
    },
}
# An expansion also brings the field that it expands.
BRINGS = {
    "author_id": "author_id",
    "in_reply_to_user_id": "in_reply_to_user_id",
    "referenced_tweets": "referenced_tweets",
    "referenced_authors": "referenced_tweets",
    "mentions": "entities",
    "note_mentions": "note_tweet",
    "edit_history_tweet_ids": "edit_history_tweet_ids",
}
_TELLS_NEW = {"referenced_posts", "edit_history_post_ids", "most_recent_post_id", "pinned_post_id"}


@dataclass(frozen=True)
class Ask:
    """What one request wants to see. Fields and expansions under their old names."""

    dialect: str
    post_fields: frozenset[str]
    user_fields: frozenset[str]
    expansions: frozenset[str]

    def key(self, name: str) -> str:
        """The key under which `name` is answered."""
        return RENAMED.get(name, name) if self.dialect == "new" else name


def ask_of(fields: dict[str, set[str]], undecided: str = "old") -> Ask:
    """Reads `tweet.fields`, `post.fields`, `user.fields` and `expansions` (each a set of names).

    `undecided`: the dialect of a request that gives no hint.
    """
    expansions = fields.get("expansions", set())
    if "tweet.fields" in fields:
        dialect = "old"
    elif "post.fields" in fields or expansions & _TELLS_NEW:
        dialect = "new"
    elif any("tweet" in name for name in expansions):
        dialect = "old"
    else:
        dialect = undecided
    known = {EXPANSIONS[dialect][name] for name in expansions if name in EXPANSIONS[dialect]}
    asked = fields.get("tweet.fields" if dialect == "old" else "post.fields", set())
    if dialect == "new":
        asked = {ORIGINAL.get(name, name) for name in asked if name not in RENAMED}
    wanted = (asked & POST_FIELDS[dialect]) | {BRINGS[name] for name in known} | {"id", "text"}
    if dialect == "old":
        wanted.add("edit_history_tweet_ids")  # a default field of the old dialect
    users = (fields.get("user.fields", set()) & USER_FIELDS) | {"id", "name", "username"}
    return Ask(dialect, frozenset(wanted), frozenset(users), frozenset(known))
