"""The whole stack of one RAPPORT_HOME: emulator, Postgres and Airflow, started and stopped together."""

import contextlib
import importlib.metadata
import json
import logging
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
from filelock import FileLock, Timeout

from operations.stack import airflow, emulated
from operations.stack.api import AirflowApi
from operations.stack.errors import StackError
from operations.stack.postgres import Postgres
from operations.stack.process import LOCALHOST, Child, Leader, cut, free_port, leader_of, stop
from operations.stack.signals import deferred, undisturbed
from operations.stack.supervision import Supervisor
from operations.stack.world import World
from rapport import config
from rapport.config import Settings
from rapport.on_disk import make_home, write_bytes

log = logging.getLogger("rapport.stack")

# Airflow is healthy within 20 s on two idle cores. The first start also compiles thousands of modules.
START_SECONDS = 300.0
WHY_POOL = "One writer at a time on warehouse.duckdb"
READY, ENDED = "ready", "ended"
HEALTHY = ("metadatabase", "scheduler", "triggerer", "dag_processor")


@dataclass(frozen=True)
class Address:
    """The addresses and the login of a running stack. Its processes are listed in stack.json."""

    airflow: str
    user: str
    password: str
    emulator: str | None

    def __repr__(self) -> str:
        return f"Address(airflow={self.airflow!r}, user={self.user!r}, emulator={self.emulator!r})"


class Stack:
    """Use as a context manager: everything that was started is stopped at its end, also when the start fails.

    With a `world`, the emulator is started too, and the extractors use it. Without one they use what the
    environment says.
    """

    def __init__(
        self,
        settings: Settings,
        world: World | None = None,
        port: int | None = None,
        on_progress: Callable[[str], None] = log.info,
    ) -> None:
        self.settings = settings
        self.airflow_home = airflow_home(settings)
        self.address: Address | None = None
        self.started_at = datetime.now(UTC)
        self._world = world
        self._wanted_port = port
        self._say = on_progress
        self._children: dict[str, Child] = {}
        self._commands: dict[str, tuple[list[str], dict[str, str]]] = {}
        self._supervisor = Supervisor(on_progress)
        self._lock = _lock(settings)
        self._state_path = self.airflow_home / "stack.json"
        self._doing = ""
        self._secrets: airflow.Secrets | None = None
        self._postgres: Postgres | None = None

    @property
    def api(self) -> AirflowApi:
        """A client of the running Airflow."""
        if self.address is None:
            raise StackError("the stack is not running", "start it first")
        return AirflowApi(self.address.airflow, self.address.user, self.address.password)

    def __enter__(self) -> "Stack":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Address:
        """Starts everything and waits until Airflow reports all its parts healthy."""
        self.airflow_home.mkdir(parents=True, exist_ok=True)
        self.started_at = datetime.now(UTC)
        try:
            self._lock.acquire(timeout=0)
        except Timeout as problem:
            raise StackError(
                f"Airflow is already running for {self.settings.home}"
                f" ({read_state(self.settings).get('airflow') or 'it is starting'})",
                "use that one, or stop it with `rapport down` (`make down`)",
            ) from problem
        self._sweep()
        found = self._secrets = airflow.Secrets.of(self.airflow_home)
        airflow.write_config(self.airflow_home)
        port = free_port(self._wanted_port)
        emulator = self._start_emulator(self._world, found.emulator_token) if self._world else None

        self._progress("starting Postgres")
        self._postgres = Postgres(self.airflow_home / "postgres", found.postgres_password)
        with deferred():
            database_url = self._postgres.start()
        # For root, whose Postgres runs as another user, that has opened the way to it further than is needed.
        make_home(self.settings)

        env = airflow.environment(config.environment(), self.airflow_home, found, database_url, port)
        env["RAPPORT_HOME"] = str(self.settings.home)
        if self.settings.config_path.exists():
            env["RAPPORT_CONFIG"] = str(self.settings.config_path)
        if emulator:
            env |= emulated.variables(self.settings.config, emulator, found.emulator_token)
        self._migrate(env)
        self._progress("starting Airflow")
        self.address = Address(f"http://{LOCALHOST}:{port}", airflow.USER, found.login_password, emulator)
        for name, arguments in airflow.COMPONENTS.items():
            if name == airflow.SCHEDULER:
                self._await(lambda health: health is not None)
            self._spawn(name, airflow.command(*arguments), env)
        self._await(lambda health: _is_healthy(health) and _answers(emulator))
        api = self.api
        api.ensure_pool(airflow.POOL, 1, WHY_POOL)
        api.close()
        self._look_after(self._postgres)
        self._progress(READY)
        return self.address

    def require_running(self) -> None:
        """Raises StackError with the end of its log if a process has ended by itself."""
        for child in self._children.values():
            child.require_running()

    def tend(self) -> None:
        """Starts again what has ended by itself, and cuts long logs; call it about once a second.

        stack.json holds how each part is.
        """
        if self._supervisor.tend():
            self._write_state()
        for child in self._children.values():
            cut(child.log_path)

    def stop(self) -> None:
        """Stops everything that was started. May be called at any moment, and more than once."""
        with undisturbed():
            killed = stop([child.leader for child in self._children.values()])
            if killed:
                log.warning("had to kill %s, which did not end when asked", ", ".join(killed))
            self._children = {}
            if self._postgres is not None:
                self._postgres.stop()
                self._postgres = None
            if self._lock.is_locked:
                self._state_path.unlink(missing_ok=True)
                self._lock.release()
            self.address = None

    def _sweep(self) -> None:
        """Stops what a killed run left behind. We hold the lock, so stack.json is of no running stack."""
        if sweep(self.settings):
            self._say("stopped what an earlier run, killed before its end, had left running")

    def _spawn(self, name: str, command: list[str], env: dict[str, str], is_again: bool = False) -> Child:
        log_path = self.airflow_home / "logs" / "stack" / f"{name}.log"
        # If we were interrupted between the start of a process and its record, it would run for ever.
        with deferred():
            child = Child(name, command, env, log_path, airflow.PROJECT_ROOT, is_again)
            self._children[name] = child
            self._write_state()
        self._commands[name] = command, env
        return child

    def _look_after(self, postgres: Postgres) -> None:
        """Hands all parts that run to the supervisor; Postgres first, because Airflow's parts end without it."""
        self._supervisor.add("postgres", postgres.start, postgres.why_ended)
        for name in self._children:
            self._supervisor.add(name, partial(self._again, name), partial(self._why_ended, name))

    def _why_ended(self, name: str) -> str | None:
        return self._children[name].why_ended()

    def _again(self, name: str) -> None:
        """Starts a part anew. What the ended process has left running (a scheduler its tasks) would be in its way."""
        stop([self._children[name].leader], limit_seconds=5.0)
        self._spawn(name, *self._commands[name], is_again=True)

    def _start_emulator(self, world: World, token: str) -> str:
        port = free_port()
        env = config.environment() | {"X_BEARER_TOKEN": token, "PYTHONUNBUFFERED": "1"}
        command = [
            sys.executable, "-m", "operations.cli", "emulator", "--host", LOCALHOST, "--port", str(port),
            "--until", world.until.isoformat(), "--seed", str(world.seed),
        ]  # fmt: skip
        self._progress("starting the emulator")
        self._spawn("emulator", command, env)
        return f"http://{LOCALHOST}:{port}"

    def _migrate(self, env: dict[str, str]) -> None:
        """Creates or updates Airflow's tables; skipped if this version of Airflow has done so before."""
        done_path = self.airflow_home / "migrated"
        version = importlib.metadata.version("apache-airflow-core")
        if done_path.exists() and done_path.read_text(encoding="utf-8") == version:
            return
        self._progress("preparing Airflow's database")
        child = self._spawn("db-migrate", airflow.command("db", "migrate"), env)
        deadline = time.monotonic() + START_SECONDS
        while child.exit_code() is None:
            if time.monotonic() > deadline:
                raise StackError(
                    f"`airflow db migrate` took over {START_SECONDS:.0f} s", f"see {child.log_path}"
                )
            time.sleep(0.1)
        if child.exit_code() != 0:
            child.require_running()
        del self._children[child.name]
        done_path.write_text(version, encoding="utf-8")

    def _await(self, is_enough: Callable[[dict[str, str] | None], bool]) -> None:
        """Waits until Airflow's health is enough; None means that its api-server does not answer yet."""
        deadline = time.monotonic() + START_SECONDS
        with contextlib.closing(self.api) as api:
            while not is_enough(health := api.health()):
                self.require_running()
                if time.monotonic() > deadline:
                    parts = ", ".join(
                        f"{name} {status}" for name, status in (health or {"api-server": "silent"}).items()
                    )
                    raise StackError(
                        f"Airflow was not healthy after {START_SECONDS:.0f} s ({parts})",
                        f"see the logs in {self.airflow_home / 'logs' / 'stack'}",
                    )
                time.sleep(0.25)

    def _progress(self, doing: str) -> None:
        self._doing = doing
        self._say(doing)
        self._write_state()

    def _write_state(self) -> None:
        """Writes to stack.json what `down`, `status` and the next start after a crash need to know."""
        content = {
            "home": str(self.settings.home),
            "doing": self._doing,
            "airflow": self.address.airflow if self.address else None,
            "emulator": self.address.emulator if self.address else None,
            "supervisor": asdict(leader_of("stack", os.getpid())),
            "children": [asdict(child.leader) for child in self._children.values()],
            "parts": [part.dump() for part in self._supervisor.states],
        }
        write_bytes(self._state_path, json.dumps(content).encode())


def airflow_home(settings: Settings) -> Path:
    """The AIRFLOW_HOME of that RAPPORT_HOME, with Airflow's database, logs and login."""
    return settings.home / "airflow"


def is_running(settings: Settings) -> bool:
    """Whether a process runs the stack of this home."""
    if not airflow_home(settings).exists():
        return False
    lock = _lock(settings)
    try:
        with lock.acquire(timeout=0):
            return False
    except Timeout:
        return True


def read_state(settings: Settings) -> dict[str, Any]:
    """The content of stack.json (doing, airflow, emulator, supervisor, children, parts); {} if there is none.

    That of another home, of which this one is a copy, does not count: its processes are not ours to stop.
    """
    try:
        text = (airflow_home(settings) / "stack.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
    except (OSError, ValueError):
        return {}
    return found if found.get("home", str(settings.home)) == str(settings.home) else {}


def record_end(settings: Settings, why: str) -> None:
    """Leaves in stack.json that the stack ended by itself, for `status` and `doctor`. The next start removes it."""
    at = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    content = {"home": str(settings.home), "doing": ENDED, "why": why, "ended_at": at}
    write_bytes(airflow_home(settings) / "stack.json", json.dumps(content).encode())


def sweep(settings: Settings) -> bool:
    """Stops the processes that stack.json names, and a Postgres that still runs; True if there were any.

    Call it only if the process that ran the stack has ended.
    """
    home = airflow_home(settings)
    leaders = [Leader(**child) for child in read_state(settings).get("children", [])]
    was_running = any(leader.is_alive() for leader in leaders)
    stop(leaders)
    if (home / "secrets.json").exists():
        password = airflow.Secrets.of(home).postgres_password
        was_running = Postgres(home / "postgres", password).stop_leftover() or was_running
    (home / "stack.json").unlink(missing_ok=True)
    return was_running


def _lock(settings: Settings) -> FileLock:
    return FileLock(airflow_home(settings) / "stack.lock")


def _is_healthy(health: dict[str, str] | None) -> bool:
    return health is not None and all(health.get(part) == "healthy" for part in HEALTHY)


def _answers(address: str | None) -> bool:
    """Whether anything answers by HTTP there. Any status will do: without a token the emulator says 401."""
    if address is None:
        return True
    try:
        httpx.get(address, timeout=5.0, trust_env=False)
    except httpx.TransportError:
        return False
    return True
