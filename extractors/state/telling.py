"""What the state store holds about somebody: that a handle of theirs was looked up, as a hash."""

from collections.abc import Iterator

import sqlalchemy as sa

from extractors.state.store import open_state
from extractors.state.tables import handles
from rapport.config import Settings
from rapport.held import Held, Subject


def tell(settings: Settings, subject: Subject) -> Iterator[Held]:
    """Hashes of handles, by account."""
    found = []
    with open_state(settings) as state, state.engine.begin() as connection:
        for network in subject.about.networks:
            theirs = handles.c.account_id.in_(subject.about.on(network).account_ids)
            rows = connection.execute(sa.select(handles).where((handles.c.network == network) & theirs))
            found += [dict(row._mapping) for row in rows]
    if found:
        yield Held(
            "state", "the account that a handle belongs to; of the handle only a hash", "looked up", found
        )
