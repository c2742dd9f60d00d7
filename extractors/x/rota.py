"""Whether the posts we hold are still shown: their ids looked up in turns, the longest unseen first.

A post that is missing from a search is not deleted, and neither is one that a look-up merely leaves out. Only
what a look-up says of an id counts: not found, not for us to see (protected or suspended), withheld. And it
counts when a second look-up says so too: what is erased does not come back.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from extractors import raw_store
from extractors.budget import BudgetReached
from extractors.state import State, open_state
from extractors.state_tables import post_checks, upsert
from extractors.x import compliance, fields, pager, references, streams
from extractors.x.client import Client
from extractors.x.pager import NETWORK, Context
from rapport import warehouse
from rapport.config import Settings
from rapport.window import Window

log = logging.getLogger("rapport.extract")

Progress = Callable[[str], None]
# The last part of a problem's type; its host differs between the API's dialects.
GONE = ("resource-not-found", "not-authorized-for-resource", "disallowed-resource")
_POSTS = ("tweet", "post")


def look(settings: Settings, run_id: str, on_progress: Progress = log.info) -> dict[str, str]:
    """Looks up today's share of the posts we hold; post id → why it is no longer shown.

    Today's share: what batch compliance names, and the posts whose last sighting (on any page, or by a look-up)
    is longest ago, as many as rapport.toml says. What is shown lands as a stream of its own, newer versions of
    edited posts among it. Paid by the first client of rapport.toml; what its budget does not reach waits for
    the next day. Raises ExtractionError.
    """
    clients = settings.config.clients
    if not clients or not settings.config.erasure.lookups_per_day:
        on_progress("no look-ups: no client is tracked, or erasure.lookups_per_day is 0")
        return {}
    now = datetime.now(UTC)
    first, again = _Round("first look"), _Round("second look")
    held = _last_seen(settings)
    with open_state(settings) as state, Client(settings, on_progress) as client:
        window = Window(now - timedelta(days=1), now)
        context = Context(settings, state, client, clients[0].id, run_id, window, on_progress)
        named = (
            compliance.named(client, held, on_progress) if settings.config.erasure.batch_compliance else []
        )
        wanted = list(dict.fromkeys([*named, *due(state, held, settings.config.erasure.lookups_per_day)]))
        on_progress(f"looking up {len(wanted)} posts, {len(named)} of them named by batch compliance")
        try:
            first.go(context, wanted)
            again.go(context, references.in_order(set(first.gone)))
            newer = references.in_order(first.versions - held.keys() - state.gone(NETWORK, first.versions))
            if newer:
                on_progress(f"looking up {len(newer)} versions that we do not hold")
                versions = _Round("versions")
                versions.go(context, newer)
                state.remember_gone(NETWORK, versions.gone)
        except BudgetReached as reached:
            on_progress(str(reached))
        gone = {one: why for one, why in first.gone.items() if one in again.gone}
        settled = (first.answered - first.gone.keys()) | gone.keys()
        checks = [{"network": NETWORK, "post_id": one, "checked_at": now} for one in settled]
        with state.engine.begin() as connection:
            upsert(connection, post_checks, checks)
    on_progress(f"{len(gone)} posts are no longer shown")
    return gone


def due(state: State, held: dict[str, datetime], count: int) -> list[str]:
    """The `count` posts whose last sighting is longest ago, of `held` (post id → when a page last brought it)."""
    query = sa.select(post_checks.c.post_id, post_checks.c.checked_at).where(post_checks.c.network == NETWORK)
    with state.engine.connect() as connection:
        checked = {row.post_id: row.checked_at for row in connection.execute(query)}
    last = {post_id: max(at, checked.get(post_id, at)) for post_id, at in held.items()}
    return sorted(last, key=lambda post_id: (last[post_id], int(post_id)))[:count]


def _last_seen(settings: Settings) -> dict[str, datetime]:
    """Post id → when a page last brought it, of all posts in raw. Opens the warehouse for a moment."""
    with warehouse.connect(settings) as connection:
        raw_store.create_tables(connection)
        rows = connection.execute(
            "select post_id, max(observed_at) from raw.posts "
            "where network = $network and try_cast(post_id as ubigint) is not null and observed_at is not null "
            "group by post_id",
            {"network": NETWORK},
        ).fetchall()
    return {post_id: at.astimezone(UTC) for post_id, at in rows}


class _Round:
    """One look at many ids, in hundreds: what was said of each."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.asked: set[str] = set()
        self.answered: set[str] = set()
        self.gone: dict[str, str] = {}
        self.versions: set[str] = set()

    def go(self, context: Context, post_ids: list[str]) -> None:
        """Asks, and lands what comes."""
        self.asked = set(post_ids)
        context.on_page = self._take_in
        for target in streams.lookup_targets(post_ids):
            # The label tells walks apart: a second look is a walk of its own.
            target = streams.Target(f"{self.label} {target.label}", parameters=target.parameters)
            pager.walk(context, streams.LOOKUPS, target)

    def _take_in(self, body: dict[str, Any]) -> None:
        for post in fields.objects(body.get("data")):
            post_id = str(post.get("id"))
            self.answered.add(post_id)
            history = post.get("edit_history_tweet_ids") or post.get("edit_history_post_ids")
            self.versions.update(str(one) for one in (history if isinstance(history, list) else []))
            if post.get("withheld"):
                self.gone[post_id] = "withheld"
        for error in fields.objects(body.get("errors")):
            post_id, kind = str(error.get("resource_id")), str(error.get("type")).rsplit("/", 1)[-1]
            if (
                post_id in self.asked
                and error.get("parameter") == "ids"
                and error.get("resource_type") in _POSTS
                and kind in GONE
            ):
                self.answered.add(post_id)
                self.gone[post_id] = kind
