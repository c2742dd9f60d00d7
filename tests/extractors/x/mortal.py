"""Fetches and loads in a process of its own that can be told where to die. Run as a script by test_kill.py.

Reads a line with a JSON list of orders {"home", "url", "clients", "window", "run_id", "steps", "die", "now", "network",
"passwords"}; forks a child for each (so that a kill costs no start-up), writes their pids, waits for a line, lets them
go and writes their exit codes. A child dies of SIGKILL
- at the `at`-th line that it executes of what lies in the folders die["in"], or
- in the middle of writing the `at`-th landing file, half of whose bytes are then in the temporary file, or
- when the `at`-th answer has come, before it is in the ledger ("booking").
"""

import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from extractors.fetching import steps
from extractors.raw import raw_store
from extractors.state.budget import Purse
from extractors.x import streams
from rapport.config import Config, Settings
from rapport.networks import DEFAULT
from rapport.window import Window
from tests import clock
from tests.extractors.server import TOKEN
from tests.paths import ROOT


def settings_of(order: dict[str, Any]) -> Settings:
    home = Path(order["home"])
    return Settings(
        home=home,
        config_path=home / "rapport.toml",
        config=Config.model_validate({"clients": order["clients"]}),
        state_url=f"sqlite:///{home / 'state.sqlite'}",
        x_base_url=order["url"],
        x_bearer_token=SecretStr(TOKEN),
        bluesky_base_url=order["url"],
        bluesky_pds_url=order["url"],
        bluesky_app_passwords={
            handle: SecretStr(password) for handle, password in order.get("passwords", {}).items()
        },
        now=clock.Clock(datetime.fromisoformat(order["now"])) if "now" in order else clock.now,
    )


def work(order: dict[str, Any]) -> None:
    """The three waves, one after the other, and one load."""
    network = order.get("network", DEFAULT)
    settings, run_id = settings_of(order), order["run_id"]
    window = Window.parse(*order["window"])
    if "fetch" in order["steps"]:
        for plan in (
            lambda: steps.plan_accounts(network, settings),
            lambda: steps.plan_threads(network, settings, window, run_id),
            lambda: steps.plan_missing(network, settings, window, run_id),
        ):
            for spec in plan():
                steps.fetch(network, settings, spec, window, run_id, lambda message: None)
    if "load" in order["steps"]:
        raw_store.load(settings, lambda message: None)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_line(folders: str, at: int) -> Any:
    """Counts the lines executed in those folders; returns where the count can be read."""
    places = tuple(f"{ROOT}/{folder}/" for folder in folders.split())
    count = [0]

    def line(frame: Any, event: str, _: object) -> Any:
        if event == "line":
            count[0] += 1
            if count[0] == at:
                die()
        return line

    def call(frame: Any, event: str, _: object) -> Any:
        return line if frame.f_code.co_filename.startswith(places) else None

    sys.settrace(call)
    return count


def die_in_mid_write(at: int) -> None:
    """Landing files are written to temporary names: the `at`-th of them gets half of its bytes."""
    count = [0]
    real = Path.open

    def opened(path: Path, mode: str = "r", *args: Any, **more: Any) -> Any:
        file = real(path, mode, *args, **more)
        if path.name.endswith(".tmp") and "w" in mode:
            count[0] += 1
            if count[0] == at:
                write = file.write

                def half(content: bytes) -> int:
                    write(content[: len(content) // 2])
                    file.flush()
                    die()
                    return 0

                return _Half(file, half)
        return file

    Path.open = opened  # type: ignore[assignment,method-assign]


def die_before_booking(at: int) -> None:
    count = [0]
    real = Purse.settle

    def settle(purse: Purse, *arguments: Any) -> float:
        count[0] += 1
        if count[0] == at:
            die()
        return real(purse, *arguments)

    Purse.settle = settle  # type: ignore[method-assign]


class _Half:
    def __init__(self, file: Any, write: Any) -> None:
        self._file, self.write = file, write

    def __enter__(self) -> "_Half":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def child(order: dict[str, Any]) -> None:
    count = [0]
    mortality = order.get("die")
    if mortality and mortality["in"] == "mid write":
        die_in_mid_write(mortality["at"])
    elif mortality and mortality["in"] == "booking":
        die_before_booking(mortality["at"])
    elif mortality:
        count = die_at_line(mortality["in"], mortality["at"])
    work(order)
    sys.settrace(None)
    Path(order["home"], "lines").write_text(str(count[0]))


def main() -> None:
    # Small pages: more boundaries to die at.
    for stream in streams.ALL:
        if stream.page_sizes:
            object.__setattr__(stream, "page_sizes", (stream.page_sizes[0], max(stream.page_sizes[0], 40)))
    print("ready", flush=True)
    for text in sys.stdin:
        orders = json.loads(text)
        pids = []
        gate, opener = os.pipe()
        for order in orders:
            pid = os.fork()
            if pid == 0:
                try:
                    os.read(gate, 1)
                    child(order)
                    os._exit(0)
                except BaseException as problem:  # noqa: BLE001  told, and the process ends
                    print(f"{type(problem).__name__}: {problem}", file=sys.stderr, flush=True)
                    os._exit(1)
            pids.append(pid)
        print(json.dumps({"pids": pids}), flush=True)
        sys.stdin.readline()  # who asked knows the pids now
        os.write(opener, b"." * len(pids))
        statuses = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
        os.close(gate)
        os.close(opener)
        print(json.dumps({"statuses": statuses}), flush=True)


if __name__ == "__main__":
    main()
