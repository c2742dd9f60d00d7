"""How Bluesky speaks: what its requests carry, and what its pages say, in raw's vocabulary."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from extractors import errors
from extractors.bluesky import streams
from extractors.bluesky.objects import told_at, translated
from extractors.bluesky.problems import not_shown
from extractors.bluesky.records import POSTS, collection_of, rows, table
from extractors.fetching import dialect
from extractors.fetching.dialect import Answer, Reading, reading_of
from extractors.fetching.streams import Stream, Target
from rapport.config import Client as ClientConfig
from rapport.config import Settings
from rapport.config_clients import Budget
from rapport.networks import BLUESKY
from rapport.window import Window, moment_in

# Between the addresses of posts in the token that a cut thread goes on by; no address has one.
_COMMA = ","


class Dialect(dialect.Dialect):
    """Bluesky's."""

    network = BLUESKY
    streams = streams.BY_NAME

    def may_fetch(self, settings: Settings, config: ClientConfig, stream: Stream) -> bool:
        return not stream.needs_user or bool(settings.bluesky_app_passwords)

    def request(
        self, stream: Stream, target: Target, window: Window, token: str | None, below: str | None
    ) -> dict[str, Any]:
        parameters = {**stream.parameters, **dict(target.parameters)}
        if isinstance(stream, streams.Stream) and stream.id_parameter:
            parameters[stream.id_parameter] = target.path_id
        if token is not None and stream.token_parameter:
            parameters[stream.token_parameter] = token.split(_COMMA)[0]
            if "parentHeight" in parameters:  # what is above is on an earlier page
                parameters["parentHeight"] = 0
        return parameters

    def profile_targets(
        self, handles: list[str], account_ids: list[str], budget: Budget | None
    ) -> list[Target]:
        return streams.lookup_targets([*handles, *account_ids], "actors")

    def post_targets(self, post_ids: list[str], budget: Budget | None) -> list[Target]:
        # One that is no address of a post would have its whole request refused.
        return streams.lookup_targets(
            [uri for uri in post_ids if collection_of(uri) == POSTS and BLUESKY.is_post_id(uri)], "uris"
        )

    def read(self, envelope: Mapping[str, Any], body: dict[str, Any]) -> Reading:
        reading = reading_of(translated(dict(envelope), body), envelope.get("data_kind", "post"))
        if envelope.get("stream") == streams.CONVERSATIONS.name:
            return _of_thread(reading, envelope.get("page_token"), body.get("thread"))
        told = [
            at
            for item in rows(body.get("notifications") or body.get("feed"))
            if (at := moment_in(told_at(item)))
        ]
        reading = replace(reading, oldest_at=min(told, default=None))
        cursor = body.get("cursor")
        return replace(reading, next_token=cursor if isinstance(cursor, str) and cursor else None)

    def check(self, stream: Stream, body: dict[str, Any]) -> None:
        is_there = not isinstance(stream, streams.Stream) or stream.member in body
        if not is_there and not_shown(body.get("error"), body.get("message")) is None:
            raise errors.FieldsMissing(
                f"{stream.endpoint} answered without the member that holds what was asked for",
                "compare extractors/bluesky/streams.py with the lexicon of that name",
            )

    def rate_limit(self, answer: Answer) -> dict[str, str | None]:
        return {name: answer.headers.get(f"ratelimit-{name}") for name in ("limit", "remaining", "reset")}

    def is_about_asked(self, error: Mapping[str, Any]) -> bool:
        # What is blocked or detached is there all the same, only not shown with this post.
        return error.get("resource_type") == "post" and str(error.get("type")).endswith("/not-found")


def _of_thread(reading: Reading, token: Any, thread: Any) -> Reading:
    """A page of a thread. The page after it begins where this one, or one before it, was cut."""
    waiting = token.split(_COMMA) if isinstance(token, str) else []
    if waiting:
        # The post that it goes on from was on an earlier page.
        reading = replace(reading, own=[post for post in reading.own if post.get("id") != waiting[0]])
    following = dict.fromkeys([*waiting[1:], *_cut_at(thread)])
    return replace(reading, next_token=_COMMA.join(following) or None)


def _cut_at(thread: Any) -> Iterator[str]:
    """Addresses of the posts below the first whose replies are not given, though there are some."""
    below = rows(table(thread).get("replies"))
    while below:
        node = below.pop(0)
        post = table(node.get("post"))
        count = post.get("replyCount")
        if "replies" in node:
            below += rows(node["replies"])
        elif isinstance(count, int) and count > 0 and isinstance(post.get("uri"), str):
            yield post["uri"]


DIALECT = Dialect()
