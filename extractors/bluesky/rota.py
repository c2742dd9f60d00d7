"""Whether Bluesky still shows the posts and accounts we hold.

A look-up of many leaves out what it does not show, and does not say why. So whatever was left out is asked for by
itself: of a post, for its record, and only that the record is not there counts as deleted; that its account is hidden
is said of the account.
"""

import logging
from collections.abc import Collection
from typing import Any

from extractors.bluesky import streams
from extractors.bluesky.client import Client
from extractors.bluesky.dialect import DIALECT
from extractors.bluesky.records import REPOSTS, collection_of
from extractors.fetching import pager, rota
from extractors.fetching.context import Context
from extractors.fetching.dialect import Progress, Reading
from extractors.fetching.rota import ObjectType, Round
from extractors.fetching.streams import Stream, Target
from rapport.config import Settings

log = logging.getLogger("rapport.extract")

# What an error's type ends with, where the object is gone; a deactivated account is treated as one that X no longer
# finds: its posts go, and come back with new ones only.
_GONE = {
    "post": ("not-found",),
    "account": ("not-found", "taken-down", "suspended", "deactivated"),
}


def look(settings: Settings, run_id: str, on_progress: Progress = log.info) -> dict[str, Any]:
    """Looks up today's share of the posts and accounts we hold; see extractors/fetching/rota.py."""
    return rota.look(DIALECT, settings, Client, lambda client: Lookups(), run_id, on_progress)


class Lookups(rota.Lookups):
    """Look-ups of twenty-five; the second look asks one by one."""

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
        if label == rota.SECOND:
            for object_id in ids:
                stream, target = _single(object_type, label, object_id)
                for reading in _walked(context, stream, target):
                    _take_in_single(reading, object_type, object_id, into)
            return
        stream, parameter = (
            (streams.LOOKUPS, "uris") if object_type == "post" else (streams.ACCOUNT_LOOKUPS, "actors")
        )
        # A repost is a record that no list of posts shows: it is asked for by itself.
        reposts = [object_id for object_id in ids if collection_of(object_id) == REPOSTS]
        into.gone |= dict.fromkeys(reposts, "not-found")
        ids = [object_id for object_id in ids if object_id not in into.gone]
        for target in streams.lookup_targets(ids, parameter):
            # The label tells walks apart.
            target = Target(f"{label} {target.label}", parameters=target.parameters)
            for reading in _walked(context, stream, target):
                into.answered |= reading.own_ids
                for object_id in set(dict(target.parameters)[parameter]) - reading.own_ids:
                    into.gone[object_id] = "not-found"  # if the second look says so too


def _walked(context: Context, stream: Stream, target: Target) -> list[Reading]:
    """What the pages say, those included that an attempt before this one has landed."""
    pager.walk(context, stream, target)
    return list(pager.readings(context, stream, target))


def _single(object_type: ObjectType, label: str, object_id: str) -> tuple[Stream, Target]:
    if object_type == "account":
        target = Target(f"{label} {object_id}", parameters=(("actor", object_id),))
        return streams.SINGLE_ACCOUNT_LOOKUPS, target
    repo, collection, key = object_id.removeprefix("at://").split("/")
    parameters = (("repo", repo), ("collection", collection), ("rkey", key))
    return streams.RECORD_LOOKUPS, Target(f"{label} {object_id}", path_id=object_id, parameters=parameters)


def _take_in_single(reading: Reading, object_type: ObjectType, object_id: str, into: Round) -> None:
    kinds = [str(error.get("type")).rsplit("/", 1)[-1] for error in reading.errors]
    gone = [kind for kind in kinds if kind in _GONE[object_type]]
    if gone:
        into.gone[object_id] = gone[0]
    if gone or not kinds:
        into.answered.add(object_id)
