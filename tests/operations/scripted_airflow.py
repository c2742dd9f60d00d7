"""Answers of an Airflow, in the form of its REST API (v2), given over real HTTP; what a healthy one says at first."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from pydantic import SecretStr

from rapport.config import AirflowLogin, Settings
from tests.extractors.server import Reply, ScriptedX, scripted_x

PASSWORD = "an-airflow-password-nobody-may-see"
COMPONENTS = ("metadatabase", "scheduler", "triggerer", "dag_processor")
DAG = {
    "dag_id": "x_extract",
    "is_paused": False,
    "next_dagrun_run_after": "2026-11-24T00:00:00Z",
    "timetable_periodic": True,
    "timetable_summary": "0 0 * * *",
    "timetable_description": "At 00:00",
}


def health(**other: str) -> dict[str, Any]:
    return {name: {"status": other.get(name, "healthy")} for name in COMPONENTS}


@contextmanager
def scripted_airflow() -> Iterator[ScriptedX]:
    with scripted_x() as server:
        server.answer("/auth/token", Reply({"access_token": "a-token"}, 201))
        server.answer("/api/v2/monitor/health", Reply(health()))
        server.answer("/api/v2/importErrors", Reply({"import_errors": [], "total_entries": 0}))
        server.answer("/api/v2/dags", Reply({"dags": [DAG], "total_entries": 1}))
        run = {"run_after": "2026-11-23T00:00:00Z", "state": "success"}
        server.answer("/api/v2/dags/x_extract/dagRuns", Reply({"dag_runs": [run], "total_entries": 1}))
        server.answer("/api/v2/backfills", Reply({"backfills": [], "total_entries": 0}))
        yield server


def run_by(settings: Settings, url: str) -> Settings:
    """The same home, with the login of an Airflow that was not started by `rapport up`."""
    return replace(settings, airflow=AirflowLogin(url, "admin", SecretStr(PASSWORD)))
