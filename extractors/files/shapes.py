"""What a line of a file is, and flat posts made whole responses again. Pure functions over parsed JSON.

Forms met in the wild: responses of the API v2 one a line (`data` a list or one object), flat posts (twarc2
flatten: author and referenced posts inlined), posts of the API v1.1 and of account archives, what tweepy and
xdk dump, and files of other endpoints that hold no posts.
"""

from typing import Any

from extractors.x.fields import objects

PAGE_OF_POSTS = "page of posts"
PAGE_OF_USERS = "page of users"
INCLUDES_ONLY = "page whose own objects are neither posts nor users"
FLAT_POST = "flat post"
FLAT_USER = "flat user"
V1_POST = "post of the API v1.1 or of an account archive"
COUNTS = "counts of posts, not posts"
LISTS = "lists, not posts"
COMPLIANCE = "compliance events (what became of posts or accounts), not posts"
NOTHING = "an answer without posts or users"
UNKNOWN = "JSON of a kind that is not known here"

# What twarc2 flatten puts into a post that the API did not.
_INLINED = ("author", "in_reply_to_user")
# A withheld post may come without its text.
_POST_MEMBERS = {"author_id", "conversation_id", "edit_history_tweet_ids", "edit_history_post_ids"}
_RESPONSE = ("data", "includes", "errors", "meta")
_MENTION_KEYS = {"start", "end", "username", "id"}


def kind_of(line: Any) -> str:
    """One of the constants above."""
    if not isinstance(line, dict):
        return UNKNOWN
    if _is_v1(line.get("tweet", line)):
        return V1_POST
    if "data" not in line and not ({"includes", "errors", "meta"} & line.keys()):
        if "action" in line and "id" in line and "text" not in line:
            return COMPLIANCE
        if "id" in line and "text" in line:
            return FLAT_POST
        return FLAT_USER if "id" in line and "username" in line else UNKNOWN
    data = objects(line.get("data"))
    first = data[0] if data else {}
    if "id" not in first and ("tweet_count" in first or "post_count" in first):
        return COUNTS
    if "username" in first:
        return PAGE_OF_USERS
    if "text" in first or (
        "id" in first
        and {"author_id", "conversation_id", "edit_history_tweet_ids", "edit_history_post_ids"} & first.keys()
    ):
        return PAGE_OF_POSTS
    if any(objects(value) for value in _dict(line.get("includes")).values()):
        return INCLUDES_ONLY
    if "member_count" in first or "owner_id" in first:
        return LISTS
    return UNKNOWN if data else NOTHING


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


def _is_v1(value: Any) -> bool:
    """Only v1.1 spells ids twice, and only it says who is answered by status."""
    return isinstance(value, dict) and "id_str" in value and ("full_text" in value or "text" in value)


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


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
