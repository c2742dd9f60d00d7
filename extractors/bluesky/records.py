"""A post's record in raw's words: its text, whom and what it names, when it was written.

A record is written by whoever holds the account: any member may be missing, or of another type than the lexicon says.
What cannot be read is passed over; only what others rest on (ids, references) is passed on as it is, for the door.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from rapport.networks import BLUESKY
from rapport.window import moment_in

Json = dict[str, Any]

POSTS = "app.bsky.feed.post"
REPOSTS = "app.bsky.feed.repost"
_MENTION = "app.bsky.richtext.facet#mention"
_QUOTES = "app.bsky.embed.record"
_QUOTES_WITH_MEDIA = "app.bsky.embed.recordWithMedia"
# What stands for a handle that no longer leads to its account: many have it at once.
INVALID_HANDLE = "handle.invalid"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}")


def record_words(uri: Any, record: Json) -> Json:
    """What a post's record says, in raw's words: text, conversation, whom it answers, quotes and mentions."""
    reply = table(record.get("reply"))
    root, parent = (table(reply.get(name)).get("uri") for name in ("root", "parent"))
    quoted = quoted_uri(record)
    references = [
        {"type": kind, "id": found} for kind, found in (("replied_to", parent), ("quoted", quoted)) if found
    ]
    text = record.get("text")
    mentions = list(_mentions(record, text)) if isinstance(text, str) else []
    words = {
        "text": text,
        "conversation_id": root or parent or uri,
        "in_reply_to_user_id": account_in(parent),
        "lang": _language(record.get("langs")),
        "referenced_tweets": references or None,
        "entities": {"mentions": mentions} if mentions else None,
    }
    return {name: value for name, value in words.items() if value is not None}


def quoted_uri(record: Json) -> str | None:
    """The post that a record quotes: its embed may as well be a list, a feed or a picture."""
    embed = table(record.get("embed"))
    if embed.get("$type") == _QUOTES_WITH_MEDIA:
        embed = table(embed.get("record"))
    elif embed.get("$type") != _QUOTES:
        return None
    uri = table(embed.get("record")).get("uri")
    return uri if collection_of(uri) == POSTS else None


def happened_at(created_at: Any, indexed_at: Any) -> Any:
    """When something was written or done. `created_at` is what the program of whoever did it says, and may be anything;
    `indexed_at` is when the network saw it, no earlier. What is no time is passed on where nothing else is."""
    times = [
        (at, text)
        for text in (created_at, indexed_at)
        if isinstance(text, str) and (at := moment_in(text)) and at >= BLUESKY.began_at
    ]
    return min(times, key=_first)[1] if times else created_at or indexed_at


def _first(pair: tuple[datetime, str]) -> datetime:
    return pair[0]


def account_in(uri: Any) -> str | None:
    """The account whose repository the record of that address lies in."""
    authority = uri.removeprefix("at://").split("/")[0] if isinstance(uri, str) else ""
    return authority if authority.startswith("did:") else None


def collection_of(uri: Any) -> str:
    """What kind of record an address names, as app.bsky.feed.post; "" for what is no address of a record."""
    parts = uri.split("/") if isinstance(uri, str) else []
    return parts[3] if len(parts) == 5 and parts[0] == "at:" else ""


def table(value: Any) -> Json:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[Json]:
    """The objects of a list, and nothing else that stands in it."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _mentions(record: Json, text: str) -> Iterator[Json]:
    encoded = text.encode(errors="surrogatepass")
    for facet in rows(record.get("facets")):
        named = [item.get("did") for item in rows(facet.get("features")) if item.get("$type") == _MENTION]
        index = table(facet.get("index"))
        place = _place(encoded, index.get("byteStart"), index.get("byteEnd"))
        for did in named:
            mention: Json = {"id": did}
            if place is not None:
                start, end = place
                mention |= {"start": start, "end": end}
                shown = text[start:end]
                if shown.startswith("@") and len(shown) > 1:
                    mention["username"] = shown[1:].lower()
            yield mention


def _place(encoded: bytes, start: Any, end: Any) -> tuple[int, int] | None:
    """A stretch of bytes as one of code points; None where it is none of the text, or cuts a character in two."""
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(encoded)):
        return None
    try:
        before = len(encoded[:start].decode(errors="surrogatepass"))
        return before, before + len(encoded[start:end].decode(errors="surrogatepass"))
    except UnicodeDecodeError:
        return None


def _language(langs: Any) -> str | None:
    """The first language that the author names, without its region: de of de-AT."""
    first = langs[0] if isinstance(langs, list) and langs else None
    found = _LANGUAGE.match(first) if isinstance(first, str) else None
    return found[0].lower() if found else None
