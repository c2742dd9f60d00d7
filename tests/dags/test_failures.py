"""How the log of a failed task ends: Airflow's own task runner runs the tasks, and logs as for its supervisor."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.dags.conftest import DAGS_DIR

SECRET = "a-secret-that-no-log-may-show"
PROGRAM = """
import json, sys
from airflow.sdk import DAG, task
from airflow.sdk.log import mask_secret
from rapport_airflow import DEFAULTS
from extractors.errors import NetworkTrouble
from rapport.errors import ConfigError
from tests.dags.task_runs import run_logged

SECRET = sys.argv[1]

def deep(levels, raise_):
    return raise_() if levels == 0 else deep(levels - 1, raise_)

def ours():
    try:
        int("no number")
    except ValueError as problem:
        raise ConfigError(f"no client \\x1b[2J {SECRET}", "name one\\nin rapport.toml") from problem

def trouble():
    raise NetworkTrouble("X did not answer", "run it again later")

def other():
    raise KeyError(f"id {SECRET}\\nsecond line")

def log_of(raise_, should_retry):
    with DAG("a_dag", default_args=DEFAULTS, schedule=None):
        @task
        def work():
            deep(30, raise_)
        step = work().operator
    state, events, _ = run_logged(step, should_retry, before=lambda: mask_secret(SECRET))
    return state, events

found = {
    "ours": log_of(ours, False), "retried": log_of(trouble, True), "other": log_of(other, False),
}
print("RESULT " + json.dumps(found))
"""


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    base = tmp_path_factory.mktemp("failures")
    env = os.environ | {
        "AIRFLOW_HOME": str(base / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "RAPPORT_HOME": str(base / "home"),
        "PYTHONPATH": os.pathsep.join([str(DAGS_DIR), str(DAGS_DIR.parent)]),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, SECRET], env=env, capture_output=True, text=True, check=False
    )
    last = done.stdout.strip().splitlines()[-1:]
    assert last and last[0].startswith("RESULT "), done.stdout + done.stderr
    found: dict[str, Any] = json.loads(last[0].removeprefix("RESULT "))
    return found


def _last_lines(events: list[dict[str, Any]]) -> list[str]:
    """The last words of the log as Airflow's page shows them: not what only opens or closes a group."""
    return [event for event in (e["event"] for e in events) if not event.startswith("::")][-1].splitlines()


def _is_in_a_group(events: list[dict[str, Any]], words: str) -> bool:
    depth = 0
    for event in events:
        depth += ("::group::" in event["event"]) - ("::endgroup::" in event["event"])
        if event["event"].startswith(words):
            return depth > 0
    raise AssertionError(f"{words} is not logged")


def _exception(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    [found] = [event["exception"] for event in events if event.get("exception")]
    return found


def test_an_error_of_ours_ends_the_log_and_has_no_frames(logs: dict[str, Any]) -> None:
    state, events = logs["ours"]
    assert state == "failed"
    assert _last_lines(events) == ["Failed: no client �[2J ***", "What to do: name one", "in rapport.toml"]
    assert not _is_in_a_group(events, "Failed: ")
    [error] = _exception(events)
    assert (error["exc_type"], error["frames"]) == ("ConfigError", [])


def test_any_other_keeps_its_traceback_and_ends_the_log_too(logs: dict[str, Any]) -> None:
    state, events = logs["other"]
    assert state == "failed"
    first, second = _last_lines(events)
    assert first.startswith("Failed: KeyError: 'id ***") and second.startswith("What to do: ")
    [error] = _exception(events)
    assert error["exc_type"] == "KeyError" and len(error["frames"]) > 30


def test_what_is_tried_again_says_so(logs: dict[str, Any]) -> None:
    state, events = logs["retried"]
    assert state == "up_for_retry"
    assert _last_lines(events) == ["Not done yet, and tried again by itself: X did not answer"]
    assert events[-1]["level"] == "info" and _exception(events)[0]["frames"] == []


def test_the_last_words_show_no_secret(logs: dict[str, Any]) -> None:
    for _, events in logs.values():
        assert SECRET not in "".join(_last_lines(events))
