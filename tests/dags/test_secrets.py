"""Secrets of the networks, given as Airflow's connections: the tasks that ask have them, and nothing shows them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from emulator.elsewhere.cast import US_ON_BLUESKY, US_ON_MASTODON
from emulator.elsewhere.world import build_elsewhere
from emulator.script.cast import LICHTUNG
from emulator.world import build_world
from rapport.networks import BLUESKY, MASTODON, X
from tests.clock import UNTIL
from tests.dags.conftest import DAGS_DIR
from tests.extractors.emulated import Emulated, emulating
from tests.extractors.server import TOKEN

WRONG = "a-secret-nobody-knows"
# What the emulator takes of each network, as it stands in the password of its connection.
GIVEN = {
    X.name: ("x_api", TOKEN),
    BLUESKY.name: ("bluesky_api", f"{US_ON_BLUESKY}={TOKEN}:{US_ON_BLUESKY}"),
    MASTODON.name: ("mastodon_api", f"{US_ON_MASTODON}={TOKEN}:{US_ON_MASTODON} other@wald.test={WRONG}"),
}
CONFIG = f"""
[[clients]]
id = "lichtung"
name = "Lichtung"
accounts = ["@{LICHTUNG.accounts[0]}", "bluesky:@{US_ON_BLUESKY}", "mastodon:@{US_ON_MASTODON}"]
"""
# The DAG's own tasks: the plan, then a fetch of the mentions, for which each network wants a secret of ours. Airflow is
# imported and the DAGs are read once; each run is a fork of that, so none knows what another was told to mask.
PROGRAM = """
import json, os, sys, traceback
from dataclasses import replace
from pathlib import Path
import rapport_airflow
from airflow.dag_processing.dagbag import BundleDagBag
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG
from airflow.sdk.log import redact
from rapport.config import load_settings
from tests import clock
from tests.dags.task_runs import run_logged

dags, window, orders = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
rapport_airflow.load_settings = lambda **more: replace(load_settings(**more), now=clock.now)
bag = BundleDagBag(dag_folder=dags, bundle_path=Path(dags))
assert not bag.import_errors, bag.import_errors

def run(network, secrets):
    extract = bag.dags[f"{network}_extract"]
    planned = run_logged(extract.get_task("plan_accounts"), conf=window)
    with DAG("one_fetch", default_args=rapport_airflow.DEFAULTS, schedule=None):
        fetch = PythonOperator(
            task_id="fetch",
            python_callable=extract.get_task("fetch_accounts").python_callable,
            op_kwargs={"spec": {"client_id": "lichtung", "stream": "mentions"}},
        )
    fetched = run_logged(fetch, conf=window)
    runs = [[state, events, [str(one) for one in told]] for state, events, told in (planned, fetched)]
    print("RESULT " + json.dumps([runs, [redact("it is " + secret) for secret in secrets]]), flush=True)

for network, secrets, environment in orders:
    if (child := os.fork()) == 0:
        try:
            os.environ.update(environment)
            run(network, secrets)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""


@dataclass(frozen=True)
class Order:
    """Which network is asked, with which variables, and whatever a log said of which secrets, Airflow would mask."""

    network: str
    variables: dict[str, str]
    secrets: tuple[str, ...] = ()


# (state, log, what the supervisor was told) of the plan, and of the fetch of mentions
Runs = list[tuple[str, list[Any], list[str]]]


def _connection(password: str) -> str:
    return json.dumps({"conn_type": "generic", "password": password})


def _orders() -> dict[str, Order]:
    # the connection wins
    others = {"X_BEARER_TOKEN": WRONG, "BLUESKY_APP_PASSWORDS": f"{US_ON_BLUESKY}={WRONG}",
              "MASTODON_TOKENS": f"{US_ON_MASTODON}={WRONG}"}  # fmt: skip
    orders = {}
    for name, (connection, password) in GIVEN.items():
        variable = f"AIRFLOW_CONN_{connection.upper()}"
        parts = tuple(entry.rpartition("=")[2] for entry in password.split())
        orders[f"{name} given"] = Order(name, {variable: _connection(password)} | others, parts)
        orders[f"{name} refused"] = Order(name, {variable: _connection(password.replace(TOKEN, WRONG))})
    slip = {"AIRFLOW_CONN_BLUESKY_API": _connection(f"{WRONG} {US_ON_BLUESKY}={WRONG}")}
    return orders | {"slip": Order(BLUESKY.name, slip)}


@pytest.fixture(scope="module")
def network() -> Iterator[Emulated]:
    world = build_world(UNTIL.date())
    with emulating(world, elsewhere=build_elsewhere(world)) as emulated:
        yield emulated


@pytest.fixture(scope="module")
def runs(network: Emulated, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Runs]:
    """What came of each order, each in a home of its own."""
    folder, orders = tmp_path_factory.mktemp("secrets"), _orders()
    told = []
    for number, order in enumerate(orders.values()):
        home = folder / f"home-{number}"
        home.mkdir()
        (home / "rapport.toml").write_text(CONFIG, encoding="utf-8")
        told.append([order.network, order.secrets, order.variables | {"RAPPORT_HOME": str(home)}])
    env = {key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW_CONN_")} | {
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "RAPPORT_HOME": str(folder / "home-0"),
        "RAPPORT_X_BASE_URL": network.url,
        "RAPPORT_BLUESKY_BASE_URL": network.url,
        "RAPPORT_BLUESKY_PDS_URL": network.url,
        "RAPPORT_MASTODON_BASE_URL": f"{network.url}/mastodon/{{host}}",
        "PYTHONPATH": os.pathsep.join([str(DAGS_DIR), str(DAGS_DIR.parent)]),
    }
    window = {"window_start": "2026-10-26T00:00:00Z", "window_end": "2026-11-02T00:00:00Z"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(DAGS_DIR), json.dumps(window), json.dumps(told)],
        env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    assert done.returncode == 0 and len(lines) == len(orders), done.stdout + done.stderr
    found = {}
    for (name, order), line in zip(orders.items(), lines, strict=True):
        ran, masked = json.loads(line.removeprefix("RESULT "))
        assert masked == ["it is ***"] * len(order.secrets), name
        found[name] = [tuple(one) for one in ran]
    return found


@pytest.mark.parametrize("name", GIVEN)
def test_a_connection_gives_the_secret_and_nothing_shows_it(name: str, runs: dict[str, Runs]) -> None:
    planned, fetched = runs[f"{name} given"]
    assert (planned[0], fetched[0]) == ("success", "success"), planned[1] + fetched[1]
    told = " ".join(planned[2] + fetched[2])
    assert "'stream': 'mentions'" in told and "'status': 'finished'" in told
    assert "SetRenderedFields" in told or "rendered_fields" in told
    shown = json.dumps([planned, fetched])
    assert not [secret for secret in (TOKEN, WRONG) if secret in shown]


@pytest.mark.parametrize("name", GIVEN)
def test_a_secret_that_is_refused_is_not_shown(name: str, runs: dict[str, Runs]) -> None:
    refused = runs[f"{name} refused"]
    assert refused[-1][0] in ("failed", "up_for_retry") and WRONG not in json.dumps(refused)


def test_a_connection_with_a_slip_is_named(runs: dict[str, Runs]) -> None:
    slipped = runs["slip"]
    assert slipped[0][0] == "failed" and "bluesky_api" in json.dumps(slipped[0][1])
    assert WRONG not in json.dumps(slipped)
