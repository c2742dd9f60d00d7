"""Whether the posts and accounts we hold are still shown: their ids looked up in turns, the longest unseen first.

A post that is missing from a list is not deleted, and neither is one that a look-up merely leaves out. Only what a
network says of an id counts, and it counts when a second look says so too: what is erased does not come back. How a
network is asked, and what its answers mean, is told by its `Lookups` (extractors/<network>/rota.py).
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any, Literal, Protocol, TypeVar

import sqlalchemy as sa

from extractors.errors import NetworkTrouble
from extractors.fetching import accounts
from extractors.fetching.context import Context
from extractors.fetching.dialect import Client, Dialect, Progress
from extractors.raw import raw_store
from extractors.state import fetch_locks, tombstones
from extractors.state.budget import BudgetReached
from extractors.state.store import State, open_state
from extractors.state.tables import checks, upsert
from rapport import warehouse
from rapport.config import Settings
from rapport.forgotten import OnNetwork
from rapport.networks import Network
from rapport.window import Window

log = logging.getLogger("rapport.extract")

ObjectType = Literal["post", "account"]
LOOKUPS = "lookups"  # the stream whose lock a look takes
FIRST, SECOND, VERSIONS = "first look", "second look", "versions"
Opened = TypeVar("Opened", bound=Client)


@dataclass
class Found:
    """What the look-ups have shown: ids of posts and accounts that the network no longer shows, each with the reason,
    and ids of accounts that it shows again. Of how many it was asked, of how many it said something, and why it was not
    asked for more. Empty at first; `as_dict` is what travels between tasks."""

    network: str
    posts: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    returned: list[str] = field(default_factory=list)
    asked_count: int = 0
    answered_count: int = 0
    stopped: str = ""

    def as_dict(self) -> dict[str, Any]:
        """{network, posts: {id: why}, accounts: {id: why}, returned: [id], asked_count, answered_count, stopped}."""
        return dict(vars(self))


@dataclass
class Round:
    """One look at many ids: what was said of each.

    `gone`: id → why, of what is no longer there. `hidden`: the same of accounts that are there and whose posts are not,
    or not to all. `versions`: other ids of posts that were edited.
    """

    answered: set[str] = field(default_factory=set)
    gone: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    versions: set[str] = field(default_factory=set)


class Lookups(Protocol):
    """How a network is asked whether something is still there."""

    def named(self, context: Context, object_type: ObjectType, held: Collection[str]) -> Mapping[str, str]:
        """What the network names by itself, of what we hold, as changed or gone: id → why. Most name nothing."""
        return {}

    def look(
        self,
        context: Context,
        object_type: ObjectType,
        label: str,
        ids: list[str],
        into: Round,
        ours: Collection[str] = (),
    ) -> None:
        """Asks for these ids, lands what comes, and writes what was said `into` the round as it comes: a budget may end
        it. `label` tells looks of one run apart. `ours`: posts that go only when they are deleted, not when their
        account is hidden."""


def look_on(
    network: str, settings: Settings, run_id: str, on_progress: Progress = log.info
) -> dict[str, Any]:
    """What that network's own look-ups show, by its package (extractors/<network>/rota.py); see `look`."""
    found: dict[str, Any] = import_module(f"extractors.{network}.rota").look(settings, run_id, on_progress)
    return found


@dataclass(frozen=True)
class Held:
    """What raw holds: id → when a page last brought it, and who wrote which post."""

    posts: dict[str, datetime]
    accounts: dict[str, datetime]
    posts_by_author: dict[str, list[str]]


def look(
    dialect: Dialect,
    settings: Settings,
    open_client: Callable[[Settings, Progress], Opened],
    lookups_by: Callable[[Opened], Lookups],
    run_id: str,
    on_progress: Progress = log.info,
) -> dict[str, Any]:
    """Looks up today's share of the posts and accounts we hold; what is no longer shown, as `Found.as_dict`.

    Today's share: what the network names by itself, and those whose last sighting (on any page, or by a look-up) is
    longest ago, as many as rapport.toml says. What is shown lands as streams of their own, newer versions of edited
    posts and changed profiles among it. Paid by the first client of rapport.toml; what its budget does not reach waits
    for the next day. What is to be erased is not noted as looked up: if this or the erasure is killed, the next look
    finds it again. Raises ExtractionError; so where nothing that was asked for was answered.
    """
    network = dialect.network.name
    clients, found = settings.config.clients, Found(network)
    wish = settings.config.erasure
    if not clients or not (wish.lookups_per_day or wish.account_lookups_per_day):
        on_progress("no look-ups: no client is tracked, or both shares of [erasure] are 0")
        return found.as_dict()
    now = settings.now()
    client = open_client(settings, on_progress)
    with client, open_state(settings) as state:
        window = Window(now - timedelta(days=1), now)
        context = Context(settings, state, client, clients[0].id, run_id, window, on_progress)
        ours = {
            account_id
            for config in clients
            for account_id in accounts.known_ids(state, network, accounts.ours(network, config)).values()
        }
        there = held(settings, dialect.network, tombstones.erased(state).on(network))
        going = _Going(context, lookups_by(client), there, ours, found)
        for share, look_at in (
            (wish.account_lookups_per_day, going.look_at_accounts),
            (wish.lookups_per_day, going.look_at_posts),
        ):
            try:
                if share:
                    with fetch_locks.alone(state, network, clients[0].id, LOOKUPS, run_id, on_progress):
                        look_at(share)
            except BudgetReached as reached:
                on_progress(str(reached))
                found.stopped = reached.words
    if found.asked_count and not (found.answered_count or found.stopped):
        raise NetworkTrouble(
            f"{dialect.network.label} answered none of {found.asked_count} look-ups",
            "see whether this machine reaches the network, then run it again",
        )
    on_progress(
        f"{len(found.posts)} posts and {len(found.accounts)} accounts are no longer shown, "
        f"{len(found.returned)} accounts are shown again"
    )
    return found.as_dict()


@dataclass(frozen=True)
class _Going:
    """One look at a home's share."""

    context: Context
    lookups: Lookups
    held: Held
    ours: set[str]
    found: Found

    def look_at_accounts(self, share: int) -> None:
        """Deleted and suspended accounts go; of protected and withheld ones the posts go, their profiles are shown.

        Accounts of ours are reported and left: what was written for the client stays theirs until the network has
        decided.
        """
        context, held, ours, found = self.context, self.held, self.ours, self.found
        network, label = context.network, context.dialect.network.label
        erased = tombstones.by_network(context.state, network)
        named = self.lookups.named(context, "account", held.accounts)
        # Of a protected account nothing is left to do once its posts are gone.
        worth_looking_up = [
            account_id
            for account_id, why in named.items()
            if why != "protected" or account_id in held.posts_by_author
        ]
        wanted = self._in_turn("account", worth_looking_up, {**held.accounts, **erased}, share)
        first, again = Round(), Round()
        try:
            self.lookups.look(context, "account", FIRST, wanted, first)
            once_more = [
                account_id
                for account_id in wanted
                if account_id in first.gone
                or (account_id in first.hidden and account_id in held.posts_by_author)
            ]
            self.lookups.look(context, "account", SECOND, once_more, again)
        finally:
            # The second look may know better why.
            gone = {account_id: why for account_id, why in again.gone.items() if account_id in first.gone}
            hidden = {
                account_id: why for account_id, why in first.hidden.items() if account_id in again.hidden
            }
            for account_id in sorted({*gone, *hidden} & ours):
                log.warning(
                    "%s does not show account %s to everybody any more, which rapport.toml calls ours",
                    label,
                    account_id,
                )
                context.on_progress(
                    f"account {account_id}, one of ours, is {gone.get(account_id) or hidden[account_id]}; it is left"
                )
            found.accounts.update(
                {
                    account_id: why
                    for account_id, why in gone.items()
                    if account_id not in ours | erased.keys()
                }
            )
            for account_id, why in hidden.items():
                if account_id not in ours:
                    of_account = held.posts_by_author.get(account_id, [])
                    found.posts.update(dict.fromkeys(of_account, f"account {why}"))
            found.returned += sorted((first.answered - first.gone.keys()) & erased.keys())
            found.answered_count += len(first.answered | again.answered)
            losing = {account_id for account_id in hidden.keys() - ours if account_id in held.posts_by_author}
            note(context.state, network, "account", _settled(first, again) - found.accounts.keys() - losing)

    def look_at_posts(self, share: int) -> None:
        """Deleted posts go. Newer versions of edited ones are looked up as well."""
        context, held, found = self.context, self.held, self.found
        network = context.network
        our_posts = {post for author in self.ours for post in held.posts_by_author.get(author, [])}
        # What goes with its account need not be asked for.
        settled = {post for author in found.accounts for post in held.posts_by_author.get(author, [])}
        settled |= found.posts.keys()
        posts = {post_id: at for post_id, at in held.posts.items() if post_id not in settled}
        named = self.lookups.named(context, "post", posts)
        wanted = self._in_turn("post", named, posts, share)
        first, again = Round(), Round()
        try:
            self.lookups.look(context, "post", FIRST, wanted, first, our_posts)
            self.lookups.look(context, "post", SECOND, context.dialect.in_order(first.gone), again, our_posts)
            new = first.versions - posts.keys() - context.state.gone(network, first.versions)
            if new:
                context.on_progress(f"looking up {len(new)} versions that we do not hold")
                versions = Round()
                self.lookups.look(
                    context, "post", VERSIONS, context.dialect.in_order(new), versions, our_posts
                )
                context.state.remember_gone(network, versions.gone)
        finally:
            gone = {post_id: why for post_id, why in again.gone.items() if post_id in first.gone}
            found.posts.update(gone)
            found.answered_count += len(first.answered | again.answered)
            note(context.state, network, "post", _settled(first, again) - gone.keys())

    def _in_turn(
        self, object_type: ObjectType, named: Collection[str], there: Mapping[str, datetime], share: int
    ) -> list[str]:
        context = self.context
        turn = due(context.state, context.network, object_type, there, share, context.dialect.in_order)
        wanted = list(dict.fromkeys([*named, *turn]))
        self.found.asked_count += len(wanted)
        context.on_progress(
            f"looking up {len(wanted)} {object_type}s, {len(named)} of them named by batch compliance"
        )
        return wanted


def _settled(first: Round, again: Round) -> set[str]:
    """What need not be asked again tomorrow: what is shown, and what both looks say is gone."""
    shown = (first.answered - first.gone.keys()) | (again.answered - again.gone.keys())
    return shown | (first.gone.keys() & again.gone.keys())


def due(
    state: State,
    network: str,
    object_type: ObjectType,
    held: Mapping[str, datetime],
    count: int,
    in_order: Callable[[Iterable[str]], list[str]] = sorted,
) -> list[str]:
    """The `count` ids whose last sighting is longest ago, of `held` (id → when a page last brought it)."""
    query = sa.select(checks.c.object_id, checks.c.checked_at).where(
        (checks.c.network == network) & (checks.c.object_type == object_type)
    )
    with state.engine.connect() as connection:
        checked = {row.object_id: row.checked_at for row in connection.execute(query)}
    last = {object_id: max(at, checked.get(object_id, at)) for object_id, at in held.items()}
    return sorted(in_order(last), key=lambda object_id: last[object_id])[:count]


def note(state: State, network: str, object_type: ObjectType, ids: Collection[str]) -> None:
    """Writes down that the network has just been asked for these."""
    now = state.now()
    rows = [
        {"network": network, "object_type": object_type, "object_id": object_id, "checked_at": now}
        for object_id in ids
    ]
    with state.engine.begin() as connection:
        upsert(connection, checks, rows)


def held(settings: Settings, network: Network, erased: OnNetwork) -> Held:
    """All posts and accounts of a network in raw but those erased. Opens the warehouse for a moment."""
    is_told = "network = $network and observed_at is not null and regexp_full_match({}, $grammar)"
    with warehouse.connect(settings) as connection:
        raw_store.create_tables(connection)
        posts = connection.execute(
            "select post_id, max(author_id), max(observed_at) from raw.posts "
            f"where {is_told.format('post_id')} group by post_id",
            {"network": network.name, "grammar": network.post_id_grammar},
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
            {"network": network.name, "grammar": network.account_id_grammar},
        ).fetchall()
    by_author: dict[str, list[str]] = {}
    for post_id, author_id, _ in posts:
        if author_id is not None and post_id not in erased.post_ids:
            by_author.setdefault(author_id, []).append(post_id)
    return Held(
        {post_id: at.astimezone(UTC) for post_id, _, at in posts if post_id not in erased.post_ids},
        {account_id: at.astimezone(UTC) for account_id, at in people if account_id not in erased.account_ids},
        by_author,
    )
