"""Does what `python -m modelling.dbt_process ARGUMENTS` does, by a fork of the warm process: see warm.py.

Run as `python -I -S warm_client.py FOLDER ARGUMENTS`, and quickly: it imports nothing but what it needs.
"""

import fcntl
import json
import os
import signal
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def connected(folder: Path) -> socket.socket:
    """A connection to the warm process, which is started if it is not there."""
    warm, address = socket.socket(socket.AF_UNIX), folder / "socket"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            warm.connect(str(address))
        except OSError:
            address.unlink(missing_ok=True)
            start(folder)
            warm.connect(str(address))
    return warm


def start(folder: Path) -> None:
    """Starts the warm process, and waits until it listens."""
    import subprocess

    log = folder / "log"
    with log.open("w") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.warm_server", str(folder)],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=written, start_new_session=True,
        )  # fmt: skip
    assert process.stdout
    if process.stdout.read(1) != b".":
        sys.exit(f"no warm process: {log.read_text()}")


def main(folder: Path, arguments: list[str]) -> None:
    request = {"arguments": arguments, "environment": dict(os.environ), "folder": str(Path.cwd())}
    with connected(folder) as warm:
        socket.send_fds(warm, [json.dumps(request).encode() + b"\n"], [0, 1, 2])
        answer = warm.recv(16)
    code = int(answer or 3)
    if code < 0:
        os.kill(os.getpid(), -code)
        signal.pause()
    sys.exit(code)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
