"""One process at a time: the second waits, says so, and gives up with a remedy."""

import logging
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from rapport import warehouse
from rapport.config import Settings, load_settings
from rapport.errors import Damaged, RapportError, WarehouseBusy
from rapport.warehouse import connect, free_share, pack_if_due, rewrite

HOLDER = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from rapport.config import load_settings
    from rapport.warehouse import connect

    with connect(load_settings(Path(sys.argv[1]))) as connection:
        connection.execute("create table held as select 1 as one")
        print("holding", flush=True)
        sys.stdin.read()
    """
)


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "holding"
    yield process
    process.kill()
    process.wait()


def test_a_second_process_gives_up_with_a_remedy(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with (
        pytest.raises(WarehouseBusy, match="in use by another process") as caught,
        connect(load_settings(tmp_path), wait_seconds=0.2),
    ):
        pass
    assert "then run this again" in caught.value.remedy


def test_a_second_process_waits_for_its_turn(
    tmp_path: Path,
    holder: subprocess.Popen[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("rapport.warehouse.REMIND_SECONDS", 0.2)

    class LetGo(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            assert holder.stdin is not None
            holder.stdin.close()  # the holder ends only once the waiting was said

    log = logging.getLogger("rapport.warehouse")
    log.addHandler(handler := LetGo())
    caplog.set_level(logging.INFO, "rapport.warehouse")
    try:
        with connect(load_settings(tmp_path), wait_seconds=30) as connection:
            assert connection.execute("select one from held").fetchall() == [(1,)]
    finally:
        log.removeHandler(handler)
    assert "waiting for" in caplog.text


def test_a_killed_holder_leaves_no_lock_behind(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    with connect(load_settings(tmp_path), wait_seconds=5) as connection:
        assert connection.execute("select current_setting('timezone')").fetchall() == [("UTC",)]


def test_reading_what_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with (
        pytest.raises(RapportError, match="no warehouse") as caught,
        connect(load_settings(tmp_path), read_only=True),
    ):
        pass
    assert "rapport load" in caught.value.remedy


def test_a_file_that_others_opened_directly_is_named(tmp_path: Path) -> None:
    opener = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1]); c.execute('create table t as select 1');"
        "print('open', flush=True); sys.stdin.read()"
    )
    path = load_settings(tmp_path).warehouse_path
    with subprocess.Popen(
        [sys.executable, "-c", opener, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline().strip() == "open"
        with (
            pytest.raises(WarehouseBusy, match="can't be opened") as caught,
            connect(load_settings(tmp_path)),
        ):
            pass
        process.stdin.close()
    assert "published" in caught.value.remedy


@pytest.mark.parametrize("left", [0, 100, 12_288, None], ids=["nothing", "a header", "no end", "garbage"])
def test_a_damaged_file_is_called_so(left: int | None, tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    with connect(settings) as connection:
        connection.execute("create table t as select range as i, repeat('x', 50) as t from range(100000)")
    if left is None:
        settings.warehouse_path.write_bytes(b"\x1b[2J" * 10_000)
    else:
        os.truncate(settings.warehouse_path, left)
    for read_only in (True, False):
        with pytest.raises(Damaged, match="is damaged") as caught, connect(settings, read_only):
            pass
        assert "rapport restore" in caught.value.remedy and "rapport load" in caught.value.remedy


def test_damage_within_shows_when_it_is_read(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    with connect(settings) as connection:
        connection.execute("create table t as select range as i, hash(range) as t from range(1000000)")
    with settings.warehouse_path.open("r+b") as file:
        file.seek(settings.warehouse_path.stat().st_size // 4)
        file.write(b"\x00wrong" * 100_000)
    with pytest.raises(Damaged), connect(settings, read_only=True) as connection:
        connection.execute("select bit_xor(t) from t").fetchall()


# Packs the warehouse, and is killed before or after the new file is put in place, or some milliseconds after it began.
PACKER = textwrap.dedent(
    """
    import os, signal, sys, threading, time
    from pathlib import Path
    from rapport import warehouse
    from rapport.config import load_settings

    def die():
        os.kill(os.getpid(), signal.SIGKILL)

    def die_after(milliseconds):
        time.sleep(milliseconds / 1000)
        die()

    put = warehouse.put_database_in_place
    when = sys.argv[2]
    if when == "before":
        warehouse.put_database_in_place = lambda *paths: die()
    elif when == "after":
        warehouse.put_database_in_place = lambda *paths: (put(*paths), die())
    else:
        threading.Thread(target=die_after, args=[int(when)], daemon=True).start()
    warehouse.rewrite(load_settings(Path(sys.argv[1])))
    die()
    """
)


@pytest.fixture
def unpacked(tmp_path: Path) -> Settings:
    """A warehouse of which most is free, and a word in it that was deleted."""
    settings = load_settings(tmp_path)
    with connect(settings) as connection:
        connection.execute(
            "create table kept as select range as number, hash(range) as it from range(300_000)"
        )
        connection.execute(
            "create table gone as select 'forgettable ' || hash(range) as it from range(500_000)"
        )
        connection.execute("checkpoint")
        connection.execute("drop table gone")
    return settings


def content(settings: Settings) -> list[tuple[int, ...]]:
    with connect(settings) as connection:
        return connection.execute("select count(*), sum(number), bit_xor(it) from kept").fetchall()


def left(settings: Settings) -> list[str]:
    """What lies beside the warehouse."""
    return sorted(path.name for path in settings.home.glob("warehouse.duckdb.*"))


def test_what_a_killed_packing_has_left_goes_with_the_next_look(unpacked: Settings) -> None:
    fresh = str(unpacked.warehouse_path) + ".fresh"
    Path(fresh).write_bytes(b"every text")
    Path(fresh + ".wal").write_bytes(b"the last of them")
    Path(fresh + ".tmp").mkdir()
    with connect(unpacked, read_only=True):
        assert left(unpacked) == ["warehouse.duckdb.lock"]


@pytest.mark.parametrize("when", ["before", "after", "1", "40", "120"])
def test_killed_while_it_is_packed_a_warehouse_is_whole(when: str, unpacked: Settings) -> None:
    before, size = content(unpacked), unpacked.warehouse_path.stat().st_size
    done = subprocess.run([sys.executable, "-c", PACKER, str(unpacked.home), when], check=False)
    assert done.returncode == -signal.SIGKILL
    assert when != "before" or unpacked.warehouse_path.with_suffix(".duckdb.fresh").exists()
    assert content(unpacked) == before
    assert left(unpacked) == ["warehouse.duckdb.lock"]
    rewrite(unpacked)
    assert content(unpacked) == before
    assert unpacked.warehouse_path.stat().st_size < size / 2
    assert b"forgettable" not in unpacked.warehouse_path.read_bytes()
    assert left(unpacked) == ["warehouse.duckdb.lock"]


def test_packing_is_due_once_a_week_and_when_half_of_it_is_free(
    unpacked: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    assert not pack_if_due(unpacked, said.append), "a small file is not worth it"
    monkeypatch.setattr(warehouse, "PACK_FROM_BYTES", 0)
    assert pack_if_due(unpacked, said.append)
    assert not pack_if_due(unpacked, said.append)
    with connect(unpacked) as connection:
        connection.execute("update quality.packed set packed_at = packed_at - interval 8 days")
    assert pack_if_due(unpacked, said.append)
    with connect(unpacked) as connection:
        connection.execute("create table much as select hash(range) as it from range(3_000_000)")
        connection.execute("checkpoint")
        # behind the others: without it, the file would be cut where they end
        connection.execute("create table last as select hash(range) as it from range(500_000)")
        connection.execute("checkpoint")
        assert free_share(connection) < 0.1
        connection.execute("drop table much")
        connection.execute("checkpoint")
        assert free_share(connection) > 0.5
    assert pack_if_due(unpacked, said.append)
    assert [message.partition(":")[0] for message in said] == ["packed the warehouse"] * 3


def test_where_there_is_no_room_to_pack_the_old_file_stays(
    unpacked: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warehouse, "PACK_FROM_BYTES", 0)
    before, said = content(unpacked), []

    def refuse(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(warehouse, "put_database_in_place", refuse)
    assert not pack_if_due(unpacked, said.append)
    assert "No space left" in said[0] and "as it was" in said[0]
    assert content(unpacked) == before
    assert left(unpacked) == ["warehouse.duckdb.lock"]
