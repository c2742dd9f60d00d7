"""Whether the posts and accounts we hold are still shown: their ids looked up in turns, the longest unseen first.

A post that is missing from a search is not deleted, and neither is one that a look-up merely leaves out. Only
what a look-up says of an id counts: not found, not for us to see (protected or suspended), withheld. And it
counts when a second look-up says so too: what is erased does not come back.
"""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from extractors.fetching import accounts, pager
from extractors.fetching.context import Context
from extractors.fetching.dialect import Progress, Reading
from extractors.fetching.streams import Target
from extractors.raw import raw_store
from extractors.state import fetch_locks, tombstones
from extractors.state.budget import BudgetReached
from extractors.state.store import State, open_state
from extractors.state.tables import checks, upsert
from extractors.x import compliance, references, streams
from extractors.x.client import Client
from extractors.x.streams import NETWORK, Stream
from rapport import warehouse
from rapport.config import Settings
from rapport.forgotten import OnNetwork
from rapport.window import Window

log = logging.getLogger("rapport.extract")

ObjectType = Literal["post", "account"]
# The last part of a problem's type; its host differs between the API's dialects.
NOT_AUTHORIZED = "not-authorized-for-resource"
GONE = ("resource-not-found", NOT_AUTHORIZED, "disallowed-resource")
# What the API calls the two in an error, in either dialect.
_RESOURCES = {"post": ("tweet", "post"), "account": ("user",)}


@dataclass
class Found:
    """What the look-ups have shown: ids of posts and accounts that X no longer shows, each with the reason, and ids of
    accounts that it shows again. Empty at first; `as_dict` is what travels between tasks."""

    posts: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    returned: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """{network, posts: {id: why}, accounts: {id: why}, returned: [id]}, JSON-able."""
        return {"network": NETWORK, **vars(self)}


@dataclass(frozen=True)
class _Held:
    """What raw holds: id → when a page last brought it, and who wrote which post."""

    posts: dict[str, datetime]
    accounts: dict[str, datetime]
    posts_by_author: dict[str, list[str]]


def look(settings: Settings, run_id: str, on_progress: Progress = log.info) -> dict[str, Any]:
    """Looks up today's share of the posts and accounts we hold; what is no longer shown, as `Found.as_dict`.

    Today's share: what batch compliance names, and those whose last sighting (on any page, or by a look-up) is
    longest ago, as many as rapport.toml says. What is shown lands as streams of their own, newer versions of
    edited posts and changed profiles among it. Paid by the first client of rapport.toml; what its budget does
    not reach waits for the next day. Raises ExtractionError.
    """
    clients, found = settings.config.clients, Found()
    wish = settings.config.erasure
    if not clients or not (wish.lookups_per_day or wish.account_lookups_per_day):
        on_progress("no look-ups: no client is tracked, or both shares of [erasure] are 0")
        return found.as_dict()
    now = settings.now()
    with open_state(settings) as state, Client(settings, on_progress) as client:
        window = Window(now - timedelta(days=1), now)
        context = Context(settings, state, client, clients[0].id, run_id, window, on_progress)
        ours = {
            account_id
            for config in clients
            for account_id in accounts.known_ids(state, NETWORK, accounts.ours(NETWORK, config)).values()
        }
        held = _held(settings, tombstones.erased(state).on(NETWORK))
        for share, look_at in (
            (wish.account_lookups_per_day, _look_at_accounts),
            (wish.lookups_per_day, _look_at_posts),
        ):
            try:
                if share:
                    with fetch_locks.alone(
                        state, NETWORK, clients[0].id, streams.LOOKUPS.name, run_id, on_progress
                    ):
                        look_at(context, client, held, ours, found)
            except BudgetReached as reached:
                on_progress(str(reached))
    on_progress(
        f"{len(found.posts)} posts and {len(found.accounts)} accounts are no longer shown, "
        f"{len(found.returned)} accounts are shown again"
    )
    return found.as_dict()


def due(state: State, object_type: ObjectType, held: Mapping[str, datetime], count: int) -> list[str]:
    """The `count` ids whose last sighting is longest ago, of `held` (id → when a page last brought it)."""
    query = sa.select(checks.c.object_id, checks.c.checked_at).where(
        (checks.c.network == NETWORK) & (checks.c.object_type == object_type)
    )
    with state.engine.connect() as connection:
        checked = {row.object_id: row.checked_at for row in connection.execute(query)}
    last = {object_id: max(at, checked.get(object_id, at)) for object_id, at in held.items()}
    return sorted(last, key=lambda object_id: (last[object_id], int(object_id)))[:count]


def _look_at_accounts(context: Context, client: Client, held: _Held, ours: set[str], found: Found) -> None:
    """Deleted and suspended accounts go; of protected and withheld ones the posts go, their profiles X still shows.

    Accounts of ours are reported and left: what was written for the client stays theirs until X has decided.
    """
    wish = context.settings.config.erasure
    erased = tombstones.by_network(context.state, NETWORK)
    named: dict[str, str] = {}
    if wish.batch_compliance:
        named = compliance.named(client, "users", held.accounts, context.on_progress)
    # Of a protected account nothing is left to do once its posts are gone.
    worth_looking_up = [
        account_id
        for account_id, why in named.items()
        if why != "protected" or account_id in held.posts_by_author
    ]
    wanted = _in_turn(
        context, "account", worth_looking_up, {**held.accounts, **erased}, wish.account_lookups_per_day
    )
    first, again = _Round("account", "first look"), _Round("account", "second look")
    try:
        first.go(context, wanted)
        again.go(
            context,
            [
                account_id
                for account_id in wanted
                if account_id in first.gone
                or (account_id in first.hidden and account_id in held.posts_by_author)
            ],
        )
    finally:
        gone = {account_id: why for account_id, why in first.gone.items() if account_id in again.gone}
        hidden = {account_id: why for account_id, why in first.hidden.items() if account_id in again.hidden}
        for account_id in sorted({*gone, *hidden} & ours):
            log.warning(
                "X does not show account %s to everybody any more, which rapport.toml calls ours", account_id
            )
            context.on_progress(
                f"account {account_id}, one of ours, is {gone.get(account_id) or hidden[account_id]}; it is left"
            )
        found.accounts.update(
            {account_id: why for account_id, why in gone.items() if account_id not in ours | erased.keys()}
        )
        for account_id, why in hidden.items():
            if account_id not in ours:
                found.posts.update(dict.fromkeys(held.posts_by_author.get(account_id, []), f"account {why}"))
        found.returned += sorted((first.answered - first.gone.keys()) & erased.keys())
        settled = (first.answered - first.gone.keys()) | gone.keys()
        _note(context.state, "account", settled)


def _look_at_posts(context: Context, client: Client, held: _Held, ours: set[str], found: Found) -> None:
    wish = context.settings.config.erasure
    our_posts = {post for author in ours for post in held.posts_by_author.get(author, [])}
    # What goes with its account need not be asked for.
    settled = {post for author in found.accounts for post in held.posts_by_author.get(author, [])}
    settled |= found.posts.keys()
    posts = {post_id: at for post_id, at in held.posts.items() if post_id not in settled}
    named: dict[str, str] = {}
    if wish.batch_compliance:
        named = compliance.named(client, "tweets", posts, context.on_progress)
    wanted = _in_turn(context, "post", named, posts, wish.lookups_per_day)
    first, again = _Round("post", "first look", our_posts), _Round("post", "second look", our_posts)
    try:
        first.go(context, wanted)
        again.go(context, references.in_order(set(first.gone)))
        newer = references.in_order(
            first.versions - posts.keys() - context.state.gone(NETWORK, first.versions)
        )
        if newer:
            context.on_progress(f"looking up {len(newer)} versions that we do not hold")
            versions = _Round("post", "versions", our_posts)
            versions.go(context, newer)
            context.state.remember_gone(NETWORK, versions.gone)
    finally:
        gone = {post_id: why for post_id, why in first.gone.items() if post_id in again.gone}
        found.posts.update(gone)
        _note(context.state, "post", (first.answered - first.gone.keys()) | gone.keys())


def _in_turn(
    context: Context,
    object_type: ObjectType,
    named: Collection[str],
    held: Mapping[str, datetime],
    count: int,
) -> list[str]:
    wanted = list(dict.fromkeys([*named, *due(context.state, object_type, held, count)]))
    context.on_progress(
        f"looking up {len(wanted)} {object_type}s, {len(named)} of them named by batch compliance"
    )
    return wanted


def _note(state: State, object_type: ObjectType, ids: Collection[str]) -> None:
    now = state.now()
    rows = [
        {"network": NETWORK, "object_type": object_type, "object_id": object_id, "checked_at": now}
        for object_id in ids
    ]
    with state.engine.begin() as connection:
        upsert(connection, checks, rows)


def _held(settings: Settings, erased: OnNetwork) -> _Held:
    """All posts and accounts in raw but those erased. Opens the warehouse for a moment."""
    with warehouse.connect(settings) as connection:
        raw_store.create_tables(connection)
        is_told = "network = $network and observed_at is not null and try_cast({} as ubigint) is not null"
        posts = connection.execute(
            "select post_id, max(author_id), max(observed_at) from raw.posts "
            f"where {is_told.format('post_id')} group by post_id",
            {"network": NETWORK},
        ).fetchall()
        # Whoever wrote a post that a page shows is shown, too.
        people = connection.execute(
            f"""
            select account_id, max(observed_at)
            from (
                select network, account_id, observed_at from raw.users
                union all
                select network, author_id as account_id, observed_at from raw.posts
            )
            where {is_told.format("account_id")}
            group by account_id
            """,
            {"network": NETWORK},
        ).fetchall()
    by_author: dict[str, list[str]] = {}
    for post_id, author_id, _ in posts:
        if author_id is not None and post_id not in erased.post_ids:
            by_author.setdefault(author_id, []).append(post_id)
    return _Held(
        {post_id: at.astimezone(UTC) for post_id, _, at in posts if post_id not in erased.post_ids},
        {account_id: at.astimezone(UTC) for account_id, at in people if account_id not in erased.account_ids},
        by_author,
    )


class _Round:
    """One look at many ids, in hundreds: what was said of each. `ours`: posts that go only when they are deleted, not
    when their account is suspended or protected."""

    def __init__(self, object_type: ObjectType, label: str, ours: Collection[str] = ()) -> None:
        self.object_type: ObjectType = object_type
        self.label = label
        self.ours = ours
        self.asked: set[str] = set()
        self.answered: set[str] = set()
        self.gone: dict[str, str] = {}
        self.hidden: dict[str, str] = {}  # accounts: shown, and their posts are not, or not to all
        self.versions: set[str] = set()

    def go(self, context: Context, ids: list[str]) -> None:
        """Asks, and lands what comes."""
        stream: Stream = streams.LOOKUPS if self.object_type == "post" else streams.ACCOUNT_LOOKUPS
        self.asked = set(ids)
        context.on_page = self._take_in
        size = streams.lookup_size(stream, context.settings.config.client(context.client_id).budget)
        for target in streams.lookup_targets(ids, size=size):
            # The label tells walks apart: a second look is a walk of its own.
            target = Target(f"{self.label} {target.label}", parameters=target.parameters)
            pager.walk(context, stream, target)

    def _take_in(self, reading: Reading) -> None:
        for item in reading.own:
            object_id = str(item.get("id"))
            self.answered.add(object_id)
            history = item.get("edit_history_tweet_ids") or item.get("edit_history_post_ids")
            self.versions.update(str(version) for version in (history if isinstance(history, list) else []))
            state = (
                "withheld" if item.get("withheld") else "protected" if item.get("protected") is True else ""
            )
            if state:
                (self.gone if self.object_type == "post" else self.hidden)[object_id] = state
        for error in reading.errors:
            object_id, kind = str(error.get("resource_id")), str(error.get("type")).rsplit("/", 1)[-1]
            if (
                object_id in self.asked
                and error.get("parameter") == "ids"
                and error.get("resource_type") in _RESOURCES[self.object_type]
                and kind in GONE
            ):
                self.answered.add(object_id)
                if kind == NOT_AUTHORIZED and self.object_type == "account":
                    self.hidden[object_id] = "protected"
                elif not (kind == NOT_AUTHORIZED and object_id in self.ours):
                    self.gone[object_id] = kind
