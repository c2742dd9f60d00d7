"""A failing task's own words, from logs in the form that Airflow 3.3 gives them; and when all is built."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from operations.stack.api import AirflowApi
from operations.stack.errors import StackError
from operations.stack.runner import Address, Stack
from operations.stack.watch import BUILD, Watch, is_built, own_error
from rapport.config import load_settings
from tests.extractors.server import Reply, ScriptedX
from tests.operations.scripted_airflow import PASSWORD, scripted_airflow


def _raised(kind: str, value: str) -> dict[str, object]:
    return {
        "event": "Task failed with exception",
        "level": "error",
        "error_detail": [{"exc_type": kind, "exc_value": value}],
    }


def test_an_error_of_rapport_keeps_its_message_and_remedy_apart() -> None:
    events = [
        {"event": "fetching", "level": "info"},
        _raised("ConfigError", "no such client\n  What to do: name one"),
    ]
    assert own_error(events) == ("no such client", "name one")


def test_any_other_error_is_named_with_its_type() -> None:
    events = [
        _raised("ValueError", "first"),
        _raised("KeyError", "'id'"),
        {"event": "ended", "level": "info"},
    ]
    assert own_error(events) == ("KeyError: 'id'", "read the task's log in Airflow's pages")


def test_without_an_exception_the_last_complaint_stands_in() -> None:
    events = [
        {"event": "Process terminated by signal 9", "level": "critical"},
        {"event": "bye", "level": "info"},
    ]
    assert own_error(events)[0] == "Process terminated by signal 9"
    assert own_error([])[0] == "the log holds no error"


def _task(task_id: str, state: str | None, start: str, end: str) -> dict[str, object]:
    return {
        "dag_id": "-", "dag_run_id": "-", "task_id": task_id, "map_index": -1, "state": state,
        "start_date": f"2026-12-01T01:19:{start}+00:00", "end_date": f"2026-12-01T01:19:{end}+00:00",
    }  # fmt: skip


def _run(
    server: ScriptedX, dag_id: str, run_id: str, state: str, *tasks: dict[str, object]
) -> dict[str, object]:
    """A run as Airflow tells it, with its tasks."""
    path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}"
    run = {"dag_id": dag_id, "dag_run_id": run_id, "state": state}
    server.answer(path, Reply(run))
    server.answer(f"{path}/taskInstances", Reply({"task_instances": tasks, "total_entries": len(tasks)}))
    return run


def test_a_build_that_finds_nothing_left_to_build_contains_what_was_loaded() -> None:
    """The first load takes what has landed of the other network as well; that one's own load has nothing new, and comes
    after the build."""
    with scripted_airflow() as server:
        loads = [
            _run(server, "bluesky_extract", "1", "success", _task("load", "success", "16.1", "17.1")),
            _run(server, "mastodon_extract", "1", "success", _task("load", "success", "28.7", "29.3")),
        ]
        first = _run(server, BUILD, "1", "success", _task("build", "success", "17.3", "27.7"))
        again = _run(server, BUILD, "2", "success", _task("build", "skipped", "44.7", "45.6"))
        api = AirflowApi(server.url, "admin", PASSWORD)
        assert not is_built(api, loads, [first])
        assert is_built(api, loads, [first, again])
        assert is_built(api, loads[:1], [first])
        ended = _run(server, BUILD, "3", "failed", _task("build", "skipped", "44.7", "45.6"))
        assert not is_built(api, loads, [first, ended])


@pytest.mark.parametrize("is_stuck", [True, False], ids=["a run hangs", "no build comes"])
def test_where_nothing_happens_any_more_it_says_where_things_stand(tmp_path: Path, is_stuck: bool) -> None:
    with scripted_airflow() as server:
        load = _task("load", None if is_stuck else "success", "16.1", "17.1")
        run = _run(server, "x_extract", "1", "running" if is_stuck else "success", load)
        server.answer(f"/api/v2/dags/{BUILD}/dagRuns", Reply({"dag_runs": [], "total_entries": 0}))
        stack = Stack(load_settings(tmp_path))
        stack.address = Address(server.url, "admin", PASSWORD, None)
        with (
            Watch(stack, lambda runs: None, still_seconds=0.1) as watch,
            pytest.raises(StackError, match="nothing has happened in Airflow") as found,
        ):
            watch.until_built(lambda: [run], datetime(2026, 12, 1, tzinfo=UTC))
    assert ("x_extract running (load not begun)" if is_stuck else "x_extract success") in str(found.value)
    assert "scheduler.log" in str(found.value)
