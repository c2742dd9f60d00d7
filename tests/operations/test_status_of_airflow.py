"""What `rapport status` says of Airflow: what runs next, failed or is missing, backfills, and why it ended."""

from datetime import timedelta
from pathlib import Path

import pytest

from operations.stack.runner import Stack, airflow_home, record_end
from operations.status import read_status
from rapport.config import Settings
from tests.clock import NOW
from tests.extractors.server import Reply
from tests.operations.scripted_airflow import DAG, PASSWORD, run_by, scripted_airflow
from tests.operations.told import settings_of, words

RUNS = "/api/v2/dags/x_extract/dagRuns"


def _run(state: str) -> Reply:
    return Reply({"dag_runs": [{"run_after": "2026-11-01T00:00:00Z", "state": state}], "total_entries": 1})


def test_an_airflow_that_the_environment_names_tells_what_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted_airflow() as airflow:
        monkeypatch.setenv("RAPPORT_AIRFLOW_URL", airflow.url)
        monkeypatch.setenv("RAPPORT_AIRFLOW_PASSWORD", PASSWORD)
        settings = settings_of(tmp_path)
        assert settings == run_by(settings, airflow.url)
        text, _ = words(settings, monkeypatch)
        assert "x_extract: 2026-11-24 00:00 UTC; last run 2026-11-23 00:00 UTC: success" in text
    text, _ = words(settings, monkeypatch)
    assert f"next runs not known: Airflow at {airflow.url} does not answer" in text
    assert not read_status(settings).is_airflow_running


def test_extractions_that_failed_or_are_missing_are_told(
    fresh: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = {**DAG, "next_dagrun_run_after": (NOW - timedelta(hours=2)).isoformat()}
    with scripted_airflow() as airflow:
        settings = run_by(fresh, airflow.url)
        assert read_status(settings).exit_code(36) == 0
        airflow.answer("/api/v2/dags", Reply({"dags": [due], "total_entries": 1}))
        text, code = words(settings, monkeypatch, "--exit-code")
        assert code == 3
        assert "extraction x_extract was due 2026-11-01 22:01 UTC, and has not started" in text
        airflow.answer(RUNS, _run("running"))
        assert read_status(settings).exit_code(36) == 0, "the one before is still on"
        airflow.answer(RUNS, _run("failed"))
        text, code = words(settings, monkeypatch, "--exit-code")
        assert code == 3 and "the last run of x_extract failed (2026-11-01 00:00 UTC)" in text
        paused = {**due, "is_paused": True}
        airflow.answer("/api/v2/dags", Reply({"dags": [paused], "total_entries": 1}))
        airflow.answer(RUNS, _run("success"))
        assert read_status(settings).exit_code(36) == 0, "its age tells of a DAG that is off"


def test_backfills_are_told_with_their_days(fresh: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def count(number: int) -> Reply:
        return Reply({"dag_runs": [], "total_entries": number})

    backfill = {
        "id": 3, "dag_id": "x_extract", "from_date": "2026-10-01T00:00:00Z", "to_date": "2026-10-14T00:00:00Z",
        "is_paused": False, "completed_at": None,
    }  # fmt: skip
    over = backfill | {"id": 2, "completed_at": "2026-10-02T00:00:00Z"}
    with scripted_airflow() as airflow:
        settings = run_by(fresh, airflow.url)
        airflow.answer("/api/v2/backfills", Reply({"backfills": [backfill, over], "total_entries": 2}))
        # the newest run; then failed, success, all
        airflow.answer(RUNS, _run("running"), count(0), count(4), count(14))
        text, code = words(settings, monkeypatch, "--exit-code")
        assert code == 0
        assert "backfills x_extract, backfill 3, 2026-10-01 to 2026-10-14: 4 of 14 days are done" in text
        assert {query.get("run_type") for query in airflow.asked(RUNS)[1:]} == {"backfill"}
        airflow.answer(RUNS, _run("running"), count(1), count(4), count(14))
        text, code = words(settings, monkeypatch, "--exit-code")
        assert code == 3 and "4 of 14 days are done, 1 failed" in text


def test_an_airflow_that_ended_is_told_with_when_and_why(
    fresh: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    airflow_home(fresh).mkdir()
    record_end(fresh, "the disk is full")
    text, code = words(fresh, monkeypatch)
    assert code == 1 and "(ended" not in text
    assert "Airflow it ended by itself 2" in text and ": the disk is full. What to do: `rapport up`" in text
    stack = Stack(fresh, on_progress=lambda words: None)
    with stack._lock:
        stack._supervisor.add("emulator", lambda: None, lambda: "exit code 1")
        stack.tend()
        text, code = words(fresh, monkeypatch)
    assert code == 1 and "(exit code 1) and is about to be started again" in text
    assert "airflow/logs/stack/emulator.log" in text
