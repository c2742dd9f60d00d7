"""What the state store holds about somebody: hashes of their handles, and ids of what is theirs."""

from collections.abc import Collection, Iterator

import sqlalchemy as sa

from extractors.state.store import open_state
from extractors.state.tables import handles, metadata
from rapport.config import Settings
from rapport.forgotten import OnNetwork
from rapport.held import Held, Subject

# The columns that hold ids of posts and accounts.
IDS = ("account_id", "post_id", "conversation_id", "resource_id", "object_id", "target", "newest_id")
_AT_ONCE = 1000


def tell(settings: Settings, subject: Subject) -> Iterator[Held]:
    """The rows of each table that name an account or a post of theirs by its id."""
    with open_state(settings) as state, state.engine.connect() as connection:
        for table in metadata.sorted_tables:
            columns = [table.c[name] for name in IDS if name in table.c]
            if "network" not in table.c or not columns:
                continue
            found = [
                dict(row._mapping)
                for network in subject.about.networks
                for query in _queries(table, columns, subject.about.on(network))
                for row in connection.execute(query)
            ]
            if found:
                what = (
                    "the account that a handle belongs to; of the handle only a hash"
                    if table is handles
                    else "ids of accounts and posts, for the books"
                )
                yield Held(f"state {table.name}", what, "looked up" if table is handles else _KEPT, found)


_KEPT = "noted while it was fetched"


def _queries(
    table: sa.Table, columns: Collection["sa.Column[str]"], about: OnNetwork
) -> Iterator["sa.Select[tuple[object, ...]]"]:
    """A query takes only so many values at once."""
    ids = sorted(about.account_ids | about.post_ids)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        named = sa.or_(*(column.in_(some) for column in columns))
        yield sa.select(table).where((table.c.network == about.network) & named)
