"""The handles that an erasure under way looks for, in a file beside the state store.

The store itself keeps no handle: a file can be removed for good, a row of a database can't.
"""

import json
from collections.abc import Collection

from rapport.config import Settings
from rapport.forgotten import Pair
from rapport.networks import X
from rapport.on_disk import write_json

FILE = "erasing.json"


def read(settings: Settings) -> frozenset[Pair]:
    """Those that an erasure which did not finish has left."""
    path = settings.home / FILE
    if not path.exists():
        return frozenset()
    found = json.loads(path.read_text(encoding="utf-8"))
    # Before the keys bore a network, handles stood there alone: they were X's.
    return frozenset((X.name, entry) if isinstance(entry, str) else (entry[0], entry[1]) for entry in found)


def write(settings: Settings, handles: Collection[Pair]) -> None:
    """Call before anything is erased: from what is erased they can't be known any more."""
    write_json(settings.home / FILE, sorted(handles))


def remove(settings: Settings) -> None:
    """Call before the tombstones are closed: of closed ones nobody would look for the file again."""
    (settings.home / FILE).unlink(missing_ok=True)
