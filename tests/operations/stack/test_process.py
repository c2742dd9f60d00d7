"""Processes that must not be left behind, played by real ones that resist."""

import os
import socket
import sys
import time
from pathlib import Path

import psutil
import pytest

from operations.stack.errors import StackError
from operations.stack.process import Child, Leader, cut, free_port, leader_of, stop

# A parent that ignores SIGTERM and a grandchild in a process group of its own, as Airflow's tasks are.
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = "import os, signal, time; os.setpgid(0, 0); signal.signal(signal.SIGTERM, signal.SIG_IGN);"
child += "print('up', flush=True); time.sleep(60)"
process = subprocess.Popen([sys.executable, "-c", child], stdout=subprocess.PIPE)
process.stdout.readline()
print(process.pid, flush=True)
time.sleep(60)
"""


def _child(tmp_path: Path, code: str) -> Child:
    return Child("thing", [sys.executable, "-c", code], os.environ, tmp_path / "thing.log", tmp_path)


def _first_line(path: Path) -> str:
    for _ in range(6000):
        if text := path.read_text():
            return text.splitlines()[0]
        time.sleep(0.05)
    raise AssertionError(f"{path} stayed empty")


def _is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_what_ignores_sigterm_is_killed_with_all_it_started(tmp_path: Path) -> None:
    child = _child(tmp_path, STUBBORN)
    grandchild = int(_first_line(child.log_path))
    assert os.getpgid(grandchild) != os.getpgid(child.leader.pid)
    assert stop([child.leader], limit_seconds=0.5) == ["thing"]
    assert _is_gone(child.leader.pid) and _is_gone(grandchild)


def test_grandchildren_of_a_dead_parent_are_found(tmp_path: Path) -> None:
    child = _child(tmp_path, STUBBORN)
    grandchild = int(_first_line(child.log_path))
    psutil.Process(child.leader.pid).kill()
    child._process.wait()
    stop([child.leader], limit_seconds=0.5)
    assert _is_gone(grandchild)


def test_what_ends_when_asked_is_not_killed(tmp_path: Path) -> None:
    child = _child(tmp_path, "import time; time.sleep(60)")
    assert stop([child.leader], limit_seconds=5) == []
    assert stop([child.leader]) == [], "stopping twice is harmless"


def test_a_recycled_process_id_is_left_alone() -> None:
    somebody_else = leader_of("me", os.getpid())
    stale = Leader("old", somebody_else.pid, somebody_else.created - 3600)
    assert not stale.is_alive()
    assert stop([stale]) == []


def test_an_unexpected_end_tells_the_end_of_the_log(tmp_path: Path) -> None:
    child = _child(tmp_path, "raise SystemExit('the port is taken')")
    child._process.wait()
    with pytest.raises(StackError, match=r"thing ended by itself \(exit code 1\)") as caught:
        child.require_running()
    assert "the port is taken" in str(caught.value)


def test_a_long_log_is_cut_while_it_is_written(tmp_path: Path) -> None:
    code = "import time\nfor n in range(10**6): print('line', n, flush=True); time.sleep(0 if n < 1000 else 0.01)"
    child = _child(tmp_path, code)
    try:
        for _ in range(6000):
            if "line 1000\n" in child.log_path.read_text():
                break
            time.sleep(0.05)
        assert cut(child.log_path, limit=4000) and not cut(child.log_path, limit=4000)
        assert child.log_path.stat().st_size < 4000
        time.sleep(0.2)
        numbers = [int(line.split()[1]) for line in child.log_path.read_text().splitlines()]
        assert numbers[0] > 500 and numbers[-1] > 1000 and numbers == sorted(set(numbers))
    finally:
        stop([child.leader])


def test_a_port_in_use() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StackError, match=f"port {port} on 127.0.0.1 is in use"):
            free_port(wanted=port)
        assert free_port(preferred=port) not in (0, port)


def test_a_free_port_is_none_that_the_system_gives_away() -> None:
    """Its server starts later: whoever asks the system for any port meanwhile must not get this one."""
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert {free_port() < first for _ in range(50)} == {True}
