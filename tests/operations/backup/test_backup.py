"""Backup and restore: whole or not at all, killed wherever."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from extractors.files import outcomes
from extractors.state.store import open_state
from operations.backup.files import MANIFEST, backups_in, read_manifest
from operations.backup.restore import restore, settings_for, would_replace
from operations.backup.take import back_up
from operations.erasure.everywhere import erase_home
from operations.status import read_status
from quality import editions, publish
from rapport import warehouse
from rapport.config import Settings, load_settings
from rapport.errors import BackupDamaged, BackupFailed, RapportError, WarehouseBusy
from rapport.warehouse import connect, hold
from tests.operations import erasure_home as home_of
from tests.operations.cli.command import rapport
from tests.operations.forks import killed_at
from tests.support.duckdb_files import make_newer, open_elsewhere
from tests.support.once import made_once

OUTCOME = {"client_id": "lab", "kind": "call", "occurred_date": "2026-11-20", "handle": "800",
           "consent_basis": "consent"}  # fmt: skip
BY_HAND = ("forewords/lab.md", "logos/lab.png")


@pytest.fixture(scope="session")
def filled(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a home with an edition, an outcome logged by hand, and something in its state store, besides."""
    return made_once(tmp_path_factory, "filled", lambda base: _fill(published, base))


def _fill(published: Path, base: Path) -> None:
    shutil.copytree(published / "home", base / "home")
    settings = load_settings(base / "home")
    editions.freeze(settings)
    outcomes.add(settings, [outcomes.new(settings, **OUTCOME, note="of the bog")])
    for name in BY_HAND:
        (settings.home / name).parent.mkdir()
        (settings.home / name).write_bytes(b"of the board page")
    with open_state(settings) as state:
        state.remember_handles("x", {"agreeable": home_of.OTHER})


@pytest.fixture
def full(filled: Path, tmp_path: Path) -> Settings:
    """A copy of that home, the test's own."""
    shutil.copytree(filled / "home", tmp_path / "home")
    return load_settings(tmp_path / "home")


def contents(settings: Settings) -> dict[str, Any]:
    """All that a home holds, as its readers find it: rows of tables, bytes of files, and what `status` says."""
    status = replace(read_status(settings), looked_at=datetime.min.replace(tzinfo=UTC), last_backup_at=None)
    del status.facts["warehouse"]  # how large its file is says nothing of what it holds
    found: dict[str, Any] = {"status": status}
    with connect(settings, read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        for schema, table in tables:
            rows = connection.execute(f'from "{schema}"."{table}"').fetchall()
            found[f"{schema}.{table}"] = sorted(map(str, rows))
    for folder in (settings.landing_dir, settings.published_dir):
        for path in (path for path in folder.rglob("*") if path.is_file()):
            found[str(path.relative_to(settings.home))] = path.read_bytes()
    for name in ("rapport.toml", "outcomes.csv", *BY_HAND):
        found[name] = (settings.home / name).read_bytes()
    with open_state(settings) as state:
        found["handles"] = state.account_ids("x", ["agreeable"])
    return found


def test_a_lost_disk_comes_back_whole(full: Settings, tmp_path: Path) -> None:
    before = contents(full)
    assert before["handles"] == {"agreeable": home_of.OTHER}
    taken = back_up(full, tmp_path / "other-disk")
    manifest = read_manifest(taken.path)
    assert manifest.tables["raw.posts"] == len(before["raw.posts"]) > 0
    assert {"warehouse.duckdb", "state.sqlite", "outcomes.csv"} < manifest.files.keys()
    assert [path for path in manifest.files if path.startswith("published/editions/")]
    shutil.rmtree(full.home)
    done = restore(load_settings(full.home), taken.path, erase_home)
    assert (done.file_count, done.is_erased) == (taken.file_count, False)
    settings = load_settings(full.home)
    assert contents(settings) == before
    assert (settings.home / "outcomes.csv").stat().st_mode & 0o777 == 0o600, (
        "nobody else may read it, as before"
    )
    # and it is a home to go on with: what was checked there may be published, and the receipt still holds
    publish.publish(settings, publish.latest_receipt(settings))
    assert not editions.freeze(settings).is_new
    assert back_up(settings, tmp_path / "other-disk").path in backups_in(tmp_path / "other-disk")


def test_what_came_after_the_backup_goes(full: Settings) -> None:
    before = contents(full)
    taken = back_up(full)
    assert taken.is_on_same_disk and taken.path.parent == full.home / "backups"
    (full.landing_dir / "x" / "left").mkdir()
    (full.home / "warehouse.duckdb").write_bytes(b"not a database any more")
    (full.home / "state.sqlite").write_bytes(b"nor this")
    (full.home / "state.sqlite-wal").write_bytes(b"the log of another file")
    shutil.rmtree(full.editions_dir)
    restore(full, taken.path, erase_home)
    assert contents(full) == before
    assert not full.restore_dir.exists()
    assert not (full.landing_dir / "x" / "left").exists()


def test_only_the_newest_are_kept_and_landing_takes_no_room_twice(full: Settings) -> None:
    taken = [back_up(full, keep=2) for _ in range(3)]
    assert backups_in(full.home / "backups") == sorted(backup.path for backup in taken[1:])
    assert taken[2].removed == (taken[0].path,)
    page = next(full.landing_dir.rglob("*.zst"))
    assert page.stat().st_nlink == 3
    assert (full.home / "warehouse.duckdb").stat().st_nlink == 1, "this one is written into"


@pytest.mark.parametrize("path", ["warehouse.duckdb", "rapport.toml", "landing"])
def test_a_damaged_backup_is_refused_and_the_home_stands(full: Settings, path: str, tmp_path: Path) -> None:
    taken = back_up(full, tmp_path / "place").path
    before = contents(full)
    damaged = next(
        file for file in sorted(taken.rglob("*")) if file.is_file() and path in str(file.relative_to(taken))
    )
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.unlink()  # a page is a link: the home's own is not to change
    damaged.write_bytes(content)
    with pytest.raises(BackupDamaged, match="has changed: its SHA-256 is another") as caught:
        restore(full, taken, erase_home)
    assert str(damaged.relative_to(taken)) in str(caught.value)
    damaged.unlink()
    with pytest.raises(BackupDamaged, match="is missing"):
        restore(full, taken, erase_home)
    assert contents(full) == before
    assert not full.restore_dir.exists()


def test_what_is_no_backup_or_of_another_version_is_refused(full: Settings, tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="is no backup"):
        restore(full, tmp_path, erase_home)
    taken = back_up(full).path
    told = json.loads((taken / MANIFEST).read_text())
    (taken / MANIFEST).write_text(json.dumps(told | {"format_version": 99}))
    with pytest.raises(BackupFailed, match="version 99"):
        restore(full, taken, erase_home)
    (taken / MANIFEST).write_text("{")
    with pytest.raises(BackupDamaged, match=r"manifest\.json can't be read"):
        restore(full, taken, erase_home)


def test_a_warehouse_of_a_newer_duckdb_is_replaced(full: Settings) -> None:
    """As after an upgrade that was taken back (docs/deployment.md)."""
    taken = back_up(full).path
    make_newer(full.warehouse_path)
    with pytest.raises(RapportError, match="storage version number 9999"), connect(full):
        pass
    said: list[str] = []
    restore(full, taken, erase_home, said.append)
    with connect(full, read_only=True) as connection:
        assert connection.execute("select count(*) from raw.posts").fetchall() > [(0,)]
    assert [words for words in said if "the warehouse that stands can't be asked what was erased" in words]


def test_a_warehouse_in_use_is_left_alone(full: Settings) -> None:
    taken = back_up(full).path
    inode = full.warehouse_path.stat().st_ino
    with hold(full), pytest.raises(WarehouseBusy):
        restore(full, taken, erase_home)
    with open_elsewhere(full.warehouse_path):
        for act in (lambda: restore(full, taken, erase_home), lambda: back_up(full)):
            with pytest.raises(WarehouseBusy, match="can't be opened"):
                act()
    assert full.warehouse_path.stat().st_ino == inode
    assert backups_in(full.home / "backups") == [taken]


def test_a_disk_that_refuses_is_named_and_leaves_nothing_half(full: Settings, tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.write_text("a file where the folder should be")
    with pytest.raises(BackupFailed, match=r"no backup could be taken to .*place"):
        back_up(full, place)
    # A disk that is full, for files of this process: none may grow beyond this.
    program = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000));"
        "import sys; sys.argv[0] = 'rapport'; from operations.cli.main import main; main()"
    )
    environment = os.environ | {"RAPPORT_HOME": str(full.home)}
    done = subprocess.run(
        [sys.executable, "-c", program, "backup", "--to", str(tmp_path / "full")],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 7, done.stderr
    assert "File too large" in done.stderr and "has room" in done.stderr
    assert list((tmp_path / "full").iterdir()) == []


def test_a_large_warehouse_is_packed_before_it_is_copied(
    full: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warehouse, "PACK_FROM_BYTES", 0)
    said: list[str] = []
    with connect(full) as connection:
        connection.execute("create table quality.large as select hash(range) as it from range(1_000_000)")
        connection.execute("checkpoint")
        connection.execute("drop table quality.large")
    before, size = contents(full), full.warehouse_path.stat().st_size
    taken = back_up(full, tmp_path / "place", on_progress=said.append).path
    assert full.warehouse_path.stat().st_size < size
    assert (taken / "warehouse.duckdb").stat().st_size == full.warehouse_path.stat().st_size
    assert contents(full) | before == contents(full), "and holds the same"
    back_up(full, tmp_path / "place", on_progress=said.append)
    assert sum("packed the warehouse" in message for message in said) == 1, "once a week"
    done = rapport(full.home, "pack")
    assert (done.returncode, "MB now" in done.stdout) == (0, True), done.stderr


def test_a_place_belongs_to_one_home(full: Settings, tmp_path: Path) -> None:
    back_up(full, tmp_path / "place")
    other = home_of.make_home(tmp_path / "another")
    home_of.bring_in(other, tmp_path)
    with pytest.raises(BackupFailed, match="backups of another home"):
        back_up(other, tmp_path / "place", keep=1)
    assert len(backups_in(tmp_path / "place")) == 1
    with pytest.raises(BackupFailed, match="nothing to back up"):
        back_up(load_settings(tmp_path / "empty"))


def test_the_commands_say_what_they_did_and_ask_first(full: Settings, tmp_path: Path) -> None:
    place = tmp_path / "place"
    done = rapport(full.home, "backup", "--to", str(place))
    assert done.returncode == 0, done.stderr
    [taken] = backups_in(place)
    assert f"rapport restore {taken}" in done.stdout and "on the disk of the home" in done.stdout
    refused = rapport(full.home, "restore", str(taken))
    assert (refused.returncode, "--yes" in refused.stderr) == (2, True)
    done = rapport(full.home, "restore", str(taken), "--yes")
    assert (done.returncode, "is as it was at" in done.stdout) == (0, True), done.stderr
    for command in ("backup", "restore"):
        assert "Example" in rapport(full.home, command, "--help").stdout


def test_a_rapport_toml_that_cannot_be_read_is_replaced_like_the_rest(
    full: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(full)
    taken = back_up(full, tmp_path / "place").path
    monkeypatch.setenv("RAPPORT_HOME", str(full.home))
    for broken in (b"# caf\xe9\n", b'[privacy]\npublished = "nobody"\n', b"[[clients]\n"):
        (full.home / "rapport.toml").write_bytes(broken)
        found = settings_for(taken)
        assert (found.home, found.config) == (full.home, full.config), "the backup's own stands in"
        assert "rapport.toml" in would_replace(found, taken), "it is asked for"
    done = rapport(full.home, "restore", str(taken), "--yes")
    assert done.returncode == 0 and "rapport.toml, which can't be read" in done.stderr, done.stderr
    assert contents(full) == before


@pytest.mark.slow
def test_killed_at_every_step_a_rerun_ends_well(full: Settings, tmp_path: Path) -> None:
    place = tmp_path / "place"
    before = contents(full)
    messages: list[str] = []
    first = back_up(full, place, 1, messages.append).path
    for step in range(0, len(messages), 3):
        killed_at(step, back_up, full, place, 1)
        assert backups_in(place) == [first], messages[step]
    taken = back_up(full, place, 1).path
    assert [entry.name for entry in place.iterdir()] == [taken.name], "and nothing half made"

    (full.home / "warehouse.duckdb").write_bytes(b"lost")
    (full.home / "outcomes.csv").unlink()
    shutil.copytree(full.home, tmp_path / "damaged")
    messages.clear()
    restore(full, taken, erase_home, messages.append)
    assert contents(full) == before
    assert sum("put" in message for message in messages) >= 6
    # every third: each takes seconds, and moving part by part has many alike
    for step in range(1, len(messages), 3):
        shutil.rmtree(full.home)
        shutil.copytree(tmp_path / "damaged", full.home)
        killed_at(step, restore, full, taken, erase_home)
        if (full.restore_dir / "swap.json").exists():
            with pytest.raises(RapportError, match="stopped half-way"), hold(full):
                pass
        restore(full, taken, erase_home)
        assert contents(full) == before, messages[step]
        assert not full.restore_dir.exists()


def test_a_list_kept_by_hand_is_not_replaced_unasked(full: Settings, tmp_path: Path) -> None:
    taken = back_up(full, tmp_path / "place").path
    there = tmp_path / "other"
    there.mkdir()
    (there / "rapport.toml").write_text("# written since\n", encoding="utf-8")
    assert would_replace(load_settings(there), taken) == ["rapport.toml"]
    (there / "rapport.toml").write_bytes((taken / "rapport.toml").read_bytes())
    assert would_replace(load_settings(there), taken) == []
