"""A small HTTP server that answers as it is told, and badly when it is told to; for faults and for counting.

Real HTTP on loopback. What X would answer is a list of `Reply`s per path, in the order they are given out;
the last one of a path is repeated.
"""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

TOKEN = "a-bearer-token-that-must-not-leak"
USER_TOKEN = "a-user-token-that-must-not-leak-either"


@dataclass
class Reply:
    """One answer. `cut_at` breaks the connection after so many bytes of the body."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    cut_at: int | None = None

    def content(self) -> bytes:
        return self.raw if self.raw is not None else json.dumps(self.body).encode()


@dataclass
class Request:
    path: str
    query: dict[str, str]
    authorization: str | None
    pairs: list[tuple[str, str]] = field(default_factory=list)  # the query, where a name comes more than once


class ScriptedX:
    """Holds the script and the record of what was asked."""

    def __init__(self) -> None:
        self.script: defaultdict[str, list[Reply]] = defaultdict(list)
        self.requests: list[Request] = []
        self.url = ""
        self.delay_seconds = 0.0  # before each answer

    def answer(self, path: str, *replies: Reply) -> None:
        """From now on the path gives these replies, in turn."""
        self.script[path] = list(replies)

    def asked(self, path: str) -> list[dict[str, str]]:
        """The queries that came for the path."""
        return [request.query for request in self.requests if request.path == path]

    def next_reply(self, path: str) -> Reply:
        replies = self.script.get(path)
        if not replies:
            return Reply({"title": "Not Found", "detail": f"no script for {path}", "status": 404}, 404)
        return replies.pop(0) if len(replies) > 1 else replies[0]


@contextmanager
def scripted_x() -> Iterator[ScriptedX]:
    """The server, running on a free port of 127.0.0.1 until the block ends."""
    x = ScriptedX()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            pairs = parse_qsl(url.query)
            x.requests.append(Request(url.path, dict(pairs), self.headers.get("Authorization"), pairs))
            time.sleep(x.delay_seconds)
            reply = x.next_reply(url.path)
            content = reply.content()
            self.send_response(reply.status)
            for name, value in {
                "Content-Type": "application/json",
                "api-version": "2.166",
                **reply.headers,
            }.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content if reply.cut_at is None else content[: reply.cut_at])
            if reply.cut_at is not None:
                self.wfile.flush()
                self.close_connection = True

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Silent: the tests read `requests` instead."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    x.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield x
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def post(number: int, author: int = 7, **more: Any) -> dict[str, Any]:
    """A post with all the fields that are depended on, in the old dialect."""
    return {
        "id": str(number),
        "text": f"post {number}",
        "author_id": str(author),
        "created_at": "2026-05-01T10:00:00.000Z",
        "conversation_id": str(number),
        "edit_history_tweet_ids": [str(number)],
        "public_metrics": {"retweet_count": 1, "reply_count": 2, "like_count": 3, "quote_count": 0},
        **more,
    }


def new_post(number: int, author: int = 7, **more: Any) -> dict[str, Any]:
    """The same in the new dialect."""
    renamed = post(number, author, **more)
    renamed["edit_history_post_ids"] = renamed.pop("edit_history_tweet_ids")
    metrics = renamed["public_metrics"]
    renamed["public_metrics"] = {"repost_count": metrics.pop("retweet_count"), **metrics}
    return renamed


def user(number: int, handle: str) -> dict[str, Any]:
    """A user with all the fields that are depended on."""
    return {
        "id": str(number),
        "username": handle,
        "name": handle.title(),
        "created_at": "2020-01-01T00:00:00.000Z",
        "public_metrics": {"followers_count": 1, "following_count": 2, "tweet_count": 3, "listed_count": 0},
    }


def message(number: int) -> dict[str, Any]:
    """A direct message with all the fields that are depended on."""
    return {
        "id": str(number),
        "event_type": "MessageCreate",
        "text": f"message {number}",
        "created_at": "2026-05-01T10:00:00.000Z",
        "dm_conversation_id": "7-20",
        "sender_id": "20",
        "participant_ids": ["7", "20"],
    }


def page(posts: list[dict[str, Any]], token: str | None = None, **more: Any) -> Reply:
    """A page of posts as X gives it; `data` is absent when there are none."""
    meta: dict[str, Any] = {"result_count": len(posts)}
    if posts:
        meta |= {"newest_id": posts[0]["id"], "oldest_id": posts[-1]["id"]}
    if token is not None:
        meta["next_token"] = token
    body: dict[str, Any] = {"data": posts, "includes": {"users": [user(7, "us")]}} if posts else {}
    return Reply({**body, "meta": meta, **more})
