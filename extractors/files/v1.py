"""Posts of the API v1.1 and of account archives, put into the shape of the API v2. Pure functions.

The object as it came is kept whole under `v1`. What v1.1 does not say stays absent: there is no conversation id,
and of the counts only reposts and likes; trees come right through parents alone.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from extractors.x.fields import objects

# In an archive since 2018, only the text of a repost says whom it repeats; which post it repeats is not known at all.
_REPOST = re.compile(r"RT @[A-Za-z0-9_]+: ?")
_STATUS_URL = re.compile(
    r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/[A-Za-z0-9_]+/status(?:es)?/([0-9]+)"
)
_GONE = {"-1", "0", ""}
# A note's short form in the post is cut within its last word, so this much must agree.
_NOTE_PREFIX = 100
# How the text of a post ends that was cut.
_CUT = re.compile(r"…(?:\s*https?://\S+)?\s*$")
# X escapes these three in the text of a post, and none in a note.
_ESCAPED = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
# As v1.1 writes a time, and as archives before 2018 do.
_TIMES = ("%a %b %d %H:%M:%S %z %Y", "%Y-%m-%d %H:%M:%S %z")


class NotAPost(Exception):
    """The object can't be taken as a post; the message says why."""


def flat_post(
    value: dict[str, Any], owner: dict[str, Any] | None, notes: dict[str, list[dict[str, Any]]] | None = None
) -> dict[str, Any]:
    """A flat post of the API v2 (author and referenced posts inlined) from one of v1.1 or of an archive.

    `owner` is the account an archive belongs to (as `account_owner` gives it), `notes` its long texts by second.
    Raises NotAPost without an author or with a time or id that is none.
    """
    source = value.get("tweet", value)
    post_id = _digits(source.get("id_str"))
    if not post_id:
        raise NotAPost(f"id_str is no id: {str(source.get('id_str'))[:40]!r}")
    # What has its author beside it marks its reposts; an archive since 2018 has neither.
    is_marked = isinstance(source.get("user"), dict)
    author = _user(source["user"]) if is_marked else owner
    if author is None:
        raise NotAPost(
            "nothing says who wrote it: it has no user, and there is no account.js beside the file"
        )
    # Streams of v1.1 kept what went over 140 characters in a place of its own.
    extended = _dict(source.get("extended_tweet"))
    text = extended.get("full_text") or source.get("full_text") or source.get("text") or ""
    entities = _dict(extended.get("entities") or source.get("entities"))
    post: dict[str, Any] = {
        "id": post_id,
        "text": text,
        "author_id": author["id"],
        "author": author,
        "created_at": _time(source.get("created_at")),
        "lang": source.get("lang"),
        "in_reply_to_user_id": _digits(source.get("in_reply_to_user_id_str")),
        "referenced_tweets": _references(source, text, entities, is_marked),
        "entities": {"mentions": _mentions(entities)},
        "edit_history_tweet_ids": _versions(source.get("edit_info")),
        "public_metrics": _counts(
            source,
            retweet_count="retweet_count",
            like_count="favorite_count",
            reply_count="reply_count",
            quote_count="quote_count",
        ),
        "withheld": {"country_codes": source["withheld_in_countries"]}
        if source.get("withheld_in_countries")
        else None,
        "note_tweet": _note(text, source.get("created_at"), notes or {}),
        "v1": source,
    }
    return {name: member for name, member in post.items() if member not in (None, [], {}, {"mentions": []})}


def account_owner(items: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """The user that account.js describes, without the e-mail address that stands beside; None if it has no id."""
    for item in items:
        account = _dict(item.get("account"))
        if _digits(account.get("accountId")):
            return {
                "id": _digits(account["accountId"]),
                "username": str(account.get("username", "")),
                "name": str(account.get("accountDisplayName", "")),
                **({"created_at": account["createdAt"]} if account.get("createdAt") else {}),
            }
    return None


def notes_by_second(items: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The long texts of note-tweet.js, by the second they were written: nothing else ties them to their posts."""
    notes: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        note = _dict(item.get("noteTweet"))
        core = _dict(note.get("core"))
        if isinstance(core.get("text"), str) and note.get("createdAt"):
            notes.setdefault(str(note["createdAt"])[:19], []).append(core)
    return notes


def _references(
    source: dict[str, Any], text: str, entities: dict[str, Any], is_marked: bool
) -> list[dict[str, Any]]:
    """As the API v2 has them; of a repost in an archive the id of what it repeats is unknown and left out.

    Where reposts are marked (`is_marked`), somebody has typed "RT @name" who repeats nothing as X understands it.
    """
    repeated = source.get("retweeted_status")
    if isinstance(repeated, dict):
        return [_inlined("retweeted", repeated)]
    if not is_marked and _REPOST.match(text):
        return [{"type": "retweeted"}]
    found = []
    if parent_id := _digits(source.get("in_reply_to_status_id_str")):
        found.append({"type": "replied_to", "id": parent_id})
    if isinstance(source.get("quoted_status"), dict):
        found.append(_inlined("quoted", source["quoted_status"]))
    elif quoted_id := _digits(source.get("quoted_status_id_str")) or _linked_post(text, entities):
        found.append({"type": "quoted", "id": quoted_id})
    return found


def _inlined(kind: str, value: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"type": kind, **flat_post(value, None)}
    except NotAPost:
        return {"type": kind, "id": _digits(value.get("id_str"))}


def _linked_post(text: str, entities: dict[str, Any]) -> str | None:
    """The post whose address ends the text: that is how a quote looks in an archive."""
    for url in objects(entities.get("urls")):
        match = _STATUS_URL.match(str(url.get("expanded_url", "")))
        if match and url.get("url") and text.rstrip().endswith(str(url["url"])):
            return match.group(1)
    return None


def _mentions(entities: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for entity in objects(entities.get("user_mentions")):
        indices = [_number(index) for index in entity.get("indices") or []]
        if len(indices) != 2 or None in indices:
            continue
        mention = {"start": indices[0], "end": indices[1], "username": entity.get("screen_name")}
        account_id = _digits(entity.get("id_str"))
        found.append({**mention, "id": account_id} if account_id else mention)
    return found


def _note(text: str, created_at: Any, notes: dict[str, list[dict[str, Any]]]) -> dict[str, Any] | None:
    if not notes:
        return None
    start = _CUT.sub("", text)
    for escaped, sign in _ESCAPED:
        start = start.replace(escaped, sign)
    start = start[:_NOTE_PREFIX]
    for core in notes.get((_time(created_at) or "")[:19], []):
        if start and core["text"].startswith(start):
            mentions = [
                {"start": _number(mention.get("fromIndex")), "end": _number(mention.get("toIndex")),
                 "username": mention.get("screenName")}
                for mention in objects(core.get("mentions"))
            ]  # fmt: skip
            return {"text": core["text"], **({"entities": {"mentions": mentions}} if mentions else {})}
    return None


def _user(user: dict[str, Any]) -> dict[str, Any] | None:
    account_id = _digits(user.get("id_str"))
    if not account_id:
        return None
    kept = {
        "id": account_id,
        "username": user.get("screen_name"),
        "name": user.get("name"),
        "description": user.get("description"),
        "created_at": _time(user.get("created_at")),
        "protected": user.get("protected"),
        "url": user.get("url"),
        "public_metrics": _counts(
            user,
            followers_count="followers_count",
            following_count="friends_count",
            tweet_count="statuses_count",
            listed_count="listed_count",
        ),
    }
    return {name: member for name, member in kept.items() if member not in (None, {})}


def _versions(edit_info: Any) -> list[str]:
    """Ids of all versions of an edited post, where the archive lists them."""
    info = _dict(edit_info)
    control = _dict(info.get("initial")) or _dict(_dict(info.get("edit")).get("editControlInitial"))
    return [str(post_id) for post_id in control.get("editTweetIds") or []]


def _counts(source: dict[str, Any], **names: str) -> dict[str, int]:
    """Counts under their names of v2; archives write them as text."""
    found = {name: _number(source.get(old)) for name, old in names.items()}
    return {name: count for name, count in found.items() if count is not None}


def _time(text: Any) -> str | None:
    """`Wed Oct 10 20:19:24 +0000 2018`, or `2018-10-10 20:19:24 +0000`, as the API v2 writes it."""
    for form in _TIMES:
        try:
            at = datetime.strptime(str(text), form).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return None


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _digits(value: Any) -> str | None:
    text = str(value)
    return text if text.isascii() and text.isdigit() and text not in _GONE else None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
