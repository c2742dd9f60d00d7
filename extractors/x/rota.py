"""Whether X still shows the posts and accounts we hold: what its look-ups and batch compliance say of an id.

A look-up says of an id: not found, not for us to see (protected or suspended), withheld.
"""

import logging
from collections.abc import Collection, Mapping
from typing import Any, Literal

from extractors.fetching import pager, rota
from extractors.fetching.context import Context
from extractors.fetching.dialect import Progress, Reading
from extractors.fetching.rota import ObjectType, Round
from extractors.fetching.streams import Target
from extractors.x import compliance, streams
from extractors.x.client import Client
from extractors.x.dialect import DIALECT
from rapport.config import Settings

log = logging.getLogger("rapport.extract")

# The last part of a problem's type; its host differs between the API's dialects.
NOT_AUTHORIZED = "not-authorized-for-resource"
GONE = ("resource-not-found", NOT_AUTHORIZED, "disallowed-resource")
# What the API calls the two in an error, in either dialect.
_RESOURCES = {"post": ("tweet", "post"), "account": ("user",)}


def look(settings: Settings, run_id: str, on_progress: Progress = log.info) -> dict[str, Any]:
    """Looks up today's share of the posts and accounts we hold; see extractors/fetching/rota.py."""
    return rota.look(DIALECT, settings, Client, Lookups, run_id, on_progress)


class Lookups(rota.Lookups):
    """X's look-ups, in hundreds. `client`: batch compliance needs X's own."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def named(self, context: Context, object_type: ObjectType, held: Collection[str]) -> Mapping[str, str]:
        """What batch compliance names, if the client wishes to use it."""
        if not context.settings.config.erasure.batch_compliance:
            return {}
        kind: Literal["tweets", "users"] = "tweets" if object_type == "post" else "users"
        return compliance.named(self._client, kind, held, context.on_progress)

    def look(
        self,
        context: Context,
        object_type: ObjectType,
        label: str,
        ids: list[str],
        into: Round,
        ours: Collection[str] = (),
    ) -> None:
        """Asks for these ids."""
        stream = streams.LOOKUPS if object_type == "post" else streams.ACCOUNT_LOOKUPS
        asked = set(ids)
        size = streams.lookup_size(stream, context.settings.config.client(context.client_id).budget)
        for target in streams.lookup_targets(ids, size=size):
            # The label tells walks apart: a second look is a walk of its own.
            target = Target(f"{label} {target.label}", parameters=target.parameters)
            pager.walk(context, stream, target)
            # Those included that an attempt before this one has landed.
            for reading in pager.readings(context, stream, target):
                _take_in(reading, object_type, asked, ours, into)


def _take_in(
    reading: Reading, object_type: ObjectType, asked: set[str], ours: Collection[str], into: Round
) -> None:
    for item in reading.own:
        object_id = str(item.get("id"))
        into.answered.add(object_id)
        history = item.get("edit_history_tweet_ids") or item.get("edit_history_post_ids")
        into.versions.update(str(version) for version in (history if isinstance(history, list) else []))
        state = "withheld" if item.get("withheld") else "protected" if item.get("protected") is True else ""
        if state:
            (into.gone if object_type == "post" else into.hidden)[object_id] = state
    for error in reading.errors:
        object_id, kind = str(error.get("resource_id")), str(error.get("type")).rsplit("/", 1)[-1]
        if (
            object_id in asked
            and error.get("parameter") == "ids"
            and error.get("resource_type") in _RESOURCES[object_type]
            and kind in GONE
        ):
            into.answered.add(object_id)
            if kind == NOT_AUTHORIZED and object_type == "account":
                into.hidden[object_id] = "protected"
            elif not (kind == NOT_AUTHORIZED and object_id in ours):
                into.gone[object_id] = kind
