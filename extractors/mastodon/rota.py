"""Whether Mastodon still shows the posts and accounts we hold: each asked for at its own server.

Gone is what that server answers with 404, twice. A server that cannot be reached, or that does not answer strangers,
has said nothing; neither has one of another kind, which may have other addresses for its API.
"""

import logging
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from extractors import errors
from extractors.fetching import pager, rota
from extractors.fetching.context import Context
from extractors.fetching.dialect import Progress
from extractors.fetching.rota import ObjectType, Round
from extractors.fetching.streams import Stream, Target
from extractors.landing.landing_files import LandedPage
from extractors.mastodon import entities, problems, streams
from extractors.mastodon.client import Client
from extractors.mastodon.dialect import DIALECT
from extractors.mastodon.streams import NETWORK
from rapport.config import Settings

log = logging.getLogger("rapport.extract")


def look(settings: Settings, run_id: str, on_progress: Progress = log.info) -> dict[str, Any]:
    """Looks up today's share of the posts and accounts we hold; see extractors/fetching/rota.py."""
    return rota.look(DIALECT, settings, Client, lambda client: Lookups(), run_id, on_progress)


class Lookups(rota.Lookups):
    """Look-ups one by one."""

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
        for object_id in ids:
            pages = _walked(context, *_target(object_type, label, object_id))
            if not pages:
                # Else it would be the one longest unseen every day, and those after it would never be asked for.
                rota.note(context.state, NETWORK, object_type, [object_id])
            for page in pages:
                _take_in(page, object_type, object_id, into)


def _target(object_type: ObjectType, label: str, object_id: str) -> tuple[Stream, Target | None]:
    """What to ask; None where nothing can be asked. The label tells looks apart."""
    if object_type == "account":
        return streams.ACCOUNT_LOOKUPS, Target(f"{label} {object_id}", path_id=object_id)
    if not entities.number_at_home(object_id):
        return streams.LOOKUPS, None
    target = streams.at(entities.host_of(object_id), object_id)
    return streams.LOOKUPS, replace(target, label=f"{label} {object_id}")


def _walked(context: Context, stream: Stream, target: Target | None) -> list[LandedPage]:
    """The pages, those included that an attempt before this one has landed; none if the server said nothing."""
    if target is None:
        return []
    try:
        pager.walk(context, stream, target)
    except (problems.NotShown, errors.NetworkTrouble) as problem:
        context.on_progress(f"{target.label[:80]} is left out: {problem.words}")
        return []
    return list(pager.landed(context, stream, target))


def _take_in(page: LandedPage, object_type: ObjectType, object_id: str, into: Round) -> None:
    reading = DIALECT.read(page.envelope, page.body)
    into.answered.add(object_id)
    if any(error.get("resource_id") == object_id for error in reading.errors):
        into.gone[object_id] = "not-found"
    elif object_type == "account" and page.body.get("suspended") is True:
        into.gone[object_id] = "suspended"
