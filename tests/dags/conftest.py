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


@pytest.fixture
def parse(tmp_path: Path) -> Any:
    """Runs Python in a process of its own with the DAG files and this rapport.toml; returns what it prints."""

    def run(toml: str, code: str) -> subprocess.CompletedProcess[str]:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        (home / "rapport.toml").write_text(toml, encoding="utf-8")
        env = os.environ | {
            "AIRFLOW_HOME": str(tmp_path / "airflow"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "RAPPORT_HOME": str(home),
        }
        program = (
            "import sys; from pathlib import Path\n"
            "from airflow.dag_processing.dagbag import BundleDagBag\n"
            f"bag = BundleDagBag(dag_folder={str(DAGS_DIR)!r}, bundle_path=Path({str(DAGS_DIR)!r}))\n{code}"
        )
        return subprocess.run(
            [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=False
        )

    return run
