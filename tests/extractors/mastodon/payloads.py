"""Entities as a Mastodon server writes them, of our own invention."""

from typing import Any

Json = dict[str, Any]
HOST = "wald.test"


def account(acct: str = "lichtung", number: str = "1", **members: Any) -> Json:
    """An account as the server wald.test shows it: its own without a host."""
    name, _, host = acct.partition("@")
    return {
        "id": number,
        "username": name,
        "acct": acct,
        "display_name": name.title(),
        "locked": False,
        "bot": False,
        "group": False,
        "created_at": "2022-11-05T00:00:00.000Z",
        "note": "<p>Writes about <a href='https://wald.test/tags/moss'>#<span>moss</span></a>.</p>",
        "url": f"https://{host or HOST}/@{name}",
        "uri": f"https://{host or HOST}/users/{name}",
        "followers_count": 12,
        "following_count": 7,
        "statuses_count": 40,
        "fields": [{"name": "web", "value": "<a href='https://lichtung.test'>x</a>", "verified_at": None}],
        "emojis": [],
    } | members


def mention(acct: str, number: str) -> Json:
    """Somebody named in a status."""
    name, _, host = acct.partition("@")
    return {
        "id": number, "username": name, "acct": acct, "url": f"https://{host or HOST}/@{name}",
    }  # fmt: skip


def status(number: str = "100", content: str = "<p>Good morning</p>", **members: Any) -> Json:
    """A public status by lichtung@wald.test, unless told otherwise."""
    author = members.get("account") or account()
    name, _, host = author["acct"].partition("@")
    return {
        "id": number,
        "created_at": "2026-11-02T08:30:00.000Z",
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "uri": f"https://{host or HOST}/users/{name}/statuses/{number}",
        "url": f"https://{host or HOST}/@{name}/{number}",
        "replies_count": 3,
        "reblogs_count": 2,
        "favourites_count": 5,
        "quotes_count": 1,
        "edited_at": None,
        "content": content,
        "reblog": None,
        "account": author,
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "emojis": [],
        "quote": None,
        "card": None,
        "poll": None,
    } | members


def link_to(acct: str) -> str:
    """How a server writes a mention."""
    name, _, host = acct.partition("@")
    return (
        f'<span class="h-card" translate="no"><a href="https://{host or HOST}/@{name}" class="u-url mention">'
        f"@<span>{name}</span></a></span>"
    )
