"""A stream that fails holds back its own client's later waves only: whole runs by Airflow's own scheduling."""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emulator.world import build_world
from tests.clock import UNTIL
from tests.dags.conftest import DAGS_DIR
from tests.extractors.emulated import Emulated, emulating
from tests.extractors.server import TOKEN

CLIENTS = {"lichtung": "lichtung_inst", "kupferhof": "kupferhof"}
WINDOW = {"window_start": "2026-10-26T00:00:00Z", "window_end": "2026-11-02T00:00:00Z"}
PROGRAM = """
import json, sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
import rapport_airflow, rapport_fetching
from airflow.dag_processing.dagbag import BundleDagBag
from airflow.utils.db import initdb
from rapport.config import load_settings
from tests import clock

dags, dag_id, conf = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
initdb()
rapport_airflow.load_settings = lambda **more: replace(load_settings(**more), now=clock.now)
bag = BundleDagBag(dag_folder=dags, bundle_path=Path(dags))
assert not bag.import_errors, bag.import_errors
run = bag.dags[dag_id].test(run_after=clock.NOW + timedelta(minutes=int(sys.argv[4])), run_conf=conf)
found = [[ti.task_id, ti.rendered_map_index, ti.state] for ti in run.get_task_instances()]
print("RESULT " + json.dumps([run.state, found]))
"""


@pytest.fixture
def network() -> Iterator[Emulated]:
    with emulating(build_world(UNTIL.date())) as emulated:
        yield emulated


Run = Callable[..., tuple[str, dict[tuple[str, str | None], str]]]


@pytest.fixture
def run(network: Emulated, tmp_path: Path) -> Run:
    """Runs a DAG once. Returns its state, and that of each task by (name, what a mapped one is called)."""

    number = itertools.count()  # no two runs are due at the same moment

    def one(
        dag_id: str, clients: dict[str, str], **conf: str
    ) -> tuple[str, dict[tuple[str, str | None], str]]:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        tables = (
            f'[[clients]]\nid = "{name}"\nname = "{name}"\naccounts = ["@{us}"]\n'
            for name, us in clients.items()
        )
        (home / "rapport.toml").write_text("\n".join(tables), encoding="utf-8")
        env = os.environ | {
            "AIRFLOW_HOME": str(tmp_path / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS_DIR),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "RAPPORT_HOME": str(home),
            "RAPPORT_X_BASE_URL": network.url,
            "X_BEARER_TOKEN": TOKEN,
            "PYTHONPATH": os.pathsep.join([str(DAGS_DIR), str(DAGS_DIR.parent)]),
        }
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(DAGS_DIR), dag_id, json.dumps(conf), str(next(number))],
            env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        last = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
        assert last, done.stdout[-4000:] + done.stderr[-4000:]
        state, found = json.loads(last[-1].removeprefix("RESULT "))
        return state, {(task_id, name): state for task_id, name, state in found}

    return one


def mapped(tasks: dict[tuple[str, str | None], str], task_id: str) -> dict[str, str]:
    return {str(name): state for (task, name), state in tasks.items() if task == task_id and name}


def test_what_fails_holds_back_its_own_client_only(network: Emulated, run: Run) -> None:
    """A stream of one client, and the accounts of another."""
    them = network.world.accounts[CLIENTS["kupferhof"]].account_id
    network.order({"kind": "bad request", "endpoint": f"/2/users/{them}/tweets", "times": None})
    state, tasks = run("x_extract", {"nobody": "nobody_at_all", **CLIENTS}, **WINDOW)
    failed = {name for name, ended in mapped(tasks, "fetch_accounts").items() if ended != "success"}
    assert failed == {"kupferhof own_posts", "nobody own_posts", "nobody mentions"}
    assert state == "failed" and tasks["complete", None] == "upstream_failed"
    threads = mapped(tasks, "fetch_threads")
    assert "lichtung conversations" in threads and {*threads.values()} == {"success"}
    assert {name.partition(" ")[0] for name in threads} == {"lichtung"}
    assert {tasks[name, None] for name in ("plan_threads", "plan_missing", "load")} == {"success"}
    # Once the cause is gone: the same window again brings the rest.
    network.order()
    state, tasks = run("x_extract", CLIENTS, **WINDOW)
    assert state == "success" and tasks["complete", None] == "success"
    assert {name.partition(" ")[0] for name in mapped(tasks, "fetch_threads")} == {*CLIENTS}
    # A poll that fails for one client: what it brought of the other is loaded.
    network.order({"kind": "bad request"})
    state, tasks = run("x_poll", CLIENTS)
    assert sorted(mapped(tasks, "fetch").values()) == ["failed", "success"], tasks
    assert state == "failed" and tasks["load", None] == "success"


def test_a_run_that_is_refused_is_one_red_task_and_loads_nothing(network: Emulated, run: Run) -> None:
    late = WINDOW | {"window_end": "2026-12-24T00:00:00Z"}
    state, tasks = run("x_extract", {"lichtung": "lichtung_inst"}, **late)
    assert state == "failed" and network.requests == []
    assert [name for (name, _), ended in tasks.items() if ended == "failed"] == ["plan_accounts"]
    rest = {ended for (name, _), ended in tasks.items() if name != "plan_accounts"}
    assert rest <= {"skipped", "upstream_failed"}
