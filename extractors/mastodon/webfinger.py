"""Where the server of an account is: its API may be at another name than the account's host. Pure.

@name@example.org may live at social.example.org. By WebFinger (RFC 7033) example.org says of each of its accounts which
address it has, and often sends whoever asks on to the server itself.
"""

from typing import Any

from extractors.mastodon.entities import host_of, objects, text

PATH = "/.well-known/webfinger"


def question(account_id: str) -> dict[str, str]:
    """What is asked about the account."""
    return {"resource": f"acct:{account_id}"}


def server_in(answer: Any) -> str:
    """The host of the account's own address; "" where the answer does not tell."""
    links = objects(answer.get("links")) if isinstance(answer, dict) else []
    own = (host_of(text(link.get("href"))) for link in links if link.get("rel") == "self")
    return next(filter(None, own), "")
