"""What a stream of X says between the posts: which were deleted, withheld, or left out. Pure functions."""

from typing import Any

# Streams of the API v1.1 give a notice as an object of one member, a few with the time of it.
_DELETION = "delete"
_OTHERS = {
    "limit",
    "scrub_geo",
    "status_withheld",
    "user_withheld",
    "disconnect",
    "warning",
    "friends",
    "friends_str",
}
_TIMES = {"timestamp_ms", "timestamp"}
# What a deletion names, in v1.1 and in the two dialects of v2.
_DELETED = ("status", "tweet", "post")


def is_notice(value: dict[str, Any]) -> bool:
    """Whether it is a notice, not a post. Withheld posts stay: they are withheld in some countries only."""
    if deletion(value) is not None:
        return True
    names = value.keys() - _TIMES
    return len(names) == 1 and names <= _OTHERS and isinstance(value[min(names)], dict | list)


def deletion(value: dict[str, Any]) -> tuple[str, str] | None:
    """(id of the post, id of its author) that a notice says was deleted; None for anything else."""
    inner = value["data"] if isinstance(value.get("data"), dict) else value
    notice = inner.get(_DELETION)
    if not isinstance(notice, dict):
        return None
    for name in _DELETED:
        deleted = notice.get(name)
        if isinstance(deleted, dict):
            post_id = _digits(deleted.get("id_str") or deleted.get("id"))
            author_id = _digits(
                deleted.get("user_id_str") or deleted.get("user_id") or deleted.get("author_id")
            )
            return (post_id, author_id) if post_id and author_id else None
    return None


def _digits(value: Any) -> str:
    text = str(value)
    return text if text.isascii() and text.isdigit() else ""
