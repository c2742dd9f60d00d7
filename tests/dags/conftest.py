"""Reads the real DAG files, as Airflow's own processor does, in a home of the test run."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rapport.networks import NETWORKS

# A network has DAGs only where somebody is named on it.
ACCOUNTS = {"x": "@acme", "bluesky": "bluesky:@acme.example", "mastodon": "mastodon:@acme@social.example"}
DAGS_DIR = Path(__file__).resolve().parents[2] / "dags"


@pytest.fixture(scope="session")
def dag_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """RAPPORT_HOME and AIRFLOW_HOME of the tests' own; set before Airflow is imported for the first time."""
    base = tmp_path_factory.mktemp("airflow")
    values = {
        "AIRFLOW_HOME": str(base / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "RAPPORT_HOME": str(base / "home"),
    }
    home = base / "home"
    home.mkdir()
    accounts = json.dumps([ACCOUNTS[network] for network in NETWORKS])
    client = f'[[clients]]\nid = "acme"\nname = "Acme"\naccounts = {accounts}\n'
    (home / "rapport.toml").write_text(client, encoding="utf-8")
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    yield values
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture(scope="session")
def dag_bag(dag_environment: dict[str, str]) -> Any:
    """Every DAG of the project; a file that can't be read shows in its import_errors."""
    from airflow.dag_processing.dagbag import BundleDagBag

    return BundleDagBag(dag_folder=str(DAGS_DIR), bundle_path=DAGS_DIR)


# Airflow takes seconds to import, and is imported once: each parse is a fork of that, in which no DAG was read yet.
_PARSER = """
import json, os, sys, traceback
from pathlib import Path
from airflow.dag_processing.dagbag import BundleDagBag

for line in sys.stdin:
    order = json.loads(line)
    if (child := os.fork()) == 0:
        code = 1
        try:
            for number, path in ((1, order["stdout"]), (2, order["stderr"])):
                os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
            os.environ.update(order["environment"])
            bag = BundleDagBag(dag_folder=order["dags"], bundle_path=Path(order["dags"]))
            exec(order["code"])
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture(scope="session")
def parser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """A process with Airflow imported, which reads the DAG files for whoever asks."""
    own = {
        "AIRFLOW_HOME": str(tmp_path_factory.mktemp("parser")),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }
    with subprocess.Popen(
        [sys.executable, "-c", _PARSER],
        env=os.environ | own, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        yield process
        assert process.stdin
        process.stdin.close()


@pytest.fixture
def parse(tmp_path: Path, parser: subprocess.Popen[str]) -> Any:
    """Runs Python in a process of its own with the DAG files and this rapport.toml; returns what it prints."""

    def run(toml: str, code: str) -> subprocess.CompletedProcess[str]:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        (home / "rapport.toml").write_text(toml, encoding="utf-8")
        out, err = tmp_path / "stdout", tmp_path / "stderr"
        order = {
            "stdout": str(out),
            "stderr": str(err),
            "environment": {"RAPPORT_HOME": str(home)},
            "dags": str(DAGS_DIR),
            "code": code,
        }
        assert parser.stdin and parser.stdout
        parser.stdin.write(json.dumps(order) + "\n")
        parser.stdin.flush()
        returncode = int(parser.stdout.readline())
        return subprocess.CompletedProcess([], returncode, out.read_text("utf-8"), err.read_text("utf-8"))

    return run
