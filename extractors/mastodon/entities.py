"""What Mastodon's entities hold, and which of it is private. Pure functions over parsed JSON.

Entities are those of docs.joinmastodon.org (4.5); other servers (GoToSocial, Pleroma, …) answer with fewer members, so
nothing is taken for granted. An id of a status or account is a number of the server that answered; what everybody knows
a status by is its `uri`, and an account is `name@host`.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from rapport.window import moment_in

Json = dict[str, Any]

# Since 4.5 accounts have a number there instead of a name. A boost's ends with /activity.
_HOME_NUMBER = re.compile(r"https?://[^/]+/(?:users|ap/users)/[^/]+/statuses/([0-9]+)(?:/activity)?")

# For everybody. Servers have more words than these (`list`, `local`, `mutuals_only`), and will have others: whatever
# is not known to be for everybody is private. That no word is there (None) is no wish: servers which know of no
# privacy leave it out, and so does a placeholder.
_PUBLIC = ("public", "unlisted", None)
# All that a private status is kept with: who, to whom, when. No word of it.
_KEPT_OF_PRIVATE = ("id", "uri", "created_at", "visibility", "local_only", "account", "mentions")
_KEPT_OF_PERSON = ("id", "acct", "username", "url", "uri")
# Statuses stand in notifications, boosts and quotes of each other; deeper than this no server nests them.
_DEEPEST = 12


def objects(value: Any) -> list[Json]:
    """The objects of a member that may be a list, one object or absent."""
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, dict)]


def text(value: Any) -> str:
    """A member that should be text; "" if it is not."""
    return value if isinstance(value, str) else ""


def local_id(value: Any) -> str:
    """A server's own id, which is text, and by mistake a number; "" if it is neither."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def moment(value: Any) -> str | None:
    """A member that should be a time; None if it is none, so that no post is lost to it."""
    at = moment_in(value) if isinstance(value, str) else None
    return at.isoformat() if at else None


def is_status(item: Json) -> bool:
    """Whether it is a status (or a boost of one)."""
    return "uri" in item and not {"visibility", "content", "reblog", "erased"}.isdisjoint(item)


def is_account(item: Json) -> bool:
    """Whether it is an account."""
    return "acct" in item and not is_status(item) and not {"note", "display_name", "erased"}.isdisjoint(item)


def is_notification(item: Json) -> bool:
    """Whether it is a notification."""
    return isinstance(item.get("type"), str) and "account" in item and "content" not in item


def is_edit(item: Json) -> bool:
    """Whether it is a version of a status (/history), which has no id."""
    return "content" in item and "account" in item and "uri" not in item and "id" not in item


def is_context(body: Json) -> bool:
    """Whether it is the page of a thread."""
    return isinstance(body.get("ancestors"), list) and isinstance(body.get("descendants"), list)


def asked_for(body: Json) -> list[Json]:
    """What a page is about, without what lies in it: of a thread all its statuses, of a list what it lists."""
    if is_context(body):
        return [*objects(body["ancestors"]), *objects(body.get("status")), *objects(body["descendants"])]
    return objects(body["data"]) if "data" in body else [body]


def reblogged(status: Json) -> Json | None:
    """The status that a boost passes on."""
    found = status.get("reblog")
    return found if isinstance(found, dict) else None


def quoted(status: Json) -> Json | None:
    """The status that is quoted, where the answer shows it, whatever the quote's state."""
    quote = status.get("quote")
    found = quote.get("quoted_status") if isinstance(quote, dict) else None
    return found if isinstance(found, dict) else None


def is_private(status: Json) -> bool:
    """Whether it is not for everybody. A boost of a private status is as private as that.

    What some servers call `local_only` is for whoever has a login there, whatever its visibility.
    """
    return any(
        one is not None and (one.get("visibility") not in _PUBLIC or bool(one.get("local_only")))
        for one in (status, reblogged(status))
    )


def host_of(address: str) -> str:
    """The server that an address is of, with its port if it has one; "" if the text is no address."""
    try:
        parts = urlsplit(address)
        return parts.netloc.rpartition("@")[2].lower() if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""


def number_at_home(uri: str) -> str | None:
    """What a status's own server calls it, where its uri is one of Mastodon's."""
    found = _HOME_NUMBER.fullmatch(uri)
    return found[1] if found else None


def account_id(account: Any, host: str) -> str | None:
    """`name@host` in small letters. `host`: which server answered, for its own accounts come without a host."""
    acct = text(account.get("acct")) if isinstance(account, dict) else ""
    if not acct:
        return None
    if "@" not in acct:
        acct = f"{acct}@{host or host_of(text(account.get('url')))}"
    return acct.lower()


def is_of_server(status: Json) -> bool:
    """Whether the server that answered is the status's own: its accounts come without a host."""
    account = status.get("account")
    return isinstance(account, dict) and "@" not in text(account.get("acct") or "@")


def answers_nothing(status: Json) -> bool:
    """Whether it begins a conversation. Who answered a status that is gone still says whose it was."""
    return status.get("in_reply_to_id") is None and status.get("in_reply_to_account_id") is None


def bare(status: Json) -> Json:
    """A private status without a word of it."""
    kept = {name: status[name] for name in _KEPT_OF_PRIVATE if name in status}
    if "account" in kept:
        kept["account"] = person(kept["account"])
    if "mentions" in kept:
        kept["mentions"] = [person(mention) for mention in objects(kept["mentions"])]
    return kept


def person(account: Any) -> Any:
    """Who an account is, and no more."""
    if not isinstance(account, dict):
        return None
    return {name: account[name] for name in _KEPT_OF_PERSON if name in account}


def own(item: Json) -> Json:
    """The object without the objects in it, of which only what they are called is left: each of these is a row of its
    own, so that it can be forgotten without the others."""
    kept = dict(item)
    for name in ("account", "moved"):
        if isinstance(kept.get(name), dict):
            kept[name] = person(kept[name])
    boosted, quote = reblogged(item), item.get("quote")
    if boosted is not None:
        kept["reblog"] = _called(boosted)
    if isinstance(quote, dict) and isinstance(quote.get("quoted_status"), dict):
        kept["quote"] = {**quote, "quoted_status": _called(quote["quoted_status"])}
    if isinstance(kept.get("status"), dict):
        kept["status"] = _called(kept["status"])
    kept.pop("card", None)  # a preview of another's page; or, of a link to a post, that post's text
    return kept


def _called(status: Json) -> Json:
    return {name: status[name] for name in ("id", "uri") if name in status}


def without_private(value: Any, *, keep_bare: bool) -> tuple[Any, int]:
    """An answer without private statuses, and how many there were; with `keep_bare`, without a word of them.

    They may stand in lists, in notifications, in boosts and in quotes, and alone.
    """
    count = 0

    def clean(item: Any, depth: int = 0) -> Any:
        nonlocal count
        if not isinstance(item, list | dict):
            return item
        if depth > _DEEPEST:
            return None
        if isinstance(item, list):
            return [kept for kept in (clean(element, depth + 1) for element in item) if kept is not None]
        if is_status(item) and is_private(item):
            count += 1
            return bare(item) if keep_bare else None
        if is_notification(item) and "chat_message" in item:  # Pleroma's, between two
            count += 1
            return None
        kept = {name: clean(member, depth + 1) for name, member in item.items()}
        # A notification of a private status says that there is one.
        is_emptied = is_notification(item) and item.get("status") is not None and kept.get("status") is None
        return None if is_emptied else kept

    return clean(value), count


def statuses(value: Any) -> Iterator[Json]:
    """All statuses in an answer, wherever they stand; the outer before the inner."""
    return (found for found in within(value) if is_status(found))


def accounts(value: Any) -> Iterator[Json]:
    """All accounts and mentions in an answer, wherever they stand."""
    return (found for found in within(value) if "acct" in found)


def within(value: Any, depth: int = 0) -> Iterator[Json]:
    """All objects in an answer; the outer before the inner."""
    if isinstance(value, dict):
        yield value
    if isinstance(value, list | dict) and depth <= _DEEPEST:
        for member in value if isinstance(value, list) else value.values():
            yield from within(member, depth + 1)
