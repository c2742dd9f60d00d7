"""Which values of a file are Mastodon's: answers of its REST API, and what an account's export holds."""

from typing import Any
from urllib.parse import urlsplit

from extractors.mastodon import activities, entities
from extractors.mastodon.entities import Json, objects, text
from extractors.recognition import Answer

# A post that was cut may have been a private one: then no word of it may be kept.
KEEPS_BROKEN = False
LIST_MEMBER = "orderedItems"
OWNER_FILE, OWNER_MEMBER = "actor.json", "actor"
_PRIVATE = "private posts, of which nothing is kept"
_SHOWN = 40


def answer(value: Any) -> Answer | None:
    """What it is, without private posts; None if it is not Mastodon's."""
    if not isinstance(value, dict):
        return None
    if "@context" in value or text(value.get("type"))[:1].isupper():
        return _activity(value)
    if isinstance(value.get("data"), list) and objects(value["data"]):
        is_known = any(_group(item) for item in objects(value["data"]))
    else:
        is_known = entities.is_context(value)
    group = "" if is_known else _group(value)
    if not is_known and not group:
        return None
    if group == "versions":
        return Answer(value, refused="it holds versions of a post, which do not say of which")
    clean, private_count = entities.without_private(value, keep_bare=False)
    if clean is None or (private_count and not any(map(_group, _items(clean)))):
        return Answer({}, passed_over=_PRIVATE, private_count=max(private_count, 1))
    return Answer(clean, "data" if group else "", group, host=_host(value), private_count=private_count)


def items_of(value: Any) -> list[Any] | None:
    """The values that a list stands for, or a page of an outbox, or the answer to a search; None for another value."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return None
    if isinstance(value.get(LIST_MEMBER), list) and objects(value[LIST_MEMBER]):
        return list(value[LIST_MEMBER])
    if isinstance(value.get("statuses"), list) and isinstance(value.get("accounts"), list):
        return [*value["statuses"], *value["accounts"]]
    return None


def _items(page: Json) -> list[Json]:
    """The objects of a page."""
    return [
        page,
        *(item for name in ("data", "ancestors", "descendants") for item in objects(page.get(name))),
    ]


def _group(item: Json) -> str:
    """What one object is; "" if it is none of Mastodon's."""
    if entities.is_status(item):
        return "statuses"
    if entities.is_account(item):
        return "accounts"
    if entities.is_notification(item):
        return "notifications"
    return "versions" if entities.is_edit(item) else ""


def _activity(value: Json) -> Answer | None:
    kind = text(value.get("type"))
    if activities.is_actor(value):
        return Answer(activities.own(value), LIST_MEMBER, "actors")
    if not activities.is_activity(value):
        return None
    if not activities.is_public(value):
        return Answer({}, passed_over=_PRIVATE, private_count=1)
    if kind not in activities.TAKEN:
        return Answer(value, refused=f"it is neither a post nor a boost, but this: {kind[:_SHOWN]}")
    if kind != "Announce" and activities.post_in(value) is None:
        return Answer(value, refused="the post that it creates is not in it")
    return Answer(activities.own(value), LIST_MEMBER, "activities")


def _host(value: Any) -> str | None:
    """The server that answered: its own accounts come without a host, and with an address at it."""
    for account in entities.accounts(value):
        if "@" not in text(account.get("acct") or "@"):
            return urlsplit(text(account.get("url"))).netloc or None
    return None
