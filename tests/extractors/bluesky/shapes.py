"""Small answers of Bluesky, in the shapes that a network of our own has shown (test_network.py holds them to it)."""

from typing import Any

Json = dict[str, Any]


def did(name: str) -> str:
    return f"did:plc:{name:a<24}"


def uri(name: str, key: str, collection: str = "app.bsky.feed.post") -> str:
    return f"at://{did(name)}/{collection}/{key}"


def author(name: str, **more: Any) -> Json:
    return {
        "did": did(name),
        "handle": f"{name}.test",
        "displayName": name.title(),
        "avatar": "https://cdn.test/avatar",
        "labels": [],
        "createdAt": "2024-01-01T00:00:00.000Z",
        **more,
    }


def post(name: str, key: str, text: str = "", record: Json | None = None, **more: Any) -> Json:
    """A postView; `record` adds to the post's record."""
    return {
        "uri": uri(name, key),
        "cid": f"bafy{key}",
        "author": author(name),
        "record": {
            "$type": "app.bsky.feed.post",
            "createdAt": "2026-05-01T10:00:00.000Z",
            "text": text or f"post {key}",
            **(record or {}),
        },
        "bookmarkCount": 0,
        "replyCount": 2,
        "repostCount": 1,
        "likeCount": 3,
        "quoteCount": 0,
        "indexedAt": "2026-05-01T10:00:01.000Z",
        "labels": [],
        **more,
    }


def answers(root: str, parent: str | None = None) -> Json:
    """The `reply` of a record."""
    return {
        "reply": {
            "root": {"uri": root, "cid": "bafyroot"},
            "parent": {"uri": parent or root, "cid": "bafyparent"},
        }
    }


def quoted_view(name: str, key: str, text: str) -> Json:
    """What a post shows of the one it quotes."""
    seen = post(name, key, text)
    return {
        "$type": "app.bsky.embed.record#viewRecord",
        "value": seen.pop("record"),
        "embeds": [],
        **{name: value for name, value in seen.items() if name != "bookmarkCount"},
    }


def thread(view: Json, *replies: Json, parent: Json | None = None) -> Json:
    node = {"$type": "app.bsky.feed.defs#threadViewPost", "post": view, "replies": list(replies)}
    return {**node, "parent": parent} if parent else node


def not_found(missing: str) -> Json:
    return {"$type": "app.bsky.feed.defs#notFoundPost", "uri": missing, "notFound": True}


def blocked(hidden: str, by: str) -> Json:
    return {
        "$type": "app.bsky.feed.defs#blockedPost",
        "uri": hidden,
        "blocked": True,
        "author": {"did": did(by)},
    }


def mention(text: str, shown: str, named: str) -> Json:
    """A facet for `shown`, at its place in the bytes of the text."""
    start = text.encode().index(shown.encode())
    return {
        "index": {"byteStart": start, "byteEnd": start + len(shown.encode())},
        "features": [{"$type": "app.bsky.richtext.facet#mention", "did": named}],
    }
