"""The warm process: has imported dbt, has parsed the project, and forks for every call: see warm.py.

Run as `python -m tests.support.warm_server FOLDER`; listens on FOLDER/socket until that is gone.
"""

import gc
import json
import os
import select
import shutil
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager

from modelling import dbt_process
from tests.paths import ROOT

PARSED = "partial_parse.msgpack"
# What the last test run parsed: dbt parses only what has changed since.
KEPT = ROOT / ".pytest_cache" / "dbt" / PARSED
LOOKS_AROUND_SECONDS = 1.0


def main(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket"))
        listener.listen()
        sys.stdout.write(".")
        sys.stdout.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        parsed: Path | None = None
        while (folder / "socket").exists():
            ready, _, _ = select.select([listener], [], [], LOOKS_AROUND_SECONDS)
            _collect()
            if not ready:
                continue
            caller, _ = listener.accept()
            with caller:
                request, outputs = _read(caller)
                if request is None:
                    continue
                if parsed is None:
                    parsed = _parse(folder, request)
                if os.fork() == 0:
                    os._exit(_watch(caller, outputs, request, parsed))
            for descriptor in outputs:
                os.close(descriptor)


def _read(caller: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """What is asked for, and the caller's stdin, stdout and stderr."""
    text, outputs, _, _ = socket.recv_fds(caller, 1 << 16, 3)
    while text and not text.endswith(b"\n"):
        more = caller.recv(1 << 16)
        if not more:
            break
        text += more
    return (json.loads(text) if text.endswith(b"\n") else None), outputs


def _parse(folder: Path, request: dict[str, Any]) -> Path | None:
    """Parses the project that the first call is about, as that one would; the file in which dbt keeps what it found.

    None if it can't be parsed: the call itself will say why.
    """
    target = folder / "target"
    target.mkdir(exist_ok=True)
    if KEPT.exists():
        shutil.copy(KEPT, target)
    os.environ.update(request["environment"])
    of_the_project = request["arguments"][request["arguments"].index("--project-dir") :]
    here = ["--log-level", "none", "--log-path", str(target), "parse", *of_the_project]
    here[here.index("--target-path") + 1] = str(target)
    # Not here: dbt reads models with threads of Rust's, and a fork of a process that has such waits for them for ever.
    if (reader := os.fork()) == 0:
        os._exit(dbt_process.main(here))
    if os.waitpid(reader, 0)[1]:
        return None
    dbt_process.main(here)  # reads what was parsed, and needs no threads for it
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    draft = KEPT.with_suffix(f".{os.getpid()}")
    shutil.copy(target / PARSED, draft)
    draft.replace(KEPT)
    return target / PARSED


def _watch(caller: socket.socket, outputs: list[int], request: dict[str, Any], parsed: Path | None) -> int:
    """Runs dbt in a fork of its own, and tells the caller how it ended; a caller that is gone takes it along."""
    end_is_here, end_is_there = os.pipe()  # the worker holds one end, and lets go of it however it ends
    worker = os.fork()
    if worker == 0:
        caller.close()
        _work(outputs, request, parsed)
    for descriptor in (*outputs, end_is_there):
        os.close(descriptor)
    ready, _, _ = select.select([end_is_here, caller], [], [])
    if end_is_here not in ready:
        os.kill(worker, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])
    if end_is_here in ready:
        caller.sendall(str(code).encode())
    return 0


def _work(outputs: list[int], request: dict[str, Any], parsed: Path | None) -> None:
    for number, descriptor in enumerate(outputs):
        os.dup2(descriptor, number)
        os.close(descriptor)
    code = 3
    try:
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        own = Path(_given(request, "--target-path"), PARSED)
        if (
            parsed and not own.exists()
        ):  # dbt sees for itself whether it is of this project, and parses anew if not
            own.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(parsed, own)
        code = dbt_process.main(request["arguments"])
        # as a process does that ends by itself: else the warehouse's log stays beside it, unwritten
        DuckDBConnectionManager.close_all_connections()
        gc.collect()
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001  told as Python tells it, and the process ends
        traceback.print_exc()
    finally:
        os._exit(code)


def _given(request: dict[str, Any], option: str) -> str:
    """The value of an option of dbt."""
    return str(request["arguments"][request["arguments"].index(option) + 1])


def _collect() -> None:
    """Lets forks that have ended go."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


if __name__ == "__main__":
    main(Path(sys.argv[1]))
