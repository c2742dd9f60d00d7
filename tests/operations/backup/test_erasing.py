"""What was erased is in no backup, wherever it lies, and no restore brings it back."""

import hashlib
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extractors.files import importer, notes, outcomes
from extractors.raw import raw_tombstones
from extractors.state import state_copy
from extractors.state.store import open_state
from operations.backup.files import backups_in, read_manifest, verify
from operations.backup.restore import restore
from operations.backup.take import back_up
from operations.erasure import everywhere as erasure
from operations.erasure.everywhere import erase_home
from rapport.config import Settings, load_settings
from rapport.errors import BackupFailed, WarehouseBusy
from rapport.warehouse import connect, hold
from tests.operations import erasure_home as home_of
from tests.operations.forks import killed_at

OUTCOME = {"client_id": "lab", "kind": "call", "occurred_date": "2026-11-20", "handle": f"@{home_of.HANDLE}",
           "consent_basis": "consent", "note": home_of.SECRET}  # fmt: skip


def named(settings: Settings) -> Settings:
    """The home where rapport.toml names the account, and an outcome tells of it."""
    home_of.make_home(settings.home, home_of.CONFIG + home_of.JOINT)
    outcomes.add(settings, [outcomes.new(settings, **OUTCOME)])
    return load_settings(settings.home)


def unnamed(settings: Settings) -> Settings:
    """As the refusal to erase an account asks for: no longer in rapport.toml."""
    return home_of.make_home(settings.home)


def elsewhere(folder: Path) -> list[str]:
    return home_of.found_in(folder, home_of.OF_THE_ACCOUNT)


def is_held(settings: Settings) -> bool:
    """Whether a backup would have to wait for its turn."""
    try:
        with hold(settings, 0):
            return False
    except (RuntimeError, WarehouseBusy):
        return True


def test_it_goes_from_every_backup(copy: Settings, tmp_path: Path) -> None:
    settings = named(copy)
    place = tmp_path / "other-disk"
    taken = [back_up(settings).path, back_up(settings, place).path]
    assert {place.split("/")[0].split(":")[0] for place in elsewhere(taken[1])} >= {
        "landing", "published", "warehouse.duckdb", "rapport.toml", "outcomes.csv", "notes.csv",
    }  # fmt: skip
    # what was published of notes about them, in the tables and as a list
    [note] = [note.note_id for note in notes.FILE.read(settings) if note.handle == f"@{home_of.HANDLE}"]
    assert {path.split(": ")[0] for path in home_of.found_in(taken[1], (note,))} >= {
        "notes.csv", "published/engagement.duckdb", "published/reports/lab/lists/notes.csv",
    }  # fmt: skip
    settings = unnamed(settings)
    done = erasure.erase(settings, accounts={home_of.SHY: "on request"})
    assert done.backup_count == 2
    assert elsewhere(settings.home) == [] and elsewhere(place) == []
    assert home_of.found_in(settings.home, (note,)) == [] and home_of.found_in(place, (note,)) == []
    for folder in taken:
        manifest = read_manifest(folder)
        verify(folder, manifest)  # whole, by a manifest that says what happened
        assert [erasure["files"] for erasure in manifest.erasures if "warehouse.duckdb" in erasure["files"]]
        assert not list(folder.glob("*.lock")) and not list(folder.glob("*-wal"))
    # nothing is left to do, and what was not asked for is still there
    assert erasure.erase(settings) == erasure.Erasure(0, 0, 0, 0)
    shutil.rmtree(settings.home)
    assert restore(load_settings(settings.home), taken[1], erase_home).is_erased
    settings = load_settings(settings.home)
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as con:
        posts = {post_id for (post_id,) in con.execute("select post_id from raw.posts").fetchall()}
    assert posts == {home_of.ROOT, home_of.AGREED, home_of.THANKED, home_of.QUOTED}
    assert elsewhere(settings.home) == []


def test_a_file_of_a_backup_is_read_once_and_again_what_an_erasure_changed(
    copy: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = back_up(copy, tmp_path / "place").path
    read: Counter[str] = Counter()
    hashed = hashlib.file_digest

    def counted(file: Any, digest: str) -> Any:
        if (path := Path(file.name)).is_relative_to(folder):
            read[str(path.relative_to(folder))] += 1
        return hashed(file, digest)

    monkeypatch.setattr(hashlib, "file_digest", counted)
    erasure.erase(copy, {home_of.SPOKEN: "on request"})
    manifest = read_manifest(folder)
    changed = {*manifest.erasures[0]["files"]}
    left = manifest.files.keys() - changed
    assert any(path.startswith("landing/") for path in changed) and len(left) > 10
    assert {path: read[path] for path in left} == dict.fromkeys(left, 1)
    verify(folder, manifest)


def test_a_backup_out_of_reach_is_caught_up_with(copy: Settings, tmp_path: Path) -> None:
    place, away = tmp_path / "usb-stick", tmp_path / "drawer"
    taken = back_up(copy, place).path
    place.rename(away)
    said: list[str] = []
    assert erasure.erase(copy, {home_of.SPOKEN: "on request"}, on_progress=said.append).backup_count == 0
    assert [message for message in said if "usb-stick can't be reached" in message]
    assert home_of.found_in(away, home_of.OF_THE_POST)
    away.rename(place)
    assert erasure.erase(copy).backup_count == 1  # the DAG does it every day
    assert home_of.found_in(place, home_of.OF_THE_POST) == []
    verify(taken, read_manifest(taken))


def test_a_backup_taken_during_an_erasure_does_not_keep_it(copy: Settings, tmp_path: Path) -> None:
    """Its state has the tombstone, its landing and its tables have the text still: whoever holds what when."""
    place = tmp_path / "place"
    taken: list[tuple[str, Path]] = []

    def back_up_now(message: str) -> None:
        if len(taken) > 4 or message.startswith("backup ") or is_held(copy):
            return
        taken.append((message, back_up(copy, place, keep=20).path))

    erasure.erase(copy, {home_of.SPOKEN: "on request"}, on_progress=back_up_now)
    assert {message.split()[0] for message, _ in taken} >= {"tombstones", "landing:"}
    assert home_of.found_in(place, home_of.OF_THE_POST) == []
    back_up(copy, place, keep=20)
    erasure.erase(copy)
    assert erasure.erase(copy).backup_count == 0
    assert home_of.found_in(place, home_of.OF_THE_POST) == []
    for _, folder in taken:
        verify(folder, read_manifest(folder))


@pytest.mark.parametrize("known_to", ["state.sqlite", "warehouse.duckdb", "a newer backup"])
def test_a_restore_brings_nothing_back(
    copy: Settings, published: Path, tmp_path: Path, known_to: str
) -> None:
    """Of a backup that no erasure could reach, by whatever remembers the erasure."""
    settings = named(copy)
    back_up(settings, tmp_path / "place")
    shutil.copytree(tmp_path / "place", tmp_path / "drawer")
    shutil.rmtree(tmp_path / "place")
    settings = unnamed(settings)
    erasure.erase(settings, accounts={home_of.SHY: "on request"})
    [taken] = backups_in(tmp_path / "drawer")
    assert elsewhere(taken)
    if known_to == "a newer backup":
        back_up(settings, tmp_path / "drawer")
        shutil.rmtree(settings.home)
    else:
        for path in settings.home.glob("*"):
            if path.name not in (known_to, "rapport.toml"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    settings = load_settings(settings.home)
    assert restore(settings, taken, erase_home).is_erased
    settings = load_settings(settings.home)
    assert elsewhere(settings.home) == []
    assert outcomes.read(settings) == []
    importer.import_files(settings, [published / "conversation.jsonl"])
    assert elsewhere(settings.home) == []


def test_who_came_back_before_the_backup_is_not_erased_from_it(copy: Settings) -> None:
    """An older backup beside it still says that they were gone."""
    erasure.erase(copy, {}, {home_of.SHY: "the network: suspended"})
    older = back_up(copy).path
    with open_state(copy) as state, connect(copy) as connection:
        raw_tombstones.lift(state, connection, "x", [home_of.SHY])
    newer = back_up(copy).path
    assert not restore(copy, newer, erase_home).is_erased
    assert not state_copy.tombstones_of(copy).get(("account", home_of.SHY))
    assert older.exists()


def test_a_damaged_backup_is_kept_and_the_erasure_stays_open(copy: Settings) -> None:
    """It may be the only one there is: what becomes of it is for people to say."""
    taken = back_up(copy).path
    page = next((taken / "landing").rglob("*.zst"))
    page.unlink()
    page.write_bytes(b"cut")
    with pytest.raises(BackupFailed, match="could not be taken out of") as caught:
        erasure.erase(copy, {home_of.SPOKEN: "on request"})
    assert "SHA-256" in caught.value.detail
    shutil.rmtree(taken)
    erasure.erase(copy)
    assert home_of.found_in(copy.home, home_of.OF_THE_POST) == []


def test_a_backup_that_somebody_looks_into_is_not_taken_for_damaged(copy: Settings) -> None:
    taken = back_up(copy).path
    looks = (
        "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", looks, str(taken / "warehouse.duckdb")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as somebody:  # fmt: skip
        assert somebody.stdout and somebody.stdout.readline() == "open\n"
        with pytest.raises(BackupFailed, match="could not be taken out of"):
            erasure.erase(copy, {home_of.SPOKEN: "on request"})
        assert (taken / "manifest.json").exists()
        somebody.kill()
    assert erasure.erase(copy).backup_count == 1
    assert home_of.found_in(copy.home, home_of.OF_THE_POST) == []


def test_a_home_that_lost_the_list_of_its_backups_finds_those_in_their_usual_place(copy: Settings) -> None:
    taken = back_up(copy).path
    (copy.home / "backups.json").unlink()
    assert erasure.erase(copy, {home_of.SPOKEN: "on request"}).backup_count == 1
    assert home_of.found_in(taken, home_of.OF_THE_POST) == []


def test_a_backup_that_cannot_be_rewritten_keeps_the_erasure_open(copy: Settings) -> None:
    bad, good = back_up(copy).path, back_up(copy).path
    manifest = (bad / "manifest.json").read_text()
    (bad / "manifest.json").write_text(manifest.replace('"format_version": 1', '"format_version": 2'))
    with pytest.raises(BackupFailed, match=r"could not be taken out of .*version 2"):
        erasure.erase(copy, {home_of.SPOKEN: "on request"})
    assert home_of.found_in(good, home_of.OF_THE_POST) == [], "the others are not made to wait for it"
    (bad / "manifest.json").write_text(manifest)
    assert erasure.erase(copy).backup_count == 1
    assert home_of.found_in(copy.home, home_of.OF_THE_POST) == []


def test_a_state_store_on_postgres(copy: Settings, tmp_path: Path, postgres_url: str) -> None:
    """It is copied as rows: a disk is lost, the database stands and knows what was erased since."""
    settings = replace(copy, state_url=postgres_url)
    with open_state(settings) as state:
        state.remember_handles("x", {"agreeable": home_of.OTHER})
        state.remember_gone("x", {"77": "deleted"})
    taken = back_up(settings, tmp_path / "place").path
    shutil.move(tmp_path / "place", tmp_path / "drawer")
    erasure.erase(settings, {home_of.SPOKEN: "on request"})
    with open_state(settings) as state:
        state.remember_gone("x", {"78": "after the backup"})
    shutil.rmtree(settings.home)
    assert restore(settings, tmp_path / "drawer" / taken.name, erase_home).is_erased
    with open_state(settings) as state:
        assert state.gone("x", ["77", "78", home_of.SPOKEN]) == {"77", home_of.SPOKEN}
        assert state.account_ids("x", ["agreeable"]) == {"agreeable": home_of.OTHER}
    assert not (settings.home / "state.sqlite").exists()
    assert home_of.found_in(settings.home, home_of.OF_THE_POST) == []


@pytest.mark.slow
def test_killed_within_a_backup_it_is_finished_or_restored_without(copy: Settings, tmp_path: Path) -> None:
    settings = named(copy)
    taken = back_up(settings).path
    settings = unnamed(settings)
    shutil.copytree(settings.home, tmp_path / "before")
    messages: list[str] = []
    erasure.erase(settings, accounts={home_of.SHY: "on request"}, on_progress=messages.append)
    # Each costs two erasures: before and after the handles can be known from the tables.
    telling = ("landing: ", "the file rewritten")
    steps = [
        message
        for message in messages
        if message.startswith("backup ") and any(words in message for words in telling)
    ]
    assert len(steps) == 2
    for step in steps:
        shutil.rmtree(settings.home)
        shutil.copytree(tmp_path / "before", settings.home)
        killed_at(step, erasure.erase, settings, accounts={home_of.SHY: "on request"})
        assert read_manifest(taken).is_being_erased
        # the home is lost before the erasure could go on: the backup alone knows what there is to erase
        alone = load_settings(tmp_path / f"alone-{steps.index(step)}")
        (alone.home / "backups").mkdir(parents=True)
        restore(alone, shutil.copytree(taken, alone.home / "backups" / taken.name), erase_home)
        shutil.rmtree(alone.home / "backups")
        assert elsewhere(alone.home) == [], step
        erasure.erase(settings)
        verify(taken, read_manifest(taken))
        assert elsewhere(settings.home) == [], step
