"""What is held about a person, when they ask for it: everything that an erasure would reach, in readable form.

FOLDER/index.html     what it comes to, what they wrote, what others wrote about them, what was kept and worked out
FOLDER/held.json      every record, by place
FOLDER/pages/         the pages about the person alone
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from extractors.files import telling as files
from extractors.files.erasing import entries_about
from extractors.landing import telling as landing
from extractors.raw import raw_store
from extractors.raw import telling as raw
from extractors.raw.related import with_related
from extractors.state import telling as state_store
from extractors.state import tombstones
from extractors.state.store import open_state
from extractors.state.tombstones import Tombstone
from operations.erasure import copies, kept, naming, request
from operations.holding import Holding
from quality import telling as quality
from rapport import networks, warehouse
from rapport.config import Settings
from rapport.errors import ConfigError
from rapport.forgotten import Forgotten, Pair
from rapport.held import Held, Subject
from rapport.on_disk import write_bytes
from reporting import telling as reporting
from reporting import words
from reporting.held import draw_held
from reporting.language import SOURCE

# Each room tells what is its own. A test holds this against the rooms of an erasure; dbt's own files (modelling), which
# an erasure removes whole, may quote rows of the warehouse and hold nothing that is not there.
ROOMS: dict[str, Callable[[Settings, Subject], Iterator[Held]]] = {
    "landing": landing.tell,
    "files": files.tell,
    "raw": raw.tell,
    "quality": quality.tell,
    "reporting": reporting.tell,
    "state": state_store.tell,
}
_EMPTY = "give a folder that is not there yet, or an empty one: what is held about somebody mixes with nothing else"


def holding(settings: Settings, account: str) -> Holding:
    """What every room holds about the person behind an account, given as for `rapport erase`.

    Raises ConfigError for an account that is not known here; of a handle it says whether somebody was erased whose it
    may have been. What is kept under a handle that no network has shown is told by the handle alone. What has landed
    and was not loaded yet is loaded first.
    """
    handles, accounts, person_ids = set[Pair](), set[Pair](), set[str]()
    try:
        pair = request.account_of(settings, naming.account(account))
        raw_store.load(settings, _say_what_is_new)
        accounts, person_ids = _accounts_of(settings, pair)
    except request.UnknownAccount as problem:
        if not problem.network:
            raise _not_known(account, None, {}) from problem
        raw_store.load(settings, _say_what_is_new)
        handles = {(problem.network, problem.handle)}
        if not kept.is_kept(settings, *handles):
            erased = _erased(settings, problem.network)
            raise _not_known(account, problem.network, erased) from problem
    accounts |= copies.of(settings, accounts | handles).keys()
    unseen = frozenset(handles)
    about = with_related(settings, Forgotten(accounts=frozenset(accounts), handles=unseen, unseen=unseen))
    about |= Forgotten(entries=entries_about(settings, about))
    subject = Subject(about, frozenset(person_ids), _others(settings, person_ids))
    by_room = {name: list(told_by(settings, subject)) for name, told_by in ROOMS.items()}
    tombstones_of = {
        (network, account_id): tombstone
        for network in about.networks
        for account_id, tombstone in _erased(settings, network).items()
        if (network, account_id) in about.accounts
    }
    if not tombstones_of and not any(by_room.values()):
        raise _not_known(account, None, {})
    found = Holding(settings, subject, by_room, tombstones_of)
    return replace(
        found, authors=_handles(settings, {(one.network, one.author_id) for one in found.posts_of_others})
    )


def export(settings: Settings, found: Holding, folder: Path, language: str | None = None) -> Path:
    """Writes the folder, for this user alone; returns its page. Raises ConfigError where the folder holds files.

    The page is in `language`; by default in that of the clients, and in English where they speak several.
    """
    languages = [client.language for client in settings.config.clients]
    zones = [client.time_zone for client in settings.config.clients]
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"{folder} is not empty", _EMPTY)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    own = reporting.own_pages(settings, found.subject)
    if own:
        (folder / "pages").mkdir(mode=0o700, exist_ok=True)
    pages = []
    # a page lies beside those of all clients, and in the folder of its own
    for number, content in enumerate(dict.fromkeys(path.read_bytes() for path in own), start=1):
        pages.append(f"pages/{number}.html")
        write_bytes(folder / pages[-1], content, mode=0o600)
    asked_at = settings.now()
    held = {
        "about": {"accounts": found.accounts, "handles": found.handles, "asked_at": asked_at},
        "held": {room: [asdict(one) for one in held] for room, held in found.by_room.items()},
    }
    text = json.dumps(held, indent=2, ensure_ascii=False, default=str)
    write_bytes(folder / "held.json", f"{text}\n".encode(errors="replace"), mode=0o600)
    page = draw_held(found, pages, asked_at, language or _common(languages, SOURCE), _common(zones, "UTC"))
    write_bytes(folder / "index.html", page, mode=0o600)
    return folder / "index.html"


def _not_known(account: str, network: str | None, erased: dict[str, Tombstone]) -> ConfigError:
    """Nothing is held under this name; where somebody was erased there, it may have been theirs."""
    if not erased:
        return ConfigError(
            f"nothing is held about {account}",
            "see that the handle is spelled as on the network, or give the account's id: rapport person x:2244994945",
        )
    last = max(tombstone.erased_at for tombstone in erased.values())
    return ConfigError(
        f"nothing is held under {account}: it is nobody's handle here, or it was that of somebody who was erased. "
        f"On {networks.label_of(network or '')} {words.count(len(erased), 'account was', 'accounts were')} erased, "
        f"the last on {last:%Y-%m-%d}; a handle goes with all else, and only the account's id stays",
        "give the account's id, which the network shows (rapport person x:2244994945): then it is said whether it was "
        "erased, and when",
    )


def _erased(settings: Settings, network: str) -> dict[str, Tombstone]:
    with open_state(settings) as state:
        return tombstones.of_accounts(state, network)


def _handles(settings: Settings, accounts: set[Pair]) -> dict[Pair, str]:
    """The handles of accounts, as far as they are known since the last build."""
    if not accounts or not settings.warehouse_path.exists():
        return {}
    with warehouse.connect(settings) as connection:
        if not warehouse.has_table(connection, "marts", "accounts"):
            return {}
        of, ids = zip(*sorted(accounts), strict=True)
        rows = connection.execute(
            "select network, account_id, handle from marts.accounts where handle is not null and (network, account_id)"
            " in (select (unnest($networks::varchar[]), unnest($ids::varchar[])))",
            {"networks": list(of), "ids": list(ids)},
        ).fetchall()
    return {(network, account_id): handle for network, account_id, handle in rows}


def _common(of_clients: Sequence[str], else_: str) -> str:
    """What all clients have, else the other."""
    return of_clients[0] if len(set(of_clients)) == 1 else else_


def _say_what_is_new(line: str) -> None:
    """Nobody who asks about a person asked for the load."""
    if line != raw_store.NOTHING_NEW:
        raw_store.log.info(line)


def _accounts_of(settings: Settings, account: Pair) -> tuple[set[Pair], set[str]]:
    """The accounts of the person who has this one, and the ids under which the person is known."""
    if settings.warehouse_path.exists():
        with warehouse.connect(settings) as connection:
            if warehouse.has_table(connection, "marts", "accounts"):
                rows = connection.execute(
                    "select network, account_id, person_id from marts.accounts where person_id in ("
                    " select person_id from marts.accounts where network = ? and account_id = ?)",
                    [*account],
                ).fetchall()
                if rows:
                    return {(network, one) for network, one, _ in rows}, {person for _, _, person in rows}
    return {account}, {networks.qualified(*account)}


def _others(settings: Settings, person_ids: set[str]) -> frozenset[str]:
    """The ids that rapport.toml gives to other people, by the last build."""
    if not settings.warehouse_path.exists():
        return frozenset()
    with warehouse.connect(settings) as connection:
        if not warehouse.has_table(connection, "marts", "accounts"):
            return frozenset()
        rows = connection.execute(
            "select distinct person_id from marts.accounts where starts_with(person_id, $prefix)",
            {"prefix": f"{networks.PERSON}:"},
        ).fetchall()
    return frozenset(person_id for (person_id,) in rows) - person_ids
