"""How Mastodon speaks: what its requests carry, and what its pages say, in raw's vocabulary."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from extractors.fetching import dialect
from extractors.fetching.dialect import Reading, reading_of
from extractors.fetching.streams import Stream, Target
from extractors.fetching.vocabulary import ObjectKind
from extractors.mastodon import entities, streams
from extractors.mastodon.objects import translated
from rapport.config import Client as ClientConfig
from rapport.config import Settings
from rapport.config_clients import Budget
from rapport.networks import MASTODON
from rapport.window import moment_in


class Dialect(dialect.Dialect):
    """Mastodon's."""

    network = MASTODON
    streams = MappingProxyType({stream.name: stream for stream in streams.ALL})

    def may_fetch(self, settings: Settings, config: ClientConfig, stream: Stream) -> bool:
        return not stream.needs_user or bool(settings.mastodon_tokens)

    def profile_targets(
        self, handles: list[str], account_ids: list[str], budget: Budget | None
    ) -> list[Target]:
        return [Target(one, path_id=one) for one in dict.fromkeys([*handles, *account_ids])]

    def post_targets(self, post_ids: list[str], budget: Budget | None) -> list[Target]:
        # Of the others nobody knows what their own servers call them; a look at a thread may bring them yet.
        return [
            streams.at(entities.host_of(post_id), post_id)
            for post_id in post_ids
            if entities.number_at_home(post_id)
        ]

    def read(self, envelope: Mapping[str, Any], body: dict[str, Any]) -> Reading:
        kind: ObjectKind = envelope.get("data_kind") or "post"
        token = envelope.get("next_max_id")
        told = [
            at for item in entities.objects(body.get("data")) if (at := moment_in(item.get("created_at")))
        ]
        return reading_of(
            translated(dict(envelope), body),
            kind,
            next_token=token if isinstance(token, str) and token else None,
            oldest_at=min(told, default=None),
        )

    def unplaced(self, reading: Reading) -> set[str]:
        # Most pages show an answer without what it answers.
        return {
            str(post["id"])
            for post in reading.own
            if post.get("id") and not post.get("conversation_id") and not post.get("erased")
        }


DIALECT = Dialect()
