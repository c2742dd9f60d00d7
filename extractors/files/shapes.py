"""What a JSON value of a file is. Pure functions over parsed JSON.

Forms met in the wild: responses of the API v2 (`data` a list or one object), flat posts (twarc2 flatten: author and
referenced posts inlined), posts of the API v1.1 and of account archives, what tweepy and xdk dump, files of other
endpoints that hold no posts, and lines of other networks and of scrapers. These have an `id` and a `text` or `username`
as well, so an object is known by its whole shape.
"""

import re
from typing import Any

from extractors.files import notices
from extractors.x.fields import TWEET_FIELDS, USER_FIELDS, objects

PAGE_OF_POSTS = "page of posts"
PAGE_OF_USERS = "page of users"
INCLUDES_ONLY = "page whose own objects are neither posts nor users"
FLAT_POST = "flat post"
FLAT_USER = "flat user"
V1_POST = "post of the API v1.1 or of an account archive"
NOTICE = "notices of a stream (what was deleted, withheld or left out), not posts"
COUNTS = "counts of posts, not posts"
LISTS = "lists, not posts"
MESSAGES = "direct messages, not posts: storing them needs the consent of both sides"
COMPLIANCE = "compliance events (what became of posts or accounts), not posts"
IDS = "ids of posts, not posts: fetch the posts by their ids first (`twarc2 hydrate`), then import those"
NO_AUTHOR = (
    "posts without author_id, which says who wrote them: fetch them again by their ids (`twarc2 hydrate`)"
)
NOTHING = "an answer without posts or users"
UNKNOWN = "JSON of a kind that is not known here"

_HISTORIES = ("edit_history_tweet_ids", "edit_history_post_ids")
_REFERENCES = ("referenced_tweets", "referenced_posts")
# What X gives a post or a user, in either dialect; what twarc2 adds; what twarc2 flatten inlines.
_POST_NAMES = {
    *TWEET_FIELDS, *_HISTORIES, *_REFERENCES, "article", "card_uri", "community_id", "context_annotations",
    "display_text_range", "geo", "matching_rules", "media_metadata", "non_public_metrics", "note_post",
    "organic_metrics", "promoted_metrics", "scopes", "suggested_source_links", "author", "in_reply_to_user", "type",
    "__twarc",
}  # fmt: skip
_USER_NAMES = {
    *USER_FIELDS, "affiliation", "confirmed_email", "connection_status", "is_identity_verified",
    "most_recent_post_id", "most_recent_tweet_id", "parody", "pinned_post_id", "pinned_tweet", "pinned_post",
    "profile_banner_url", "receives_your_dm", "subscription_type", "verified_followers_count", "__twarc",
}  # fmt: skip
_POST_COUNTS = {"retweet_count", "repost_count", "like_count", "reply_count", "quote_count"}
_USER_COUNTS = {"followers_count", "following_count", "tweet_count", "post_count", "listed_count"}
_MESSAGE_NAMES = {"dm_conversation_id", "event_type", "sender_id"}
_INCLUDED = {"users", "tweets", "posts", "media", "polls", "places", "topics"}
_RESPONSE = ("data", "includes", "errors", "meta")
# What twarc2 flatten puts into a post that the API did not.
_INLINED = ("author", "in_reply_to_user")
_MENTION_KEYS = {"start", "end", "username", "id"}
# The answers of v1.1 that hold posts: the standard search, and the premium and enterprise ones.
_ENVELOPES = ("statuses", "results")
_ID = re.compile(r"[0-9]{1,19}")
# Shorter numbers may be anything.
_ID_ALONE = re.compile(r"[0-9]{8,19}")
NAME = re.compile(r"[A-Za-z0-9_.-]{1,30}")
_NAMES_SHOWN = 6


def kind_of(value: Any) -> str:
    """One of the constants above."""
    if not isinstance(value, dict):
        return IDS if isinstance(value, str | int) and _ID_ALONE.fullmatch(str(value)) else UNKNOWN
    if _is_v1(value.get("tweet", value)):
        return V1_POST
    if notices.is_notice(value):
        return NOTICE
    if "data" not in value and not ({"includes", "errors", "meta"} & value.keys()):
        return _kind_of_object(value)
    return _kind_of_page(value)


def why_unknown(value: Any) -> str:
    """What is said about a value of the kind UNKNOWN: by its names one can tell what it is."""
    if not isinstance(value, dict):
        return UNKNOWN
    if isinstance(value.get("id"), float):
        return "its ids are numbers with a decimal point, which have lost digits: fetch the posts again"
    names = [name for name in value if NAME.fullmatch(name)][:_NAMES_SHOWN]
    return f"{UNKNOWN}: nothing of X has the fields {', '.join(names)}" if names else UNKNOWN


def items_of(value: Any) -> list[Any] | None:
    """The values that a list, or an envelope of the API v1.1, stands for; None for what stands for itself."""
    if isinstance(value, list):
        response = response_of(value)
        return value if response is None else [response]
    if isinstance(value, dict) and "data" not in value:
        for name in _ENVELOPES:
            items = value.get(name)
            if isinstance(items, list) and (not items or any(kind_of(item) == V1_POST for item in items)):
                return items
    return None


def response_of(value: Any) -> dict[str, Any] | None:
    """tweepy's Response is a tuple, which JSON dumps as [data, includes, errors, meta]; None for another list."""
    if not isinstance(value, list) or len(value) != len(_RESPONSE):
        return None
    data, includes, errors, meta = value
    if not (isinstance(includes, dict) and isinstance(errors, list) and isinstance(meta, dict)):
        return None
    if kind_of({"data": data}) == UNKNOWN or "id" in meta:
        return None
    return dict(zip(_RESPONSE, value, strict=True))


def _kind_of_object(value: dict[str, Any]) -> str:
    if value.keys() >= _MESSAGE_NAMES:
        return MESSAGES
    if "action" in value and "id" in value and "text" not in value:
        return COMPLIANCE
    if _is_post(value):
        author = value.get("author")
        has_author = value.get("author_id") is not None or (isinstance(author, dict) and _is_user(author))
        return FLAT_POST if has_author else NO_AUTHOR
    return FLAT_USER if _is_user(value) else UNKNOWN


def _kind_of_page(value: dict[str, Any]) -> str:
    data = objects(value.get("data"))
    first = data[0] if data else {}
    if "id" not in first and ("tweet_count" in first or "post_count" in first):
        return COUNTS
    if _MESSAGE_NAMES & first.keys():
        return MESSAGES
    if any(_is_user(item) for item in data):
        return PAGE_OF_USERS
    if any(_is_post(item) for item in data):
        return PAGE_OF_POSTS
    if _includes_posts_or_users(_dict(value.get("includes"))):
        return INCLUDES_ONLY
    if "member_count" in first or "owner_id" in first:
        return LISTS
    return UNKNOWN if data or value.get("data") else NOTHING


def _includes_posts_or_users(includes: dict[str, Any]) -> bool:
    found = {name: objects(values) for name, values in includes.items() if objects(values)}
    return (
        bool(found)
        and found.keys() <= _INCLUDED
        and (not found.get("users") or any(map(_is_user, found["users"])))
        and all(any(map(_is_post, found[name])) for name in ("tweets", "posts") if name in found)
    )


def _is_v1(value: Any) -> bool:
    """Only v1.1 spells ids twice, and only it says who is answered by status."""
    return (
        isinstance(value, dict) and "id_str" in value and ("full_text" in value or "text" in value)
        and ("user" in value or "created_at" in value)
    )  # fmt: skip


def _is_post(value: dict[str, Any]) -> bool:
    """An id, a text (one that is withheld may lack it), and only names of X's or else a mark that only X gives.

    Whether its values can be, an id that is a fraction for one, is not asked here.
    """
    is_marked = (
        any(isinstance(value.get(name), list) for name in (*_HISTORIES, *_REFERENCES))
        or _is_id(value.get("conversation_id"))
        or bool(_POST_COUNTS & _dict(value.get("public_metrics")).keys())
    )
    has_text = isinstance(value.get("text"), str) or (value.get("text") is None and is_marked)
    is_named = _is_id(value.get("id")) or (is_marked and isinstance(value.get("id"), str | int | float))
    return is_named and has_text and (is_marked or value.keys() <= _POST_NAMES)


def _is_user(value: dict[str, Any]) -> bool:
    """An id, a handle and a name, and no name that is not X's or else X's counts."""
    return (
        _is_id(value.get("id"))
        and isinstance(value.get("username"), str)
        and isinstance(value.get("name"), str)
        and (
            value.keys() <= _USER_NAMES
            or bool(_USER_COUNTS & _dict(value.get("public_metrics")).keys())
        )
    )  # fmt: skip


def _is_id(value: Any) -> bool:
    """Digits, as text or (tweepy's models, some dumps) as a number."""
    return isinstance(value, str | int) and _ID.fullmatch(str(value)) is not None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def unflatten(posts: list[dict[str, Any]]) -> dict[str, Any]:
    """The response body that flat posts came from: inlined users and posts go back into `includes`.

    The posts keep all else, also twarc's `__twarc` note with the time of observation; what goes into includes
    gets the note of the post that carried it.
    """
    users: dict[str, dict[str, Any]] = {}
    included: dict[str, dict[str, Any]] = {}
    data = [_separate(post, users, included, post.get("__twarc")) for post in posts]
    includes = {"users": list(users.values()), "tweets": list(included.values())}
    return {"data": data, "includes": {name: values for name, values in includes.items() if values}}


def _separate(
    post: dict[str, Any], users: dict[str, dict[str, Any]], included: dict[str, dict[str, Any]], note: Any
) -> dict[str, Any]:
    bare = {name: value for name, value in post.items() if name not in _INLINED}
    for name in _INLINED:
        _keep(users, post.get(name), note)
    for mention in objects(_dict(post.get("entities")).get("mentions")):
        if mention.keys() - _MENTION_KEYS:
            _keep(
                users, {name: value for name, value in mention.items() if name not in ("start", "end")}, note
            )
    for member in ("referenced_tweets", "referenced_posts"):
        if member not in post:
            continue
        bare[member] = [
            {"type": reference.get("type"), "id": reference.get("id")} for reference in objects(post[member])
        ]
        for reference in objects(post[member]):
            if reference.keys() - {"type", "id"}:
                inner = {name: value for name, value in reference.items() if name != "type"}
                _keep(included, _separate(inner, users, included, note), note)
    return bare


def _keep(found: dict[str, dict[str, Any]], item: Any, note: Any) -> None:
    """The fullest copy of an object: a mention of somebody may carry less than their own post does."""
    if not isinstance(item, dict) or not item.get("id"):
        return
    noted = {**item, "__twarc": note} if note is not None and "__twarc" not in item else item
    key = str(item["id"])
    if len(noted) > len(found.get(key, {})):
        found[key] = noted
