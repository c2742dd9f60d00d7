"""The stack in the background: `up` starts it, `down` stops it, also one that was started otherwise."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx

from operations.stack import airflow, world
from operations.stack.api import AirflowApi, Json
from operations.stack.errors import StackError
from operations.stack.process import Leader, free_port, stop, tail
from operations.stack.runner import (
    ENDED,
    READY,
    START_SECONDS,
    Address,
    Stack,
    airflow_home,
    is_running,
    read_state,
    record_end,
    sweep,
)
from operations.stack.signals import interruptible
from operations.stack.supervision import MEMORY, PartState
from operations.stack.watch import extracts
from rapport import config
from rapport.config import Settings
from rapport.errors import first_line
from rapport.networks import label_of

# Where people expect Airflow; taken if it is free.
USUAL_PORT = 8080
DOWN_SECONDS = 60.0


def up(settings: Settings, port: int | None = None, say: Callable[[str], None] = print) -> Address:
    """Starts the stack in the background, waits until Airflow is healthy, and prints its address and login.

    A home without a rapport.toml gets the emulator and its world. Raises StackError if the stack runs already, or
    with the end of its log if it can't start.
    """
    if is_running(settings):
        raise StackError(
            f"Airflow is already running for {settings.home} ({read_state(settings).get('airflow')})",
            "use that one, or stop it with `rapport down` (`make down`)",
        )
    if not settings.config_path.exists():
        world.settle(settings)
        say(f"wrote {settings.config_path}: the emulator's world, to try things with")
    if sweep(settings):
        say("stopped what an earlier run, killed before its end, had left running")
    chosen = free_port(port, USUAL_PORT)
    log_path = airflow_home(settings) / "logs" / "stack" / "stack.log"
    log_path.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "operations.stack", "--home", str(settings.home), "--port", str(chosen)]
    with log_path.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - this very program
            command, env=config.environment(), cwd=Path.cwd(), stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        with interruptible():
            _await_ready(settings, process, log_path, say)
    except BaseException:
        # Its signal handler stops everything that it has started.
        process.terminate()
        process.wait(DOWN_SECONDS)
        raise
    address = running_address(settings)
    if address is None:
        raise StackError("Airflow ended right after its start", f"see {log_path}")
    say(f"Airflow:  {address.airflow}")
    say(f"login:    {address.user} / {address.password}")
    if address.emulator:
        labels = " and ".join(map(label_of, settings.config.networks))
        say(f"emulator: {address.emulator}, standing in for {labels}")
    say(f"{schedule_words(settings, address)}; `rapport down` (`make down`) stops all of this")
    return address


def schedule_words(settings: Settings, address: Address) -> str:
    """Whether the running Airflow fetches by itself: `make demo` has switched that on, and it stays so."""
    names = extracts(settings)
    with closing(AirflowApi(address.airflow, address.user, address.password)) as api:
        try:
            return "; ".join(_switched(dag_id, api.dag(dag_id)) for dag_id in names)
        except (StackError, httpx.HTTPError):
            return f"Airflow's pages say whether {' and '.join(names)} is switched on"


def _switched(dag_id: str, dag: Json | None) -> str:
    # A new Airflow has not read it yet, and pauses what it reads for the first time.
    if dag is None or dag["is_paused"]:
        return f"{dag_id} is paused until you switch it on"
    return f"{dag_id} is switched on, and fetches each day after its end"


def serve(settings: Settings, port: int | None, say: Callable[[str], None]) -> None:
    """Runs the stack in the foreground until a signal ends it. A part that ends by itself is started again."""
    try:
        with interruptible(), Stack(settings, world=world.of(settings), port=port, on_progress=say) as stack:
            while True:
                stack.tend()
                time.sleep(1.0)
    except Exception as problem:
        if not is_running(settings):
            record_end(settings, first_line(problem))
        raise


def down(settings: Settings, say: Callable[[str], None] = print) -> bool:
    """Stops the stack of this home, however it was started; True if anything was running."""
    if not airflow_home(settings).exists():
        say(f"nothing is running for {settings.home}")
        return False
    was_running = False
    recorded = read_state(settings).get("supervisor")
    supervisor = Leader(**recorded) if recorded else None
    if is_running(settings) and supervisor and supervisor.is_alive():
        was_running = True
        say("stopping Airflow")
        os.kill(supervisor.pid, signal.SIGTERM)
        deadline = time.monotonic() + DOWN_SECONDS
        while is_running(settings) and time.monotonic() < deadline:
            time.sleep(0.2)
        if is_running(settings):
            say("it does not end; killing it")
            stop([supervisor], limit_seconds=0)
    if is_running(settings):
        raise StackError(
            f"another process holds {airflow_home(settings) / 'stack.lock'}",
            "wait for it to end; `ps` shows a `rapport` command that is starting or stopping",
        )
    was_running = sweep(settings) or was_running
    say("everything is stopped" if was_running else f"nothing was running for {settings.home}")
    return was_running


def running_address(settings: Settings) -> Address | None:
    """The addresses of this home's running stack; None as long as it is not ready."""
    state = read_state(settings)
    if state.get("doing") != READY or not is_running(settings):
        return None
    password = airflow.Secrets.of(airflow_home(settings)).login_password
    return Address(str(state["airflow"]), airflow.USER, password, state.get("emulator"))


def ended_parts(settings: Settings) -> list[PartState]:
    """The parts of the running stack that have ended by themselves within the last hour, or are not started again."""
    if not is_running(settings):
        return []
    parts = [PartState.load(part) for part in read_state(settings).get("parts", [])]
    since = settings.now() - MEMORY
    return [part for part in parts if part.ended_at and (part.state != "running" or part.ended_at > since)]


def sudden_end(settings: Settings) -> str | None:
    """How the stack ended, if nobody has stopped it; None if it runs, was stopped, or was never started."""
    state = read_state(settings)
    if not state or is_running(settings):
        return None
    if state["doing"] == ENDED:
        return f"ended by itself {state['ended_at']}: {state['why']}"
    return "was killed, or the machine went down"


@contextmanager
def asking_airflow(settings: Settings) -> Iterator[AirflowApi | None]:
    """A client of this home's Airflow: of the one that the environment names, else of the one `rapport up` started.

    None without either; another Airflow may still run this home. Raises StackError if it does not answer.
    """
    login, started = settings.airflow, running_address(settings)
    if login:
        api = AirflowApi(login.url, login.user, login.password.get_secret_value())
    elif started:
        api = AirflowApi(started.airflow, started.user, started.password)
    else:
        yield None
        return
    try:
        if api.health() is None:
            raise StackError(f"Airflow at {api.address} does not answer", "see the log of its api-server")
        yield api
    finally:
        api.close()


def _await_ready(
    settings: Settings, process: subprocess.Popen[bytes], log_path: Path, say: Callable[[str], None]
) -> None:
    """Prints what the background process does until it is ready. An earlier process's stack.json is ignored."""
    deadline = time.monotonic() + START_SECONDS + DOWN_SECONDS
    printed = ""
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise StackError(f"Airflow could not be started:\n{tail(log_path)}", f"the whole log: {log_path}")
        state = read_state(settings)
        if state.get("supervisor", {}).get("pid") == process.pid:
            if state["doing"] not in (printed, ""):
                printed = state["doing"]
                say(printed)
            if printed == READY:
                return
        time.sleep(0.2)
    raise StackError(f"Airflow was not ready after {START_SECONDS + DOWN_SECONDS:.0f} s", f"see {log_path}")
