"""Which values of a file are Bluesky's: answers of its XRPC, and the views and records that these hold."""

from typing import Any

from extractors.bluesky import listed
from extractors.bluesky.objects import is_thread
from extractors.bluesky.records import account_in, collection_of, rows, table
from extractors.recognition import Answer, Json

KEEPS_BROKEN = True
LIST_MEMBER = OWNER_FILE = OWNER_MEMBER = ""
# The members of answers that hold what we read, and what each of their items has.
_LISTS = {
    "feed": ("post",),
    "posts": ("uri", "author", "record"),
    "likes": ("actor",),
    "repostedBy": ("did", "handle"),
    "notifications": ("uri", "reason", "author"),
    "profiles": ("did", "handle"),
    "records": ("uri", "value"),
}
# Lists of those who liked or reposted a post, and the streams that bring them.
_NODS = {"likes": "likers", "repostedBy": "reposters"}
_MESSAGES = "direct messages, not posts: storing them needs the consent of both sides"


def answer(value: Any) -> Answer | None:
    """What it is; None if it is not Bluesky's."""
    if not isinstance(value, dict):
        return None
    return _object(value) or _page(value)


def items_of(value: Any) -> list[Any] | None:
    """The values that a list stands for; None for what stands for itself."""
    return value if isinstance(value, list) else None


def _object(value: Json) -> Answer | None:
    """A view or a record that stands alone."""
    collection = collection_of(value.get("uri"))
    if collection and account_in(value["uri"]):
        if value.get("author") and "record" in value and "reason" not in value:
            return Answer(value, "posts", "posts")
        is_record = isinstance(value.get("value"), dict)
        if is_record and not listed.is_read(value):
            return Answer(value, passed_over=f"records that are no posts: {collection}")
        if is_record:
            return Answer(value, "records", collection, _NODS["likes"] if collection == listed.LIKES else "")
        if "reason" in value and "author" in value:
            return Answer(value, "notifications", "notifications")
    if collection_of(table(value.get("post")).get("uri")) and not is_thread(value):
        return Answer(value, "feed", "feed")
    did = value.get("did")
    if isinstance(did, str) and did.startswith("did:") and isinstance(value.get("handle"), str):
        return Answer(value, "profiles", "profiles")
    return None


def _page(value: Json) -> Answer | None:
    thread = value if is_thread(value) else table(value.get("thread"))
    if "post" in thread or thread.get("notFound") or thread.get("blocked"):
        about = table(thread.get("post")).get("uri") or thread.get("uri")
        return Answer(value, about_post_id=about if isinstance(about, str) else None)
    if isinstance(value.get("convos"), list) or _are_messages(value.get("messages")):
        return Answer(value, refused=f"it holds {_MESSAGES}")
    for name, members in _LISTS.items():
        items = value.get(name)
        if not isinstance(items, list):
            continue
        if not items and value.keys() <= {name, "cursor", "uri", "cid"}:
            return Answer(value, is_empty=True)
        if any(all(member in item for member in members) for item in rows(items)):
            uri = value.get("uri")
            about = uri if isinstance(uri, str) and collection_of(uri) else None
            return Answer(value, stream=_NODS.get(name, ""), about_post_id=about)
    return None


def _are_messages(value: Any) -> bool:
    return any("sender" in item and "sentAt" in item for item in rows(value))
