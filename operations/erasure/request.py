"""What an erasure is asked for, what goes with it, and its tombstones."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from extractors.raw import raw_store
from extractors.raw.related import with_related
from extractors.state import sought_handles, tombstones
from extractors.state.store import State, open_state
from rapport import networks, warehouse
from rapport.config import Settings
from rapport.errors import ConfigError
from rapport.forgotten import Forgotten, Pair
from rapport.networks import AccountRef


class UnknownAccount(ConfigError):
    """An account that is not known here. Of a handle: `network` is where it would be, `handle` in lower case."""

    def __init__(self, account: str, network: str | None = None, handle: str = "") -> None:
        super().__init__(
            f"{account} is no account id, and no handle that is known here",
            "give the account's id, e.g. from marts.accounts: x:2244994945",
        )
        self.network, self.handle = network, handle


def begin(
    settings: Settings,
    posts: Mapping[str, str],
    accounts: Mapping[str, str],
    on_progress: Callable[[str], None],
    *,
    is_by_network: bool = False,
) -> Forgotten:
    """Writes the tombstones of posts (`id` of X, or `network:id`) and accounts (named as in rapport.toml), each with
    its reason.

    Returns what there is to forget now: what was asked for, what follows from it (versions, reposts, an
    account's posts), and what an earlier erasure did not finish. Raises ConfigError for a handle that is not
    known and, unless the network itself no longer shows it, for an account that rapport.toml names: it would be
    asked for again every day.
    """
    with open_state(settings) as state:
        post_ids = {networks.parts(post): reason for post, reason in posts.items()}
        refs = {account: _ref(account, is_by_network) for account in accounts}
        account_ids = {
            (ref.network, _account_id(settings, state, ref, account)): accounts[account]
            for account, ref in refs.items()
        }
        if not is_by_network:
            _refuse_own(settings, state, account_ids.keys())
        for reason in sorted({*posts.values(), *accounts.values()}):
            tombstones.put(state, Forgotten(_with(reason, post_ids), _with(reason, account_ids)), reason)
        forgotten = tombstones.pending(state)
    if not forgotten:
        return forgotten
    named = {(ref.network, ref.handle.lower()) for ref in refs.values() if ref.handle}
    forgotten = replace(forgotten, handles=sought_handles.read(settings) | named)
    on_progress(
        f"tombstones of {len(forgotten.posts)} posts and {len(forgotten.accounts)} accounts are written"
    )
    # What landed and was not loaded is then found in raw like all the rest.
    raw_store.load(settings, on_progress)
    forgotten = with_related(settings, forgotten)
    sought_handles.write(settings, forgotten.handles)
    with open_state(settings) as state:
        tombstones.put(state, forgotten, "goes with what was named")
    on_progress(f"to be erased with all that goes with it: {len(forgotten.posts)} posts")
    return forgotten


def close(settings: Settings, forgotten: Forgotten, on_progress: Callable[[str], None]) -> None:
    """Closes the tombstones, and tells raw of them."""
    with open_state(settings) as state:
        tombstones.finish(state, forgotten)
    raw_store.load(settings, on_progress)


def account_of(settings: Settings, account: str) -> Pair:
    """(network, id) of an account as rapport.toml names one. Raises ConfigError for one that is not known here."""
    ref = _ref(account, is_by_network=False)
    with open_state(settings) as state:
        return ref.network, _account_id(settings, state, ref, account)


def _with(reason: str, reasons: Mapping[Pair, str]) -> frozenset[Pair]:
    return frozenset(pair for pair, given in reasons.items() if given == reason)


def _ref(account: str, is_by_network: bool) -> AccountRef:
    if is_by_network:  # an id, be it that nobody declares its network any more
        network, account_id = networks.parts(account)
        return AccountRef(network, account_id=account_id)
    try:
        return AccountRef.parse(account)
    except ValueError as problem:
        raise UnknownAccount(account) from problem


def _account_id(settings: Settings, state: State, ref: AccountRef, account: str) -> str:
    """The id of an account that is given by its id or by its @handle."""
    if ref.account_id:
        return ref.account_id
    handle = (ref.handle or "").lower()
    looked_up = state.account_ids(ref.network, [handle]).get(handle)
    found = sorted({looked_up} if looked_up else _seen_with(settings, ref.network, handle))
    if not found:
        raise UnknownAccount(account, ref.network, handle)
    if len(found) > 1:
        raise ConfigError(
            f"{account} is the handle of {len(found)} accounts: {', '.join(found)}",
            f"give the id of the one that is meant, e.g. {networks.qualified(ref.network, found[0])}",
        )
    return found[0]


def _seen_with(settings: Settings, network: str, handle: str) -> set[str]:
    """Ids of the accounts that bear the handle: by the tables of the last build, or by what is in raw."""
    if not settings.warehouse_path.exists():
        return set()
    with warehouse.connect(settings) as connection:
        for schema, table, column in (("marts", "accounts", "handle"), ("raw", "users", "username")):
            if warehouse.has_table(connection, schema, table):
                rows = connection.execute(
                    f"select distinct account_id from {schema}.{table} "
                    f"where network = $network and lower({column}) = $handle and account_id is not null",
                    {"network": network, "handle": handle},
                ).fetchall()
                if rows:
                    return {row[0] for row in rows}
    return set()


def _refuse_own(settings: Settings, state: State, accounts: Collection[Pair]) -> None:
    for named in settings.config.references:
        handle = (named.handle or "").lower()
        account_id = named.account_id or state.account_ids(named.network, [handle]).get(handle)
        if (named.network, account_id) in accounts:
            raise ConfigError(
                f"{settings.config_path} names {named}",
                "take it out of that file first; else it is asked for again every day",
            )
