"""The state store as one file, and back: what a backup takes of it, whichever engine it is on."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from extractors.state.store import open_state
from extractors.state.tables import BATCH, metadata, tombstones
from rapport.config import Settings


class Tombstone(NamedTuple):
    """What is known of one erasure; `finished_at` is None until what it stands for is gone everywhere."""

    reason: str
    finished_at: datetime | None


# (network, object type, id) →
Tombstones = dict[tuple[str, str, str], Tombstone]


def copy_out(settings: Settings, path: Path) -> None:
    """Writes the state store as a new SQLite file, as it is at one moment; others may go on writing meanwhile."""
    with open_state(settings) as state:
        if state.engine.dialect.name == "sqlite":
            database = str(state.engine.url.database)
            with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(path)) as target:
                source.backup(target)
        else:
            with open_state(_at(settings, path)) as target_state:
                _copy_rows(state.engine, target_state.engine)
    checkpoint(path)


def put_back(settings: Settings, path: Path) -> None:
    """Makes the state store hold what such a file holds, and nothing else, in one transaction."""
    with open_state(_at(settings, path)) as source, open_state(settings) as target:
        _copy_rows(source.engine, target.engine)


def checkpoint(path: Path) -> None:
    """Works in the log that lies beside a SQLite file, and removes it: the file is then all there is."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma journal_mode = delete")


def tombstones_in(path: Path) -> Tombstones:
    """All tombstones in such a file. The file is not changed by being read."""
    if not path.exists():
        return {}
    address = f"{path.resolve().as_uri()}?immutable=1"
    engine = sa.create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=sa.NullPool
    )
    return _tombstones(engine)


def tombstones_of(settings: Settings) -> Tombstones:
    """All tombstones of a home in use, of what is being erased at this moment, too."""
    with open_state(settings) as state:
        return _tombstones(state.engine)


def _tombstones(engine: sa.Engine) -> Tombstones:
    columns = [tombstones.c[name] for name in ("network", "object_type", "object_id", *Tombstone._fields)]
    with engine.connect() as connection:
        return {
            (row[0], row[1], row[2]): Tombstone(*row[3:]) for row in connection.execute(sa.select(*columns))
        }


def _at(settings: Settings, path: Path) -> Settings:
    return replace(settings, state_url=f"sqlite:///{path}")


def _copy_rows(source: sa.Engine, target: sa.Engine) -> None:
    """All rows of all tables as of one moment; what the target held before goes."""
    with (
        source.connect().execution_options(isolation_level="SERIALIZABLE") as reading,
        target.begin() as writing,
    ):
        for table in metadata.sorted_tables:
            writing.execute(sa.delete(table))
            found = reading.execution_options(yield_per=BATCH).execute(sa.select(table))
            for rows in found.mappings().partitions():
                writing.execute(sa.insert(table), [dict(row) for row in rows])
