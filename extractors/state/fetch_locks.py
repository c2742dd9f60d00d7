"""One fetch at a time of a client's stream on a network, whoever starts it: two at once would ask everything twice.

The lock is the system's or the database's own, so a process that is killed frees it: a file beside a SQLite store, an
advisory lock in Postgres. Who holds it stands in the store, for the words of those who wait. There is a lock for each
stream, and not one for the client, because the streams of a run are fetched side by side, in several processes.
"""

import hashlib
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock, Timeout

from extractors.state.store import State
from extractors.state.tables import fetching, upsert

# Beside a SQLite store. Its files stay: to remove one while another process opens it would make two locks of it.
FOLDER = "fetching.locks"
_LOOK_AGAIN_SECONDS = 0.5
_REMIND_SECONDS = 60.0


@contextmanager
def alone(
    state: State,
    network: str,
    client_id: str,
    stream: str,
    run_id: str,
    on_progress: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Holds the stream until the block ends. Waits for another fetch of it, and says for which."""
    key = {"network": network, "client_id": client_id, "stream": stream}
    mine = sa.and_(*(fetching.c[name] == value for name, value in key.items()))
    take = _take_file if state.engine.dialect.name == "sqlite" else _take_in_postgres
    waited = 0.0
    while True:
        with take(state.engine, key) as is_taken:
            if is_taken:
                holder = f"process {os.getpid()} on {socket.gethostname()}" + (
                    f", run {run_id}" if run_id else ""
                )
                with state.engine.begin() as connection:
                    upsert(connection, fetching, [{**key, "holder": holder, "since_at": state.now()}])
                try:
                    yield
                finally:
                    with state.engine.begin() as connection:
                        connection.execute(fetching.delete().where(mine))
                return
        if waited % _REMIND_SECONDS == 0:
            on_progress(
                f"{client_id} {stream}: waiting for {_holder(state, mine)}, which is fetching it already"
            )
        sleep(_LOOK_AGAIN_SECONDS)
        waited += _LOOK_AGAIN_SECONDS


def _holder(state: State, mine: sa.ColumnElement[bool]) -> str:
    with state.engine.connect() as connection:
        row = connection.execute(fetching.select().where(mine)).first()
    return f"{row.holder} (since {row.since_at:%Y-%m-%d %H:%M} UTC)" if row else "another process"


@contextmanager
def _take_file(engine: sa.Engine, key: dict[str, str]) -> Iterator[bool]:
    folder = Path(str(engine.url.database)).with_name(FOLDER)
    folder.mkdir(mode=0o700, exist_ok=True)
    lock = FileLock(folder / f"{'-'.join(key.values())}.lock", mode=0o600)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


@contextmanager
def _take_in_postgres(engine: sa.Engine, key: dict[str, str]) -> Iterator[bool]:
    number = int.from_bytes(hashlib.sha256("|".join(key.values()).encode()).digest()[:8], signed=True)
    # The lock is the session's: it ends with the connection, so no pool may keep that.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()
        is_taken = bool(connection.execute(sa.select(sa.func.pg_try_advisory_lock(number))).scalar_one())
        try:
            yield is_taken
        finally:
            if is_taken:  # the server may see the end of a connection a moment later
                with suppress(sa.exc.DBAPIError):
                    connection.execute(sa.select(sa.func.pg_advisory_unlock(number)))
