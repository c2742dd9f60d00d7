"""Every field and expansion that is asked of X, and the ones that nothing downstream can do without.

tweepy sends the old names (spec 2.166); an answer may use the old or the new ones (2.167), so what is
depended on is listed with both spellings. Source: the vendor's OpenAPI specs of 2026.
"""

from typing import Any

from extractors.fetching.vocabulary import ObjectKind, objects, references

# Without context_annotations: bulky, inferred by X, and they cap a page of the archive search at 100. Without
# geo: no measure asks where somebody stood, and what was never kept needs no forgetting.
TWEET_FIELDS = [
    "attachments", "author_id", "conversation_id", "created_at", "edit_controls",
    "edit_history_tweet_ids", "entities", "id", "in_reply_to_user_id", "lang", "note_tweet",
    "possibly_sensitive", "public_metrics", "referenced_tweets", "reply_settings", "source", "text",
    "withheld",
]  # fmt: skip
USER_FIELDS = [
    "created_at", "description", "entities", "id", "location", "name", "pinned_tweet_id", "profile_image_url",
    "protected", "public_metrics", "url", "username", "verified", "verified_type", "withheld",
]  # fmt: skip
# Without entities.mentions.username: it bills one user read for every name mentioned, and the mention itself
# already carries id and name.
POST_EXPANSIONS = [
    "author_id",
    "in_reply_to_user_id",
    "referenced_tweets.id",
    "referenced_tweets.id.author_id",
]

POST_PARAMETERS = {"tweet_fields": TWEET_FIELDS, "user_fields": USER_FIELDS, "expansions": POST_EXPANSIONS}
USER_PARAMETERS = {"user_fields": USER_FIELDS}
# The sender by expansion: the new dialect gives it in no other way, and whoever only ever writes in private is
# known by nothing else. Without participant_ids: of two, both stand in the conversation's id.
MESSAGE_PARAMETERS = {
    "dm_event_fields": [
        "id", "text", "event_type", "created_at", "dm_conversation_id", "sender_id", "participant_ids",
        "attachments", "referenced_tweets", "entities",
    ],
    "user_fields": USER_FIELDS,
    "expansions": ["sender_id"],
}  # fmt: skip
PARAMETERS: dict[ObjectKind, dict[str, list[str]]] = {
    "post": POST_PARAMETERS,
    "user": USER_PARAMETERS,
    "message": MESSAGE_PARAMETERS,
}

# Each entry: the spellings of one field, dots for nesting. It has arrived when at least one object has it:
# single objects may lack any field (withheld, protected), a whole page may not.
DEPENDED_ON: dict[ObjectKind, list[tuple[str, ...]]] = {
    "post": [
        ("id",),
        ("text",),
        ("author_id",),
        ("created_at",),
        ("conversation_id",),
        ("edit_history_tweet_ids", "edit_history_post_ids"),
        ("public_metrics.retweet_count", "public_metrics.repost_count"),
        ("public_metrics.reply_count",),
        ("public_metrics.like_count",),
        ("public_metrics.quote_count",),
    ],
    "user": [("id",), ("username",), ("name",), ("created_at",), ("public_metrics.followers_count",)],
    "message": [("id",), ("event_type",), ("created_at",), ("dm_conversation_id",), ("sender_id",)],
}
# One reply whose parent is gone may come without a reference; this many on one page do not by chance.
SUSPICIOUS_COUNT = 3


def included(body: dict[str, Any], *names: str) -> list[dict[str, Any]]:
    """The objects of includes under any of the names, e.g. included(body, "tweets", "posts")."""
    includes = body.get("includes")
    if not isinstance(includes, dict):
        return []
    return [item for name in names for item in objects(includes.get(name))]


def missing_fields(body: dict[str, Any], kind: ObjectKind, has_includes: bool = True) -> list[str]:
    """Names of the depended-on fields that no object of the page carries; [] for an empty page.

    `has_includes`: whether includes were asked for.
    """
    data = objects(body.get("data"))
    if not data:
        return []
    missing = [
        " or ".join(names)
        for names in DEPENDED_ON[kind]
        if not any(_has(item, name) for item in data for name in names)
    ]
    if kind == "post":
        if has_includes and not included(body, "users"):
            missing.append("includes.users (expansion author_id)")
        replies = [post for post in data if post.get("conversation_id", post.get("id")) != post.get("id")]
        if len(replies) >= SUSPICIOUS_COUNT and not any(references(post) for post in replies):
            missing.append("referenced_tweets or referenced_posts")
        addressed = [post for post in replies if str(post.get("text", "")).startswith("@")]
        if len(addressed) >= SUSPICIOUS_COUNT and not any(_has(post, "entities") for post in addressed):
            missing.append("entities")
    return missing


def _has(item: dict[str, Any], dotted: str) -> bool:
    value: Any = item
    for name in dotted.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value is not None
