"""What an erasure is asked for, what goes with it, and its tombstones."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from extractors.raw import raw_store
from extractors.raw.related import with_related
from extractors.state import sought_handles, tombstones
from extractors.state.store import State, open_state
from extractors.state.tombstones import NETWORK
from rapport.config import Settings
from rapport.errors import ConfigError
from rapport.forgotten import Forgotten
from rapport.networks import AccountRef


def begin(
    settings: Settings,
    posts: Mapping[str, str],
    accounts: Mapping[str, str],
    on_progress: Callable[[str], None],
    *,
    is_by_network: bool = False,
) -> Forgotten:
    """Writes the tombstones of posts (ids) and accounts (ids or @handles), each with its reason.

    Returns what there is to forget now: what was asked for, what follows from it (versions, reposts, an
    account's posts), and what an earlier erasure did not finish. Raises ConfigError for a handle that is not
    known and, unless the network itself shows it no more, for an account that rapport.toml names: it would be
    asked for again every day.
    """
    with open_state(settings) as state:
        account_ids = {_account_id(state, account): reason for account, reason in accounts.items()}
        if not is_by_network:
            _refuse_own(settings, state, account_ids.keys())
        for reason in sorted({*posts.values(), *account_ids.values()}):
            tombstones.put(state, Forgotten(_with(reason, posts), _with(reason, account_ids)), reason)
        forgotten = tombstones.pending(state)
    if not forgotten:
        return forgotten
    named = {account[1:].lower() for account in accounts if account.startswith("@")}
    forgotten = replace(forgotten, handles=sought_handles.read(settings) | named)
    on_progress(
        f"tombstones of {len(forgotten.post_ids)} posts and {len(forgotten.account_ids)} accounts are written"
    )
    # What landed and was not loaded is then found in raw like all the rest.
    raw_store.load(settings, on_progress)
    forgotten = with_related(settings, forgotten)
    sought_handles.write(settings, forgotten.handles)
    with open_state(settings) as state:
        tombstones.put(state, forgotten, "goes with what was named")
    on_progress(f"to be erased with all that goes with it: {len(forgotten.post_ids)} posts")
    return forgotten


def close(settings: Settings, forgotten: Forgotten, on_progress: Callable[[str], None]) -> None:
    """Closes the tombstones, and tells raw of them."""
    with open_state(settings) as state:
        tombstones.finish(state, forgotten)
    raw_store.load(settings, on_progress)


def _with(reason: str, reasons: Mapping[str, str]) -> frozenset[str]:
    return frozenset(object_id for object_id, given in reasons.items() if given == reason)


def _account_id(state: State, account: str) -> str:
    """The id of an account that is given by its id or by its @handle."""
    try:
        named = AccountRef.parse(account)
    except ValueError as problem:
        raise _unknown(account) from problem
    found = named.account_id or state.account_ids(named.network, [named.handle or ""]).get(named.key[1][1:])
    if not found:
        raise _unknown(account)
    return found


def _unknown(account: str) -> ConfigError:
    return ConfigError(
        f"{account} is no account id, and no handle that was looked up",
        "give the account's id, e.g. from marts.accounts: rapport erase --account 2244994945",
    )


def _refuse_own(settings: Settings, state: State, account_ids: Collection[str]) -> None:
    named = [account for account in settings.config.references if account.network == NETWORK]
    ids = state.account_ids(NETWORK, [account.handle for account in named if account.handle])
    for account in named:
        if (ids.get(account.handle.lower()) if account.handle else account.account_id) in account_ids:
            raise ConfigError(
                f"{settings.config_path} names {account}",
                "take it out of that file first; else it is asked for again every day",
            )
