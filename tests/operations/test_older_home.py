"""A home, and a backup of it, that were made before the keys bore the network: taken over with all that they hold."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa

from extractors.files import importer
from extractors.raw import raw_store
from extractors.state import state_copy, tombstones
from extractors.state.store import open_state
from extractors.state.tables import metadata
from operations.backup import files
from operations.backup.restore import restore
from operations.backup.take import back_up
from operations.erasure import everywhere as erasure
from operations.erasure.everywhere import erase_home
from rapport.config import Settings, load_settings
from rapport.networks import NETWORKS
from rapport.on_disk import sha256
from tests import older_home
from tests.invented_network import Y
from tests.operations import erasure_home as home_of
from tests.operations.erasure_home import ROOT, SHY, SPOKEN

# Two that both know, one that only the state store knows, and one that only raw knows: it was lost from the other.
ERASED = {"1": "post", "2": "post"}


def make(home: Path) -> Settings:
    """A home with a conversation in landing and raw, and a state store as it was then."""
    settings = home_of.make_home(home)
    home_of.bring_in(settings, home.parent)
    settings.home.joinpath("state.sqlite").unlink()
    older_home.make_state(settings)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute("delete from raw.tombstones")
        connection.executemany(
            "insert into raw.tombstones values ('x', ?, ?, ?, 'on request')",
            [("post", "1", older_home.AT), ("account", "1", older_home.AT), ("post", "2", older_home.AT)],
        )
        connection.execute("alter table raw.people_accounts drop column person_id")
    return settings


@pytest.fixture
def older(tmp_path: Path) -> Settings:
    return make(tmp_path / "home")


def held(settings: Settings) -> dict[str, list[Any]]:
    """Rows of raw that no list is written into, as they are known today."""
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        return {
            table: connection.execute(f"from raw.{table} order by all").fetchall()
            for table in ("pages", "posts", "users", "rejects", "tombstones")
        }


def counts(settings: Settings) -> dict[str, int]:
    with open_state(settings) as state, state.engine.connect() as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


def test_nothing_of_raw_the_ledger_or_the_tombstones_is_lost(older: Settings) -> None:
    before = held(older)
    raw_store.load(older)
    after = held(older)
    assert {name: rows for name, rows in after.items() if name != "tombstones"} == {
        name: rows for name, rows in before.items() if name != "tombstones"
    }
    # Each has what the other had lost, finished ones and one that is not.
    erased = state_copy.tombstones_of(older)
    assert {
        (network, kind, object_id) for network, kind, object_id, *_ in after["tombstones"]
    } == erased.keys()
    assert erased.keys() == {("x", "post", "1"), ("x", "account", "1"), ("x", "post", "2")}
    assert [key for key, tombstone in erased.items() if tombstone.finished_at is None] == [
        ("x", "account", "1")
    ]
    wanted = {name: len(rows) for name, rows in older_home.STATE_ROWS.items()}
    younger = dict.fromkeys(older_home.YOUNGER, 0)
    assert counts(older) == wanted | younger | {"tombstones": 3, "handle_ids": wanted["handle_ids"]}


def test_an_erasure_that_was_stopped_then_is_finished_now(older: Settings) -> None:
    (older.home / "erasing.json").write_text(f'["{home_of.HANDLE}"]', encoding="utf-8")
    with sa.create_engine(older.state_url).begin() as connection:
        connection.execute(
            sa.text(f"update tombstones set object_id = '{SHY}' where object_type = 'account'")
        )
    assert home_of.found_in(older.home, home_of.OF_THE_ACCOUNT)
    assert erasure.erase(older).account_count == 1
    (older.home.parent / "conversation.jsonl").unlink()
    assert home_of.found_in(older.home, home_of.OF_THE_ACCOUNT) == []
    with open_state(older) as state:
        assert not tombstones.pending(state)
        assert state.spent_usd() == pytest.approx(1200 * 0.48)


@pytest.mark.parametrize("network", ["x", "y"])
def test_a_backup_from_then_is_followed_and_restored(
    older: Settings, monkeypatch: pytest.MonkeyPatch, network: str
) -> None:
    monkeypatch.setitem(NETWORKS, "y", Y)
    backup = back_up(older).path
    manifest = files.read_manifest(backup)
    (backup / files.STATE).unlink()
    older_home.make_state(replace(older, home=backup, state_url=files.state_url(backup)))
    manifest.files[files.STATE] = sha256(backup / files.STATE)
    files.write_manifest(backup, manifest)
    done = erasure.erase(older, {f"{network}:{SPOKEN}": "on request"})
    assert done.backup_count == 1
    files.verify(backup, files.read_manifest(backup))
    is_gone = network == "x"
    assert (home_of.found_in(backup, home_of.OF_THE_POST) == []) is is_gone
    shutil.rmtree(older.home / "landing")
    restore(older, backup, erase_home)
    restored = load_settings(older.home)
    posts = {row[4] for row in held(restored)["posts"]}
    assert ROOT in posts and (SPOKEN not in posts) is is_gone
    known = counts(restored)
    assert known["ledger"] == 1200 and known["polls"] == known["watermarks"] == 1
    erased = state_copy.tombstones_of(restored)
    assert erased.keys() >= {(network, "post", SPOKEN), ("x", "post", "1"), ("x", "account", "1")}
    importer.import_files(restored, [older.home.parent / "conversation.jsonl"])
    assert (SPOKEN not in {row[4] for row in held(restored)["posts"]}) is is_gone
