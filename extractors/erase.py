"""Forgetting: posts and accounts leave landing, raw and the state store, and tombstones keep them out.

Killed at any moment, the next erasure (of whatever) takes up what this one left: the tombstone is written
first, and what bears one that is not finished is looked for again.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from typing import Any

import sqlalchemy as sa
from zstandard import ZstdError

from extractors import landing, raw_erasure, raw_store, tombstones
from extractors.state import State, open_state
from extractors.state_tables import handles as handles_table
from extractors.state_tables import metadata
from extractors.state_tables import tombstones as tombstones_table
from extractors.tombstones import NETWORK
from rapport.config import Settings
from rapport.errors import ConfigError
from rapport.forgotten import Forgotten

log = logging.getLogger("rapport.erase")

Progress = Callable[[str], None]
_PROGRESS_PAGES = 1000
# Up to here, looking for each of them in a page's bytes is faster than taking the page's numbers out.
_FEW = 50


def begin(
    settings: Settings,
    posts: Mapping[str, str],
    accounts: Mapping[str, str],
    on_progress: Progress = log.info,
) -> Forgotten:
    """Writes the tombstones of posts (ids) and accounts (ids or @handles), each with its reason.

    Returns what there is to forget now: what was asked for, what follows from it (versions, reposts, an
    account's posts), and what an earlier erasure did not finish. Raises ConfigError for a handle that is not
    known, and for an account that rapport.toml names: it would be asked for again every day.
    """
    with open_state(settings) as state:
        ids = {_id(state, one): reason for one, reason in accounts.items()}
        _refuse_own(settings, state, ids.keys())
        known = state.account_ids(NETWORK)
        for reason in sorted({*posts.values(), *ids.values()}):
            mine = frozenset(one for one, why in ids.items() if why == reason)
            asked = Forgotten(
                frozenset(one for one, why in posts.items() if why == reason),
                mine,
                frozenset(handle for handle, account_id in known.items() if account_id in mine),
            )
            tombstones.put(state, asked, reason)
            tombstones.reopen(state, asked)
        what = tombstones.pending(state)
    if not what:
        return what
    on_progress(f"tombstones of {len(what.post_ids)} posts and {len(what.account_ids)} accounts are written")
    # What landed and was not loaded is then found in raw like all the rest.
    raw_store.load(settings, on_progress)
    what = raw_erasure.widened(settings, what)
    with open_state(settings) as state:
        tombstones.put(state, what, "goes with what was named")
        tombstones.reopen(state, what)
    on_progress(f"to be erased with all that goes with it: {len(what.post_ids)} posts")
    return what


def clean_landing(settings: Settings, what: Forgotten, on_progress: Progress = log.info) -> int:
    """Rewrites every landing page that holds something of it. Returns how many were rewritten."""
    rewritten = 0
    keys = landing.keys(settings.landing_dir)
    with open_state(settings) as state:
        for number, key in enumerate(keys, start=1):
            if _concerns(settings, key, what) and tombstones.clean_landed(
                state, settings.landing_dir, key, what
            ):
                rewritten += 1
            if number % _PROGRESS_PAGES == 0:
                on_progress(f"landing: {number} of {len(keys)} pages looked through, {rewritten} rewritten")
    landing.remove_leftovers(settings.landing_dir)
    on_progress(f"landing: {len(keys)} pages looked through, {rewritten} rewritten")
    return rewritten


def clean_warehouse(settings: Settings, what: Forgotten, on_progress: Progress = log.info) -> None:
    """Takes it out of the warehouse, rewrites the file, and loads the touched pages again from landing."""
    if not settings.warehouse_path.exists():
        return
    touched = raw_erasure.take_out(settings, what, on_progress)
    on_progress(f"warehouse: {touched} pages taken out, the file rewritten")
    raw_store.load(settings, on_progress)


def finish(settings: Settings, what: Forgotten, on_progress: Progress = log.info) -> None:
    """Takes the handles out of the state store, closes the tombstones, and tells raw of them."""
    with open_state(settings) as state:
        _clean_state(state, what)
        tombstones.finish(state, what)
        if state.engine.dialect.name == "sqlite":
            _rewrite_sqlite(state)
    raw_store.load(settings, on_progress)


def _id(state: State, account: str) -> str:
    """The id of an account that is given by its id or by its @handle."""
    found = state.account_ids(NETWORK).get(account[1:].lower()) if account.startswith("@") else account
    if not found or not found.isdigit():
        raise ConfigError(
            f"{account} is no account id, and no handle that was looked up",
            "give the account's id, e.g. from marts.accounts: rapport erase --account 2244994945",
        )
    return found


def _refuse_own(settings: Settings, state: State, account_ids: Collection[str]) -> None:
    handles = state.account_ids(NETWORK)
    named = [
        one
        for client in settings.config.clients
        for one in (
            *client.accounts,
            *client.team,
            *client.bots,
            *(person.handle for person in client.stakeholders),
        )
    ] + [one for person in settings.config.people for one in person.accounts]
    for one in named:
        if (handles.get(one[1:].lower()) if one.startswith("@") else one) in account_ids:
            raise ConfigError(
                f"{settings.config_path} names {one}",
                "take it out of that file first; else it is asked for again every day",
            )


def _concerns(settings: Settings, key: str, what: Forgotten) -> bool:
    """A quick look at the page's bytes; a page that can't be read is left to be read, and named, by `clean`."""
    try:
        content = landing.unpacked(landing.path_of(settings.landing_dir, key))
    except (OSError, ZstdError):
        return True
    ids = what.post_ids | what.account_ids
    if b'"rejects"' in content or any(handle.encode() in content.lower() for handle in what.handles):
        return True
    if len(ids) <= _FEW:
        return any(one.encode() in content for one in ids)
    return bool(ids & tombstones.numbers_in(content))


def _clean_state(state: State, what: Forgotten) -> None:
    """Handles in walks' targets and the like; ids and hashes of ids stay."""
    with state.engine.begin() as connection:
        connection.execute(
            sa.delete(handles_table).where(
                (handles_table.c.network == NETWORK) & handles_table.c.account_id.in_(what.account_ids)
            )
        )
        for table in metadata.sorted_tables if what.handles else ():
            keys = list(table.primary_key.columns)
            for column in table.columns:
                if column.primary_key or table is tombstones_table or not isinstance(column.type, sa.String):
                    continue
                named = sa.or_(
                    *(sa.func.lower(column).contains(one, autoescape=True) for one in what.handles)
                )
                rows = connection.execute(sa.select(*keys, column).where(named)).all()
                for row in rows:
                    same = sa.and_(*(key == value for key, value in zip(keys, row, strict=False)))
                    connection.execute(
                        sa.update(table).where(same).values({column.name: what.mask_words(row[-1])})
                    )


def _rewrite_sqlite(state: State) -> None:
    """SQLite, too, keeps freed pages, and what was written in its log."""
    with state.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        statements: tuple[Any, ...] = ("vacuum", "pragma wal_checkpoint(truncate)")
        for statement in statements:
            connection.execute(sa.text(statement))
