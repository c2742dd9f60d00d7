"""Erasure in the state store: it knows accounts by the hashes of their handles.

The last of all: until everything else is erased, an account may be named by its handle once more.
"""

from collections.abc import Callable

import sqlalchemy as sa

from extractors.state import under_way
from extractors.state.store import open_state
from extractors.state.tables import handles
from rapport.config import Settings
from rapport.forgotten import Forgotten


def erase_from(settings: Settings, forgotten: Forgotten, on_progress: Callable[[str], None]) -> int:
    """Removes the hashes of forgotten accounts' handles, and the file of what the erasure under way had to know.

    Returns how many rows were removed.
    """
    removed = 0
    with open_state(settings) as state, state.engine.begin() as connection:
        for network in forgotten.networks:
            theirs = handles.c.account_id.in_(forgotten.on(network).account_ids)
            removed += connection.execute(
                sa.delete(handles).where((handles.c.network == network) & theirs)
            ).rowcount
    under_way.remove(settings)
    return removed
