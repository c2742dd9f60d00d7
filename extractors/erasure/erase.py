"""Forgetting: posts and accounts leave landing, raw and the state store, and tombstones keep them out.

Killed at any moment, the next erasure (of whatever) takes up what this one left: the tombstone is written
first, and what bears one that is not finished is looked for again.
"""

import json
import logging
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from zstandard import ZstdError

from extractors.erasure import tombstones
from extractors.erasure.tombstones import NETWORK
from extractors.landing import landing_files
from extractors.raw import raw_erasure, raw_store
from extractors.state.store import State, open_state
from extractors.state.tables import handles as handles_table
from rapport import warehouse
from rapport.config import Settings
from rapport.errors import ConfigError
from rapport.forgotten import Forgotten
from rapport.networks import AccountRef

log = logging.getLogger("rapport.erase")

Progress = Callable[[str], None]
_PROGRESS_PAGES = 1000
# Up to here, looking for each of them in a page's bytes is faster than taking the page's numbers out.
_FEW = 50
# Where the handles to look for stand while an erasure is under way: a file can be removed for good, a row of a
# database can't.
UNFINISHED = "erasing.json"


def begin(
    settings: Settings,
    posts: Mapping[str, str],
    accounts: Mapping[str, str],
    on_progress: Progress = log.info,
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
        ids = {_id(state, one): reason for one, reason in accounts.items()}
        if not is_by_network:
            _refuse_own(settings, state, ids.keys())
        for reason in sorted({*posts.values(), *ids.values()}):
            asked = Forgotten(
                frozenset(one for one, why in posts.items() if why == reason),
                frozenset(one for one, why in ids.items() if why == reason),
            )
            tombstones.put(state, asked, reason)
            tombstones.reopen(state, asked)
        what = tombstones.pending(state)
    if not what:
        return what
    asked_by_name = {one[1:].lower() for one in accounts if one.startswith("@")}
    what = replace(what, handles=_read_handles(settings) | asked_by_name)
    on_progress(f"tombstones of {len(what.post_ids)} posts and {len(what.account_ids)} accounts are written")
    # What landed and was not loaded is then found in raw like all the rest.
    raw_store.load(settings, on_progress)
    what = raw_erasure.widened(settings, what)
    _write_handles(settings, what.handles)
    with open_state(settings) as state:
        tombstones.put(state, what, "goes with what was named")
        tombstones.reopen(state, what)
    on_progress(f"to be erased with all that goes with it: {len(what.post_ids)} posts")
    return what


def clean_landing(settings: Settings, what: Forgotten, on_progress: Progress = log.info) -> int:
    """Rewrites every landing page that holds something of it. Returns how many were rewritten."""
    rewritten = 0
    keys = landing_files.keys(settings.landing_dir)
    with open_state(settings) as state:
        for number, key in enumerate(keys, start=1):
            if _concerns(settings, key, what) and tombstones.clean_landed(
                state, settings.landing_dir, key, what
            ):
                rewritten += 1
            if number % _PROGRESS_PAGES == 0:
                on_progress(f"landing: {number} of {len(keys)} pages looked through, {rewritten} rewritten")
    landing_files.remove_leftovers(settings.landing_dir)
    on_progress(f"landing: {len(keys)} pages looked through, {rewritten} rewritten")
    return rewritten


def clean_warehouse(settings: Settings, what: Forgotten, on_progress: Progress = log.info) -> None:
    """Takes it out of the warehouse, rewrites the file, and loads the touched pages again from landing."""
    if not settings.warehouse_path.exists():
        return
    # Names of people come into raw from rapport.toml, too: as that file says now.
    raw_store.sync_config(settings)
    touched = raw_erasure.take_out(settings, what, on_progress)
    on_progress(f"warehouse: {touched} pages taken out, the file rewritten")
    raw_store.load(settings, on_progress)


def finish(settings: Settings, what: Forgotten, on_progress: Progress = log.info) -> None:
    """Takes the hashes of handles out of the state store, closes the tombstones, and tells raw of them."""
    with open_state(settings) as state:
        with state.engine.begin() as connection:
            connection.execute(
                sa.delete(handles_table).where(
                    (handles_table.c.network == NETWORK) & handles_table.c.account_id.in_(what.account_ids)
                )
            )
        # Before the tombstones are closed: of closed ones nobody would look for it again.
        _pending_path(settings).unlink(missing_ok=True)
        tombstones.finish(state, what)
    raw_store.load(settings, on_progress)


def lift(settings: Settings, account_ids: Collection[str]) -> None:
    """Takes the tombstones off accounts that the network shows again; those of their posts stay."""
    if account_ids:
        with warehouse.connect(settings) as connection, open_state(settings) as state:
            raw_store.create_tables(connection)
            tombstones.lift(state, connection, account_ids)


def _id(state: State, account: str) -> str:
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
    named = [one for one in settings.config.references if one.network == NETWORK]
    handles = state.account_ids(NETWORK, [one.handle for one in named if one.handle])
    for one in named:
        if (handles.get(one.handle.lower()) if one.handle else one.account_id) in account_ids:
            raise ConfigError(
                f"{settings.config_path} names {one}",
                "take it out of that file first; else it is asked for again every day",
            )


def _concerns(settings: Settings, key: str, what: Forgotten) -> bool:
    """A quick look at the page's bytes; a page that can't be read is left to be read, and named, by `clean`."""
    try:
        content = landing_files.unpacked(landing_files.path_of(settings.landing_dir, key))
    except (OSError, ZstdError):
        return True
    ids = what.post_ids | what.account_ids
    if b'"rejects"' in content or any(handle.encode() in content.lower() for handle in what.handles):
        return True
    if len(ids) <= _FEW:
        return any(one.encode() in content for one in ids)
    return bool(ids & tombstones.numbers_in(content))


def _pending_path(settings: Settings) -> Path:
    return settings.home / UNFINISHED


def _read_handles(settings: Settings) -> frozenset[str]:
    """Those that an erasure which did not finish has left."""
    path = _pending_path(settings)
    return frozenset(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else frozenset()


def _write_handles(settings: Settings, handles: Collection[str]) -> None:
    """Call before anything is cleaned: from what is clean they can't be known any more."""
    path = _pending_path(settings)
    beside = path.with_name(f"{path.name}.tmp")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(sorted(handles), file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
