"""Parts of the stack that end by themselves: real processes that are killed, and a clock for the waits."""

import importlib.metadata
import itertools
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg2
import pytest

from operations.stack import airflow
from operations.stack.background import down, ended_parts, schedule_words, serve, sudden_end
from operations.stack.errors import StackError
from operations.stack.postgres import Postgres
from operations.stack.process import free_port
from operations.stack.runner import Address, Stack, airflow_home, read_state, sweep
from operations.stack.supervision import MEMORY, WAITS, PartState, Supervisor
from rapport.config import Settings, load_settings
from rapport.on_disk import make_home, open_to_others
from tests.extractors.server import Reply
from tests.operations.scripted_airflow import PASSWORD, scripted_airflow

START = datetime(2026, 11, 2, 0, 1, tzinfo=UTC)
# With a grandchild in a process group of its own, as a scheduler has tasks.
PART = """
import subprocess, sys, time
code = "import os, time; os.setpgid(0, 0); time.sleep(60)"
print(subprocess.Popen([sys.executable, "-c", code]).pid, flush=True)
time.sleep(60)
"""
# An api-server that takes a second until it answers, as healthy.
API_SERVER = """
import json, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer
PARTS = ("metadatabase", "scheduler", "triggerer", "dag_processor")
class Handler(BaseHTTPRequestHandler):
    def answer(self, status, body):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())
    def do_GET(self):
        self.answer(200, {part: {"status": "healthy"} for part in PARTS})
    def do_POST(self):
        self.answer(201, {"access_token": "a-token"})
time.sleep(1)
HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
# A scheduler that asks the api-server at once, and ends if that does not answer.
SCHEDULER = """
import sys, time, urllib.request
urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://127.0.0.1:{sys.argv[1]}/api/v2/monitor/health")
time.sleep(60)
"""


@pytest.fixture
def stack() -> Iterator[Stack]:
    """A stack of a real Postgres and one part, as `start` leaves them; without Airflow, which takes half a minute.

    Not in pytest's folder: another session of pytest closes that, and root's Postgres runs as another user.
    """
    with TemporaryDirectory(prefix="rapport-") as folder:
        yield from _stack(Path(folder) / "home")


def _stack(home: Path) -> Iterator[Stack]:
    settings = load_settings(home)
    airflow_home(settings).mkdir(parents=True)
    stack = Stack(settings, on_progress=lambda words: None)
    stack._lock.acquire(timeout=0)
    try:
        found = airflow.Secrets.of(stack.airflow_home)
        stack._postgres = Postgres(stack.airflow_home / "postgres", found.postgres_password)
        stack._postgres.start()
        stack._spawn("emulator", [sys.executable, "-c", PART], dict(os.environ))
        stack._look_after(stack._postgres)
        stack._write_state()
        yield stack
    finally:
        stack.stop()


def _until(is_so: Callable[[], object], stack: Stack) -> None:
    deadline = time.monotonic() + 300
    while not is_so():
        assert time.monotonic() < deadline, read_state(stack.settings)
        stack.tend()
        time.sleep(0.1)


def _ended(settings: Settings) -> dict[str, PartState]:
    return {part.name: part for part in ended_parts(settings)}


def test_killed_parts_run_again_and_status_can_tell(stack: Stack) -> None:
    first, server = stack._children["emulator"], stack._postgres._server.get_postmaster_info().process  # type: ignore[union-attr]
    _until(lambda: first.log_path.read_text(), stack)
    task = int(first.log_path.read_text())
    assert ended_parts(stack.settings) == []
    os.kill(first.leader.pid, signal.SIGKILL)
    server.kill()
    _until(lambda: {"emulator", "postgres"} <= _ended(stack.settings).keys(), stack)
    _until(lambda: all(part.state == "running" for part in _ended(stack.settings).values()), stack)
    told = _ended(stack.settings)["emulator"]
    assert (told.why, told.ending_count) == ("killed by SIGKILL", 1)
    assert told.words.endswith("(killed by SIGKILL) and runs again")
    again = stack._children["emulator"]
    assert again.exit_code() is None and again.leader.pid != first.leader.pid
    assert not psutil.pid_exists(task) or psutil.Process(task).status() == psutil.STATUS_ZOMBIE
    _until(lambda: len(first.log_path.read_text().splitlines()) == 2, stack)
    assert stack._postgres is not None and stack._postgres.why_ended() is None
    assert stack._postgres.start().startswith("postgresql"), "and it takes its password"


def test_a_copy_of_a_running_home_leaves_the_original_alone(stack: Stack, tmp_path: Path) -> None:
    copy = load_settings(tmp_path / "copy")
    shutil.copytree(
        stack.settings.home, copy.home, ignore=lambda folder, names: [n for n in names if "s.PGSQL" in n]
    )
    assert sudden_end(copy) is None and not sweep(copy)
    assert not down(copy, say=lambda words: None)
    assert stack._children["emulator"].exit_code() is None
    assert stack._postgres is not None and stack._postgres.why_ended() is None


def test_a_command_that_closes_the_home_does_not_shut_postgres_out(stack: Stack) -> None:
    """Root's Postgres runs as a user of its own. It opens files at every checkpoint, and for every connection."""
    settings = stack.settings
    assert stack._postgres is not None
    url = stack._postgres.start().replace("+psycopg2", "").replace("/airflow?", "/postgres?")
    for folder in (settings.home, airflow_home(settings)):
        folder.chmod(0o755)
    make_home(settings)
    assert list(open_to_others(settings)) == []
    for folder in (settings.home, airflow_home(settings)):
        assert folder.stat().st_mode & 0o066 == 0, "nobody else sees what is in it"
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        connection.cursor().execute("create database another")
        connection.cursor().execute("checkpoint")
    assert stack._postgres.why_ended() is None


def test_the_scheduler_starts_when_the_api_server_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tasks ask that one for everything. A real start, with small programs in place of Airflow's."""
    port, codes = free_port(), {"api-server": API_SERVER, "scheduler": SCHEDULER}
    monkeypatch.setattr(
        airflow,
        "command",
        lambda name, *_: [sys.executable, "-c", codes.get(name, "import time; time.sleep(60)"), str(port)],
    )
    with TemporaryDirectory(prefix="rapport-") as folder:
        settings = load_settings(Path(folder) / "home")
        airflow_home(settings).mkdir(parents=True)
        # Airflow's tables are not wanted here
        (airflow_home(settings) / "migrated").write_text(importlib.metadata.version("apache-airflow-core"))
        with Stack(settings, port=port, on_progress=lambda words: None) as started:
            time.sleep(0.5)
            started.require_running()
            parts = [child["name"] for child in read_state(settings)["children"]]
            assert parts == ["api-server", "dag-processor", "triggerer", "scheduler"]


def test_waits_grow_and_have_an_end() -> None:
    now, said, starts = START, list[str](), list[datetime]()
    has_ended: list[str | None] = [None]

    def start() -> None:
        starts.append(now)
        has_ended[0] = "exit code 1"

    supervisor = Supervisor(said.append, now=lambda: now)
    supervisor.add("triggerer", start, lambda: has_ended[0])
    assert not supervisor.tend()
    has_ended[0] = "exit code 1"
    for _ in range(400):
        supervisor.tend()
        now += timedelta(seconds=1)
    between = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert len(starts) == len(WAITS)
    assert all(
        wait <= took <= wait + timedelta(seconds=2) for wait, took in zip(WAITS[1:], between, strict=True)
    )
    [state] = supervisor.states
    assert (state.state, state.ending_count) == ("given up", len(WAITS) + 1)
    assert said[-1].endswith("(exit code 1), 9 times within an hour, and is not started again")
    assert PartState.load(state.dump()) == state


def test_what_ended_long_ago_does_not_count() -> None:
    now, has_ended = START, list[str | None]([None])

    def start() -> None:
        has_ended[0] = None

    supervisor = Supervisor(lambda words: None, now=lambda: now)
    supervisor.add("triggerer", start, lambda: has_ended[0])
    for _ in range(3 * len(WAITS)):
        has_ended[0] = "exit code 1"
        supervisor.tend()
        now += WAITS[0]
        supervisor.tend()
        assert [(part.state, part.ending_count) for part in supervisor.states] == [("running", 1)]
        now += MEMORY


@pytest.mark.parametrize(
    ("problem", "why"),
    [
        (StackError("the port is taken", "choose another"), "the port is taken"),
        (TimeoutError(), "TimeoutError"),
    ],
)
def test_a_start_that_fails_is_an_end_with_its_reason(problem: Exception, why: str) -> None:
    now = START

    def start() -> None:
        raise problem

    supervisor = Supervisor(lambda words: None, now=lambda: now)
    supervisor.add("emulator", start, lambda: "exit code 1")
    supervisor.tend()
    now += WAITS[0]
    assert supervisor.tend()
    assert [(part.state, part.why) for part in supervisor.states] == [("waiting", why)]


def test_an_end_that_nobody_asked_for_is_told(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert sudden_end(settings) is None
    airflow_home(settings).mkdir()
    (airflow_home(settings) / "secrets.json").write_text("no JSON")
    with pytest.raises(StackError, match="can't be read"):
        serve(settings, None, lambda words: None)
    told = sudden_end(settings)
    assert told and told.startswith("ended by itself 2") and "secrets.json can't be read" in told
    (airflow_home(settings) / "secrets.json").unlink()
    assert not down(settings, say=lambda words: None)
    assert sudden_end(settings) is None, "`down` has put it in order"


def test_an_end_without_a_message_is_told_by_its_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings(tmp_path)
    airflow_home(settings).mkdir()

    def enter(stack: Stack) -> Stack:
        raise TimeoutError

    monkeypatch.setattr(Stack, "__enter__", enter)
    with pytest.raises(TimeoutError):
        serve(settings, None, lambda words: None)
    told = sudden_end(settings)
    assert told and told.endswith(": TimeoutError")


def test_whether_the_daily_fetch_is_on_is_said_as_airflow_says_it(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    with scripted_airflow() as server:
        address = Address(server.url, "admin", PASSWORD, None)
        server.answer("/api/v2/dags/x_extract", Reply({"is_paused": False}))
        assert (
            schedule_words(settings, address)
            == "x_extract is switched on, and fetches each day after its end"
        )
        for answer in (Reply({"is_paused": True}), Reply({"detail": "not read yet"}, 404)):
            server.answer("/api/v2/dags/x_extract", answer)
            assert schedule_words(settings, address) == "x_extract is paused until you switch it on"
        server.answer("/api/v2/dags/x_extract", Reply({"detail": "no"}, 403))
        assert schedule_words(settings, address) == "Airflow's pages say whether x_extract is switched on"


def test_a_killed_supervisor_is_told(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    airflow_home(settings).mkdir()
    stack = Stack(settings, on_progress=lambda words: None)
    stack._write_state()  # and then nobody holds the lock any more
    assert sudden_end(settings) == "was killed, or the machine went down"


def test_airflow_keeps_no_settings_of_another_place_or_version(tmp_path: Path) -> None:
    (tmp_path / "airflow.cfg").write_text("[logging]\nbase_log_folder = /the/old/place/logs\n")
    airflow.write_config(tmp_path)
    text = (tmp_path / "airflow.cfg").read_text()
    assert "/the/old/place" not in text and all(line.startswith("#") for line in text.splitlines())
