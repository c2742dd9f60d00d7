"""Text as the API gives it: entities, HTML escapes, long posts."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from emulator.model import Account, Post

HANDLE = re.compile(r"(?<![\w@/])@([A-Za-z0-9_]{1,15})(?![A-Za-z0-9_])")
HASHTAG = re.compile(r"(?<![\w&#])#(\w+)")
LONG_FROM = 280  # characters; longer posts are "notes", cut in `text` and whole in `note_tweet`
_KEPT = 272


def escaped(text: str) -> str:
    """X escapes &, < and >, and counts entity positions in the escaped text (seen in real payloads)."""
    return html.escape(text, quote=False)


def lead_length(post: Post) -> int:
    """Length of the leading run of inherited @handles, with its blanks."""
    return sum(len(account.handle) + 2 for account in post.lead)


def is_long(post: Post) -> bool:
    """True where the text is longer than a plain post may be; inherited handles are not counted."""
    return len(post.text) - lead_length(post) > LONG_FROM


def short_text(post: Post) -> str:
    """What stands in `text`: all of it, or for a long post its beginning and a link."""
    if not is_long(post):
        return post.text
    cut = post.text[: lead_length(post) + _KEPT].rsplit(" ", 1)[0]
    return f"{cut}… https://t.co/{format(post.number % 36**9, 'x')[:10]}"


def entities(text: str, accounts: Mapping[str, Account]) -> dict[str, list[dict[str, object]]]:
    """Mentions and hashtags of an escaped text; `accounts` by handle in lower case.

    Positions count code points, start inclusive, end exclusive. Kinds without a hit are left out.
    """
    found: dict[str, list[dict[str, object]]] = {}
    for match in HANDLE.finditer(text):
        account = accounts.get(match.group(1).lower())
        if account:
            found.setdefault("mentions", []).append(
                {
                    "start": match.start(),
                    "end": match.end(),
                    "username": account.handle,
                    "id": account.account_id,
                }
            )
    for match in HASHTAG.finditer(text):
        found.setdefault("hashtags", []).append(
            {"start": match.start(), "end": match.end(), "tag": match.group(1)}
        )
    return found


def mentioned(post: Post, accounts: Mapping[str, Account]) -> list[Account]:
    """Every known account whose handle stands in the whole text, in order, once each."""
    hits = (accounts.get(match.group(1).lower()) for match in HANDLE.finditer(post.text))
    return list(dict.fromkeys(account for account in hits if account))
