"""Starts and stops child processes, each in a session of its own, so that no process is left behind.

Airflow puts every task into a process group of its own. A signal to a component's group alone would leave its tasks
running, and a dbt that they have started. The session id is inherited by all of them.
"""

import contextlib
import fcntl
import os
import random
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import psutil

from operations.stack.errors import StackError

LOCALHOST = "127.0.0.1"
# A server takes the port that was found for it some seconds later. From 32768 on the system gives ports to whoever
# asks for any: those are taken meanwhile by another program's server or call, these are not.
_NOT_GIVEN_AWAY = range(20_000, 32_768)
# Airflow's components end within 6 s on an idle machine. A running task is not worth a longer wait.
STOP_SECONDS = 20.0
TAIL_LINES = 25
# The api-server writes a line for each request: some megabytes a day.
LOG_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Leader:
    """The first process of a session, which can be identified even after our own process has crashed.

    `created` is its start in epoch seconds, because the system reuses process ids.
    """

    name: str
    pid: int
    created: float

    def is_alive(self) -> bool:
        """Whether this process still runs (a zombie does not)."""
        try:
            process = psutil.Process(self.pid)
            return abs(process.create_time() - self.created) < 1 and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False

    def is_replaced(self) -> bool:
        """Whether another process has this id by now. Its session is then not ours."""
        try:
            return abs(psutil.Process(self.pid).create_time() - self.created) >= 1
        except psutil.Error:
            return False


class Child:
    """A long-running command that writes to a log file, which starts anew or goes on (`is_again`)."""

    def __init__(
        self, name: str, command: Sequence[str], env: Mapping[str, str], log_path: Path, cwd: Path,
        is_again: bool = False,
    ) -> None:  # fmt: skip
        log_path.parent.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.log_path = log_path
        if not is_again:
            log_path.unlink(missing_ok=True)
        # Appending lets the file be cut while the command writes to it.
        with log_path.open("ab") as log:
            # The commands consist of sys.executable and constants, never of user input.
            self._process = subprocess.Popen(  # noqa: S603
                list(command), env=dict(env), cwd=cwd, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        self.leader = leader_of(name, self._process.pid)

    def exit_code(self) -> int | None:
        """None as long as it runs."""
        return self._process.poll()

    def why_ended(self) -> str | None:
        """ "exit code 1" or "killed by SIGKILL"; None as long as it runs."""
        code = self.exit_code()
        if code is None:
            return None
        return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"

    def require_running(self) -> None:
        """Raises StackError with the end of the log if the process has ended."""
        why = self.why_ended()
        if why is not None:
            raise StackError(
                f"{self.name} ended by itself ({why}); its log ends:\n{tail(self.log_path)}",
                f"read the whole of {self.log_path}; then start again",
            )


def leader_of(name: str, pid: int) -> Leader:
    """The running process of that id."""
    try:
        return Leader(name, pid, float(psutil.Process(pid).create_time()))
    except psutil.Error:
        return Leader(name, pid, time.time())


def stop(leaders: Iterable[Leader], limit_seconds: float = STOP_SECONDS) -> list[str]:
    """Ends the sessions: sends SIGTERM to every process in them, and SIGKILL after the limit.

    Returns the names of those that had to be killed. Processes that have ended already are no error.
    """
    wanted = [leader for leader in leaders if not leader.is_replaced()]
    _signal(_members(wanted), signal.SIGTERM)
    deadline = time.monotonic() + limit_seconds
    while members := _members(wanted):
        if time.monotonic() > deadline:
            killed = sorted({leader.name for leader in wanted if _members([leader])})
            # Twice, because a process may start between the listing and the signal.
            for _ in range(2):
                _signal(members, signal.SIGKILL)
                psutil.wait_procs([p for p in map(_process, members) if p], timeout=2)
                members = _members(wanted)
            return killed
        time.sleep(0.1)
    return []


def free_port(wanted: int | None = None, preferred: int | None = None) -> int:
    """A free TCP port on loopback.

    It is `wanted`, and a StackError if that one is in use. Else `preferred` if it is free, or one by chance.
    """
    for port in (wanted or preferred, *random.SystemRandom().sample(_NOT_GIVEN_AWAY, 20)):
        if port is None:
            continue
        with contextlib.closing(socket.socket()) as probe:
            # As the servers do: a port that is in TIME_WAIT after the last run counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOCALHOST, port))
            except OSError as problem:
                if port == wanted:
                    raise StackError(
                        f"port {port} on {LOCALHOST} is in use by another program",
                        "choose another with --port, or leave it out and a free one is taken",
                    ) from problem
                continue
            return port
    raise StackError("no free TCP port on loopback", "close some programs that listen on ports")


def tail(path: Path, lines: int = TAIL_LINES) -> str:
    """The last lines of a log file, indented; "(empty)" if there are none."""
    try:
        found = path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    except OSError:
        found = []
    return "\n".join(f"    {line}" for line in found) or "    (empty)"


def cut(path: Path, limit: int = LOG_BYTES) -> bool:
    """Cuts a log that has grown over the limit to its newer half, while its process goes on appending to it.

    What is written within these milliseconds may be lost. True if it was cut.
    """
    if not path.exists() or path.stat().st_size <= limit:
        return False
    with _locked(path) as file:
        file.seek(-limit // 2, os.SEEK_END)
        file.readline()  # the rest of a line
        kept = file.read()
        file.truncate(0)
        file.seek(0)
        file.write(kept)
    return True


def blank(path: Path, pattern: "re.Pattern[bytes]") -> bool:
    """Writes underscores over what the pattern finds in a log, while its process goes on appending to it: no byte
    moves, so nothing is lost. True if something was found.
    """
    with _locked(path) as file:
        found = [match.span() for match in pattern.finditer(file.read())]
        for start, end in found:
            file.seek(start)
            file.write(b"_" * (end - start))
    return bool(found)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[BinaryIO]:
    """A log to be changed: whoever cuts it moves what another would write over."""
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.Error:
        return None


def _members(leaders: Iterable[Leader]) -> list[int]:
    """Ids of the running processes in the leaders' sessions (zombies have ended already)."""
    sessions = {leader.pid for leader in leaders}
    found = []
    for process in psutil.process_iter(["pid", "status"]):
        try:
            if os.getsid(process.pid) in sessions and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except OSError:
            continue
    return found


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
