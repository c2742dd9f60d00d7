"""A state store of an older Rapport: opened, it is of today, and holds all that it held."""

import logging
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from extractors.state import budget, gaps
from extractors.state.state_copy import copy_out, tombstones_in, tombstones_of
from extractors.state.store import open_state
from extractors.state.tables import metadata
from rapport.config import Settings
from tests.older_home import AT, STATE_ROWS, YOUNGER, make_state

# Tables whose rows are of one network, and did not say so.
SAY_THE_NETWORK_NOW = {
    "billed", "conversations", "deferred", "ledger", "polls", "reservations", "resumed", "walks", "watermarks"
}  # fmt: skip


def held(connection: sa.Connection) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables, in an order that is always the same."""
    return {
        table.name: [
            dict(row) for row in connection.execute(sa.select(table).order_by(*table.columns)).mappings()
        ]
        for table in metadata.sorted_tables
        if table.name != "deferred"
    } | {
        "deferred": [
            dict(row) for row in connection.execute(sa.select(metadata.tables["deferred"])).mappings()
        ]
    }


def test_an_older_store_keeps_all_it_held(
    settings_on_either: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    make_state(settings_on_either)
    with caplog.at_level(logging.INFO, "rapport.state"):
        for _ in range(2):
            with open_state(settings_on_either) as state, state.engine.connect() as connection:
                found = held(connection)
            wanted = {
                name: [row | ({"network": "x"} if name in SAY_THE_NETWORK_NOW else {}) for row in rows]
                for name, rows in STATE_ROWS.items()
            } | {name: [] for name in YOUNGER}
            assert found.keys() == wanted.keys()
            for name, rows in wanted.items():
                assert sorted(found[name], key=str) == sorted(
                    ({column: row[column] for column in found[name][0]} for row in rows), key=str
                )
    messages = [record.message for record in caplog.records]
    assert len(messages) == len(SAY_THE_NETWORK_NOW)
    assert "state store: 1200 rows of ledger have got network" in messages


def test_an_older_store_has_the_keys_of_a_new_one(
    settings_on_either: Settings, make_settings: Callable[..., Settings]
) -> None:
    make_state(settings_on_either)
    with open_state(settings_on_either) as state:
        keys = sa.inspect(state.engine).get_multi_pk_constraint()
        assert {name: found["constrained_columns"] for (_, name), found in keys.items()} == {
            table.name: [column.name for column in table.primary_key.columns]
            for table in metadata.sorted_tables
        }
        # What another network brings under the same ids stands beside it.
        state.remember_conversations("y", "lab", {"1": AT})
        assert state.watermark("x", "lab", "own_posts", "77") == "9"
        assert state.watermark("y", "lab", "own_posts", "77") is None
        assert [gap.network for gap in gaps.everything(state)] == ["x"]
        assert state.spent_usd("lab") == pytest.approx(1200 * 0.48)
        assert budget.billed_posts_by_day(state.engine, "x", AT) == {"2026-11-01": 1200 * 90}
        assert budget.billed_posts_by_day(state.engine, "y", AT) == {}


def test_tasks_that_open_an_older_store_at_once_bring_it_up_to_date_once(
    settings_on_either: Settings,
) -> None:
    make_state(settings_on_either)

    def opened(_: int) -> float:
        with open_state(settings_on_either) as state:
            return state.spent_usd()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(opened, range(12))) == pytest.approx([1200 * 0.48] * 12)


def test_a_store_that_was_killed_between_is_as_it_was(
    settings_on_either: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_state(settings_on_either)
    create = sa.schema.CreateTable

    def killed(table: sa.Table, **more: Any) -> sa.schema.CreateTable:
        if table.name == "polls":
            raise KeyboardInterrupt
        return create(table, **more)

    with monkeypatch.context() as patch:
        patch.setattr("extractors.state.migration.CreateTable", killed)
        with pytest.raises(KeyboardInterrupt), open_state(settings_on_either):
            pass
    columns = sa.inspect(sa.create_engine(settings_on_either.state_url)).get_columns("billed")
    assert "network" not in [column["name"] for column in columns]
    with open_state(settings_on_either) as state, state.engine.connect() as connection:
        assert {name: len(rows) for name, rows in held(connection).items()} == {
            name: len(rows) for name, rows in STATE_ROWS.items()
        } | dict.fromkeys(YOUNGER, 0)


def test_tombstones_of_an_older_store_are_read_where_it_lies(settings_on_either: Settings) -> None:
    make_state(settings_on_either)
    erased = tombstones_of(settings_on_either)
    assert len(erased) == len(STATE_ROWS["tombstones"])
    copy = settings_on_either.home / "copy.sqlite"
    copy_out(settings_on_either, copy)
    assert tombstones_in(copy) == erased


def test_a_new_store_that_another_process_is_just_making_is_waited_for(
    make_settings: Callable[..., Settings],
) -> None:
    """SQLite lets nobody wait for a writer who has begun before the store writes ahead: it refuses at once."""
    settings = make_settings()
    settings.home.mkdir(exist_ok=True)
    path = str(sa.make_url(settings.state_url).database)
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("begin immediate")
    done = threading.Timer(0.5, other.execute, ["commit"])
    done.start()
    with open_state(settings) as state:
        assert state.active_conversations("x", "acme", AT, AT) == []
    done.join()
    other.close()
