"""Fetches that the budget stopped, and how a later run takes them up again.

The spec is kept with its run and window, so that the same walks go on from their cursors: what they have
landed is not asked for again.
"""

from typing import Any

import sqlalchemy as sa

from extractors.state import gaps
from extractors.state.store import State
from extractors.state.tables import deferred, resumed, upsert, walks
from rapport.window import Window

Spec = dict[str, Any]


def origin(spec: Spec, window: Window, run_id: str) -> tuple[Window, str]:
    """The window and run that a spec belongs to: its own where it was taken up from an earlier run."""
    if "run_id" not in spec:
        return window, run_id
    return Window.parse(spec["window_start_at"], spec["window_end_at"]), spec["run_id"]


def remember(state: State, network: str, spec: Spec, window: Window, run_id: str) -> None:
    """Keeps the spec for a later run, and records the window as a gap until then."""
    row = {**_key(network, spec, window, run_id), "spec": spec, "deferred_at": state.now()}
    with state.engine.begin() as connection:
        upsert(connection, deferred, [row])
    gaps.record(state, network, spec["client_id"], spec["stream"], gaps.WHOLE_STREAM, window, gaps.BUDGET)


def forget(state: State, network: str, spec: Spec, window: Window, run_id: str) -> None:
    """The spec was fetched to its end."""
    where = [deferred.c[name] == value for name, value in _key(network, spec, window, run_id).items()]
    with state.engine.begin() as connection:
        connection.execute(deferred.delete().where(*where))
    gaps.close(state, network, spec["client_id"], spec["stream"], gaps.WHOLE_STREAM, window, gaps.BUDGET)


def take_up(state: State, network: str, client_id: str, streams: list[str], run_id: str) -> list[Spec]:
    """Specs of earlier runs that the budget stopped in these streams, oldest window first.

    They are noted as taken up by `run_id`, whose later waves are then planned for those runs as well.
    """
    table = deferred.c
    query = deferred.select().where(
        (table.network == network)
        & (table.client_id == client_id)
        & table.stream.in_(streams)
        & (table.run_id != run_id)
    )
    with state.engine.begin() as connection:
        rows = connection.execute(query.order_by(table.window_start_at, table.stream)).all()
        keys = ("network", "client_id", "run_id", "window_start_at", "window_end_at")
        found = {tuple(getattr(row, key) for key in keys) for row in rows}
        noted = [{"by_run_id": run_id, **dict(zip(keys, row, strict=True))} for row in found]
        upsert(connection, resumed, noted)
    return [
        belonging_to(row.spec, Window(row.window_start_at, row.window_end_at), row.run_id) for row in rows
    ]


def taken_up(state: State, network: str, client_id: str, run_id: str) -> list[tuple[Window, str]]:
    """Window and run of the earlier runs that this run has taken up."""
    query = resumed.select().where(
        (resumed.c.by_run_id == run_id) & (resumed.c.network == network) & (resumed.c.client_id == client_id)
    )
    with state.engine.connect() as connection:
        rows = connection.execute(query.order_by(resumed.c.window_start_at)).all()
    return [(Window(row.window_start_at, row.window_end_at), row.run_id) for row in rows]


def left_over(state: State, network: str, client_id: str, run_id: str) -> dict[str, set[str] | None]:
    """What of a run is still to be fetched: stream → its targets that were not walked to their end.

    None where only the walks themselves tell what there is: accounts, and posts that others point to.
    """
    mine = (
        (deferred.c.network == network) & (deferred.c.client_id == client_id) & (deferred.c.run_id == run_id)
    )
    walked = (walks.c.network == network) & (walks.c.client_id == client_id) & (walks.c.run_id == run_id)
    with state.engine.connect() as connection:
        specs = [row.spec for row in connection.execute(deferred.select().where(mine)).all()]
        query = sa.select(walks.c.stream, walks.c.target).where(walked & (walks.c.status == "finished"))
        done = {(row.stream, row.target) for row in connection.execute(query).all()}
    return {
        spec["stream"]: {target for target in spec["targets"] if (spec["stream"], target) not in done}
        if "targets" in spec
        else None
        for spec in specs
    }


def belonging_to(spec: Spec, window: Window, run_id: str) -> Spec:
    """The spec with the run and window that it belongs to."""
    return {
        **spec,
        "run_id": run_id,
        "window_start_at": window.start.isoformat(),
        "window_end_at": window.end.isoformat(),
    }


def _key(network: str, spec: Spec, window: Window, run_id: str) -> dict[str, Any]:
    return {
        "network": network,
        "client_id": spec["client_id"],
        "stream": spec["stream"],
        "run_id": run_id,
        "window_start_at": window.start,
        "window_end_at": window.end,
    }
