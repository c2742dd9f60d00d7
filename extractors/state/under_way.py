"""What an erasure under way must not lose, in a file beside the state store: what it was asked for, whose handles it
looks for, which posts mention them beside a namesake, and what was kept by hand about them.

Each is written before anything is erased: from what is erased it can't be known any more. The store itself keeps no
handle: a file can be removed for good, a row of a database can't.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rapport.config import Settings
from rapport.forgotten import Meant, Pair
from rapport.networks import X
from rapport.on_disk import write_json

FILE = "erasing.json"


@dataclass(frozen=True)
class UnderWay:
    """`posts` and `accounts`: what was asked for and has no tombstone yet, as it was named, each with its reason.
    `ids`: of those handles by which accounts were named. `of_both`: what posts mean that mention a namesake, too.
    `entries`: ids of notes and outcomes. `unseen`: those of the handles that no network has shown here. No tombstone
    stands for them, so this file alone says what to erase.
    """

    posts: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[Pair, str] = field(default_factory=dict)
    handles: frozenset[Pair] = frozenset()
    of_both: frozenset[Meant] = frozenset()
    entries: frozenset[Pair] = frozenset()
    unseen: frozenset[Pair] = frozenset()


def read(settings: Settings) -> UnderWay:
    """What an erasure that did not finish has left."""
    path = settings.home / FILE
    if not path.exists():
        return UnderWay()
    found: Any = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(found, list):  # of an older version, which kept the handles alone
        found = {"handles": found}
    return UnderWay(
        found.get("posts", {}),
        found.get("accounts", {}),
        {(network, handle): account_id for network, handle, account_id in found.get("ids", [])},
        # Before the keys bore a network, handles stood there alone: they were X's.
        frozenset((X.name, one) if isinstance(one, str) else (one[0], one[1]) for one in found["handles"]),
        frozenset((network, post_id, tuple(meant)) for network, post_id, meant in found.get("of_both", [])),
        frozenset((column, entry_id) for column, entry_id in found.get("entries", [])),
        frozenset((network, handle) for network, handle in found.get("unseen", [])),
    )


def write(settings: Settings, known: UnderWay) -> None:
    """Call before anything is done that a killed process could not find out again."""
    if known == UnderWay():
        remove(settings)
        return
    write_json(
        settings.home / FILE,
        {
            "posts": dict(known.posts),
            "accounts": dict(known.accounts),
            "ids": sorted((*handle, account_id) for handle, account_id in known.ids.items()),
            "handles": sorted(known.handles),
            "of_both": sorted(known.of_both),
            "entries": sorted(known.entries),
            "unseen": sorted(known.unseen),
        },
    )


def remove(settings: Settings) -> None:
    """Call before the tombstones are closed: of closed ones nobody would look for the file again."""
    for name in (FILE, f".{FILE}.tmp"):  # the second if a write of it was killed
        (settings.home / name).unlink(missing_ok=True)
