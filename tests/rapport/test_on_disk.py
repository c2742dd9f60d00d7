"""Files that are there whole or not at all."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rapport.on_disk import put_database_in_place, write_bytes

KILLED = """
import os, signal, sys
from pathlib import Path
from rapport.on_disk import write_bytes
os.fsync = lambda file: os.kill(os.getpid(), signal.SIGKILL)
write_bytes(Path(sys.argv[1]), b"new")
"""


def test_killed_while_writing_the_old_file_stands_and_the_next_write_leaves_nothing_beside_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"old")
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    assert [other.name for other in tmp_path.iterdir() if other != path] == [".list.csv.tmp"]
    write_bytes(path, b"newer")
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"newer"


def test_what_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"old")

    def full_disk(_: int) -> None:
        raise OSError("no room")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="no room"):
        write_bytes(path, b"new", is_shared=True)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"old"


def test_who_may_read_it_is_settled_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, modes = tmp_path / "outcomes.csv", []
    real = Path.open

    def opened(self: Path, *args: str) -> object:
        modes.append(self.stat().st_mode & 0o777)
        return real(self, *args)

    monkeypatch.setattr(Path, "open", opened)
    write_bytes(path, b"about somebody", mode=0o600)
    assert modes == [0o600]
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_log_of_the_old_database_goes(tmp_path: Path) -> None:
    """Of somebody who opened the published file for writing: DuckDB would apply it to the new file."""
    path, draft = tmp_path / "published.duckdb", tmp_path / "draft"
    (tmp_path / "published.duckdb.wal").write_bytes(b"a log")
    draft.write_bytes(b"new")
    put_database_in_place(draft, path)
    assert list(tmp_path.iterdir()) == [path]
