"""Old logs and old history of Airflow, removed from real files and a real database of Airflow's own making."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from operations.airflow_cleanup import CleanupFailed, clean_database, remove_logs
from rapport.config import Settings, load_settings
from rapport.config_sections import Cleanup
from rapport.errors import ConfigError
from tests import clock
from tests.clock import NOW

SECRET = "a-password-nobody-may-see"
DAYS = 10


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = load_settings(tmp_path / "home")
    kept = found.config.model_copy(update={"cleanup": Cleanup(keep_days=DAYS)})
    return replace(found, config=kept, now=clock.now)


def _write(path: Path, days_ago: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a line\n")
    at = (NOW - timedelta(days=days_ago)).timestamp()
    os.utime(path, (at, at))
    return path


def test_old_logs_go_and_nothing_else(settings: Settings, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    task = "dag_id=x_extract/run_id={}/task_id=load/attempt=1.log"
    old = [
        _write(logs / task.format("old"), DAYS + 0.1),
        _write(logs / "dag_processor/2026-09-01/dags-folder/x_extract.py.log", 60),
        _write(logs / "executor_callbacks/a/b.log", DAYS + 1),
    ]
    kept = [
        _write(logs / task.format("new"), DAYS - 0.1),
        _write(logs / "stack/scheduler.log", 99),
        _write(logs / "syslog", 99),
        _write(tmp_path / "elsewhere/precious", 99),
    ]
    # A link is a file of its own: what it leads to is somebody else's.
    link = logs / "dag_processor/latest"
    link.symlink_to(tmp_path / "elsewhere")
    assert remove_logs(settings, logs) == len(old)
    assert not any(path.exists() for path in old) and all(path.exists() for path in kept)
    assert not (logs / "dag_processor/2026-09-01").exists() and not (logs / "executor_callbacks").exists()
    assert link.is_symlink() and (logs / task.format("new")).parent.exists()
    assert remove_logs(settings, logs) == 0 == remove_logs(settings, tmp_path / "none")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty database of this version of Airflow; what else these processes write stays beside it."""
    folder = tmp_path_factory.mktemp("airflow")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_HOME", str(folder))
        subprocess.run(
            [sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True,
            env=os.environ | {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder / 'own.db'}"},
        )  # fmt: skip
        # As a task finds it.
        patch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "airflow-db-not-allowed:///")
        patch.setenv("_AIRFLOW_PROCESS_CONTEXT", "client")
        yield folder / "own.db"


def _add_run(connection: sqlite3.Connection, run_id: str, run_type: str, at: datetime) -> None:
    text = f"{at:%Y-%m-%d %H:%M:%S.%f}"
    connection.execute(
        "insert into dag_run (dag_id, run_id, run_type, state, start_date, run_after, clear_number, span_status)"
        " values ('x_extract', ?, ?, 'success', ?, ?, 0, 'ended')",
        (run_id, run_type, text, text),
    )
    connection.execute("insert into log (event, run_id, dttm) values ('success', ?, ?)", (run_id, text))


def test_old_runs_go_and_the_last_of_a_dag_stays(settings: Settings, database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        for run_id, run_type, days in (
            ("oldest", "scheduled", 90), ("last_scheduled", "scheduled", 60), ("by_hand", "manual", 50),
            ("recent", "manual", DAYS - 1),
        ):  # fmt: skip
            _add_run(connection, run_id, run_type, NOW - timedelta(days=days))
    told: list[str] = []
    found = replace(settings, airflow_database_url=SecretStr(f"sqlite:///{database}"))
    counts = clean_database(found, told.append)
    assert (counts["dag_run"], counts["log"]) == (2, 3)
    assert "2 of dag_run" in told[-1]
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("select run_id from dag_run order by id").fetchall() == [
            ("last_scheduled",), ("recent",),
        ]  # fmt: skip
        assert connection.execute("select run_id from log where event = 'success'").fetchall() == [
            ("recent",)
        ]


def test_a_database_out_of_reach_is_said_without_its_password(settings: Settings, database: Path) -> None:
    url = f"postgresql+psycopg2://airflow:{SECRET}@127.0.0.1:1/airflow"
    with pytest.raises(CleanupFailed, match="exit code") as caught:
        clean_database(replace(settings, airflow_database_url=SecretStr(url)))
    assert SECRET not in str(caught.value) and caught.value.detail


def test_nothing_is_green_that_cleans_nothing(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="RAPPORT_AIRFLOW_DATABASE_URL is not set"):
        clean_database(settings)
