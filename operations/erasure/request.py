"""What an erasure is asked for, what goes with it, and its tombstones."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

from extractors.files.erasing import entries_about
from extractors.raw import raw_store
from extractors.raw.related import NAMED_IN_TEXTS, handles_of, with_related
from extractors.state import tombstones, under_way
from extractors.state.store import State, open_state
from extractors.state.under_way import UnderWay
from operations.backup.files import PLACES, places_out_of_reach
from operations.erasure import copies, kept
from rapport import networks, warehouse
from rapport.config import Settings
from rapport.config_faults import place
from rapport.config_lines import Lines, Place
from rapport.errors import ConfigError
from rapport.forgotten import Forgotten, Pair
from rapport.networks import AccountRef


class UnknownAccount(ConfigError):
    """An account that is not known here. Of a handle: `network` is where it would be, `handle` in lower case."""

    def __init__(
        self, account: str, network: str | None = None, handle: str = "", away: Collection[Path] = ()
    ) -> None:
        """`away`: where else something may be kept under the handle, and nobody could look."""
        places = ", ".join(map(str, away))
        super().__init__(
            f"{account} is no account id, and no handle that is known here",
            (
                f"backups in {places} could not be looked into, and may have something under it: plug in what is "
                f"missing and ask again, or take out of {PLACES} what is gone for good; else "
                if away
                else ""
            )
            + "give the account's id, e.g. from marts.accounts: x:2244994945; if it was erased, nobody is known by "
            "that handle any more, and `rapport erase` without ids finishes what is left",
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
    account's posts), and what an earlier erasure did not finish. What is asked for is noted before anything else, so
    that whoever erases next goes on with it. Raises ConfigError for a handle that neither a network has shown nor
    anybody has kept something under, and, unless the network itself no longer shows it, for an account that
    rapport.toml names: it would be asked for again every day.
    """
    before = known = under_way.read(settings)
    if not is_by_network:
        _refuse_named(settings, {account: _ref(account) for account in accounts})
        known = replace(before, posts={**before.posts, **posts}, accounts={**before.accounts, **accounts})
    under_way.write(settings, known)
    with open_state(settings) as state:
        try:
            known = _with_tombstones(settings, state, known, on_progress)
        except ConfigError:
            # What was asked for now; with nothing new it is what a command had noted that was stopped.
            is_new = bool(posts or accounts) and not is_by_network
            under_way.write(settings, before if is_new else replace(before, posts={}, accounts={}))
            raise
        if is_by_network:
            _put(state, *(_by_pair(ids) for ids in (posts, accounts)))
        under_way.write(settings, known)
        forgotten = tombstones.pending(state)
    forgotten = replace(
        forgotten,
        handles=known.handles,
        of_both=known.of_both,
        entries=known.entries,
        unseen=known.unseen,
    )
    if not forgotten:
        return forgotten
    if forgotten.posts or forgotten.accounts:
        on_progress(
            f"tombstones of {len(forgotten.posts)} posts and {len(forgotten.accounts)} accounts are written"
        )
    # What landed and was not loaded is then found in raw like all the rest.
    raw_store.load(settings, on_progress)
    forgotten = with_related(settings, forgotten)
    forgotten |= Forgotten(entries=entries_about(settings, forgotten))
    under_way.write(
        settings,
        replace(
            known,
            handles=forgotten.handles,
            of_both=forgotten.of_both,
            entries=forgotten.entries,
            unseen=forgotten.unseen,
        ),
    )
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
    ref = _ref(account)
    with open_state(settings) as state:
        return ref.network, _account_id(settings, state, ref, account)


def _with_tombstones(
    settings: Settings, state: State, known: UnderWay, on_progress: Callable[[str], None]
) -> UnderWay:
    """Puts the tombstones of what was asked for by hand, and of the copies that bridges make of it. Raises ConfigError
    before the first is put, and before anything is said of it.
    """
    if known.accounts:
        raw_store.load(settings, on_progress)
    refs = {account: _ref(account) for account in known.accounts}
    found, unseen = dict[str, Pair](), dict[str, Pair]()
    # An erasure under way knows whose these are, and may have taken them out of raw.
    seen = known.handles - known.unseen
    said = []
    if known.posts or known.accounts:
        said.append("what is asked for is noted: if this is stopped, `rapport erase` goes on with it")
    for account, ref in refs.items():
        try:
            found[account] = ref.network, _account_id(settings, state, ref, account)
        except UnknownAccount as problem:
            unseen[account] = named = (ref.network, problem.handle)
            if not problem.handle or (
                named not in known.handles and not kept.is_kept_anywhere(settings, named)
            ):
                away = places_out_of_reach(settings) if problem.handle else []
                raise UnknownAccount(account, problem.network, problem.handle, away) from problem
            if named not in seen:
                said.append(
                    f"no network has shown {account} here: what was kept by hand under that handle is erased"
                )
    reasons = {found[account]: known.accounts[account] for account in found}
    for account, why in known.accounts.items():
        for copy, handle in copies.of(settings, [found.get(account) or unseen[account]]).items():
            if copy not in reasons:
                said.append(
                    f"{networks.qualified(*copy)} (@{handle}) is the copy that a bridge makes of {account}: "
                    "it is erased with it"
                )
            reasons.setdefault(copy, why)
    _refuse_borne(settings, state, reasons.keys())
    for line in said:
        on_progress(line)
    _put(state, _by_pair(known.posts), reasons)
    ids = {
        (ref.network, ref.handle.lower()): found[account][1]
        for account, ref in refs.items()
        if ref.handle and account in found
    }
    return replace(
        known,
        posts={},
        accounts={},
        ids={**known.ids, **ids},
        handles=known.handles.union(ids, unseen.values()),
        unseen=known.unseen.union(unseen.values()) - seen,
    )


def _by_pair(reasons: Mapping[str, str]) -> dict[Pair, str]:
    return {networks.parts(text): reason for text, reason in reasons.items()}


def _put(state: State, posts: Mapping[Pair, str], accounts: Mapping[Pair, str]) -> None:
    for reason in sorted({*posts.values(), *accounts.values()}):
        tombstones.put(state, Forgotten(_with(reason, posts), _with(reason, accounts)), reason)


def _with(reason: str, reasons: Mapping[Pair, str]) -> frozenset[Pair]:
    return frozenset(pair for pair, given in reasons.items() if given == reason)


def _ref(account: str) -> AccountRef:
    try:
        return AccountRef.parse(account)
    except ValueError as problem:
        raise UnknownAccount(account) from problem


def _account_id(settings: Settings, state: State, ref: AccountRef, account: str) -> str:
    """The id of an account that is given by its id or by its @handle."""
    if ref.account_id:
        return ref.account_id
    handle = (ref.handle or "").lower()
    # An erasure under way has taken the handle out of raw, be it in part.
    looked_up = under_way.read(settings).ids.get((ref.network, handle)) or state.account_ids(
        ref.network, [handle]
    ).get(handle)
    found = sorted({looked_up} if looked_up else _seen_with(settings, ref.network, handle))
    # Where a handle names its host it is the account's id as well, and an id stays.
    if not found and "@" in handle and handle in tombstones.of_accounts(state, ref.network):
        return handle
    if not found:
        raise UnknownAccount(account, ref.network, handle)
    if len(found) > 1:
        raise ConfigError(
            f"{account} is the handle of {len(found)} accounts: {', '.join(found)}",
            f"give the id of the one that is meant, e.g. {networks.qualified(ref.network, found[0])}",
        )
    return found[0]


def _seen_with(settings: Settings, network: str, handle: str) -> set[str]:
    """Ids of the accounts that bear the handle: by the tables of the last build, by profiles in raw, or by mentions."""
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
        if warehouse.has_table(connection, "raw", "posts"):
            rows = connection.execute(
                f"select distinct mention.id from ({NAMED_IN_TEXTS}) where network = $network"
                " and lower(mention.username) = $handle and mention.id is not null",
                {"network": network, "handle": handle},
            ).fetchall()
            return {row[0] for row in rows}
    return set()


def _refuse_named(settings: Settings, refs: Mapping[str, AccountRef]) -> None:
    """Refuses what rapport.toml names in the same words, or by the handle where that is the id."""
    asked = {text for ref in refs.values() for text in _texts(ref)}
    _refuse(settings, [(where, named) for where, named in settings.config.places if asked & _texts(named)])


def _texts(ref: AccountRef) -> set[Pair]:
    handle = (ref.handle or "").lower()
    texts = {f"@{handle}" if handle else str(ref.account_id), *([handle] if "@" in handle else [])}
    return {(ref.network, text) for text in texts}


def _refuse_borne(settings: Settings, state: State, accounts: Collection[Pair]) -> None:
    """Refuses accounts that rapport.toml names by their id, or by a handle that is theirs: as it was looked up, and
    where it never was, as they have borne it here."""
    borne = handles_of(settings, accounts)

    def is_of_them(named: AccountRef) -> bool:
        if not named.handle:
            return (named.network, named.account_id) in accounts
        handle = named.handle.lower()
        looked_up = state.account_ids(named.network, [handle]).get(handle)
        return (named.network, looked_up) in accounts if looked_up else (named.network, handle) in borne

    places = settings.config.places if accounts else []
    _refuse(settings, [(where, named) for where, named in places if is_of_them(named)])


def _refuse(settings: Settings, found: list[tuple[Place, AccountRef]]) -> None:
    if found:
        lines = Lines(settings.config_path.read_text(encoding="utf-8-sig"))
        raise ConfigError(
            "\n".join(f"{place(settings.config_path, lines, where)} names {named}" for where, named in found),
            "take it out of that file first; else it is asked for again every day",
        )
