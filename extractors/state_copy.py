"""The state store as one file, and back: what a backup takes of it, whichever engine it is on."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from extractors.state import open_state
from extractors.state_tables import BATCH, metadata
from rapport.config import Settings


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
    settle(path)


def put_back(settings: Settings, path: Path) -> None:
    """Makes the state store hold what such a file holds, and nothing else, in one transaction."""
    with open_state(_at(settings, path)) as source, open_state(settings) as target:
        _copy_rows(source.engine, target.engine)


def settle(path: Path) -> None:
    """Works in the log that lies beside a SQLite file, and removes it: the file is then all there is."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma journal_mode = delete")


def tombstones_in(path: Path) -> dict[tuple[str, str], str]:
    """(object type, id) → reason of every tombstone in such a file. The file is not changed by being read."""
    if not path.exists():
        return {}
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)) as connection:
        rows = connection.execute("select object_type, object_id, reason from tombstones").fetchall()
    return {(kind, one): reason for kind, one, reason in rows}


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
