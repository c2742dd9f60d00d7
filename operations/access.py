"""What is held about a person, when they ask for it: everything that an erasure would reach, in readable form.

FOLDER/index.html     what is held, where, and where it came from; what they wrote and what was kept of them
FOLDER/held.json      every record, by place
FOLDER/pages/         the pages about the person alone
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from extractors.files import telling as files
from extractors.landing import telling as landing
from extractors.raw import raw_store
from extractors.raw import telling as raw
from extractors.raw.related import with_related
from extractors.state import telling as state_store
from operations.erasure import naming, request
from quality import telling as quality
from rapport import networks, warehouse
from rapport.config import Settings
from rapport.errors import ConfigError
from rapport.forgotten import Forgotten, Pair
from rapport.held import Held, Subject
from rapport.on_disk import write_bytes
from reporting import telling as reporting
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


@dataclass(frozen=True)
class Holding:
    """All that is held about one person, by room."""

    subject: Subject
    by_room: dict[str, list[Held]]

    @property
    def accounts(self) -> list[str]:
        return sorted(self.subject.keys)

    @property
    def handles(self) -> list[str]:
        return sorted(f"@{handle} ({network})" for network, handle in self.subject.about.handles)

    @property
    def everything(self) -> list[Held]:
        return [held for found in self.by_room.values() for held in found]

    @property
    def posts(self) -> list[dict[str, Any]]:
        """What they wrote, each post once, in its newest form; the newest post first."""
        found: dict[str, dict[str, Any]] = {}
        for held in self.by_room["raw"]:
            if held.place.endswith(" raw.posts"):
                for row in held.records:
                    if (row["network"], row["author_id"]) in self.subject.about.accounts:
                        found[networks.qualified(row["network"], row["post_id"])] = row
        return sorted(found.values(), key=lambda row: str(row["created_at"]), reverse=True)

    @property
    def by_hand(self) -> list[dict[str, Any]]:
        """What people here wrote about them."""
        return [record for held in self.by_room["files"] for record in held.records]


def holding(settings: Settings, account: str) -> Holding:
    """What every room holds about the person behind an account, given as for `rapport erase`.

    Raises ConfigError for an account that is not known here. What has landed and was not loaded yet is loaded first.
    """
    pair = request.account_of(settings, naming.account(account))
    raw_store.load(settings)
    accounts, person_ids = _accounts_of(settings, pair)
    about = with_related(settings, Forgotten(accounts=frozenset(accounts)))
    subject = Subject(about, frozenset(person_ids))
    found = Holding(subject, {name: list(told_by(settings, subject)) for name, told_by in ROOMS.items()})
    if not found.everything:
        raise ConfigError(
            f"nothing is held about {account}",
            "see that the handle is spelled as on the network, or give the account's id",
        )
    return found


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
    for number, path in enumerate(own, start=1):
        name = f"pages/{number}.html"
        write_bytes(folder / name, path.read_bytes(), mode=0o600)
        pages.append((name, str(path.relative_to(settings.home))))
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


def _common(of_clients: Sequence[str], else_: str) -> str:
    """What all clients have, else the other."""
    return of_clients[0] if len(set(of_clients)) == 1 else else_


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
