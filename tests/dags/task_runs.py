"""Runs a task as Airflow's workers do, by its own task runner; what the runner tells its supervisor is kept here.

For a process of its own: it takes over the process's logging.
"""

import io
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from airflow.sdk.api.datamodels._generated import DagRun, TIRunContext
from airflow.sdk.execution_time import task_runner
from airflow.sdk.execution_time.comms import ErrorResponse, ErrorType, GetConnection, MaskSecret
from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance, finalize, run
from airflow.sdk.log import configure_logging, reset_logging


class Supervisor:
    """The other end of the runner. It knows no connection: those of the tests stand in the environment."""

    socket = None

    def __init__(self) -> None:
        self.told: list[Any] = []

    def send(self, msg: Any = None, **other: Any) -> Any:
        if not isinstance(msg, MaskSecret):  # what the supervisor, too, is to take out of every log
            self.told.append(msg)
        return ErrorResponse(error=ErrorType.CONNECTION_NOT_FOUND) if isinstance(msg, GetConnection) else None


def run_logged(
    step: Any,
    should_retry: bool = False,
    conf: dict[str, Any] | None = None,
    before: Callable[[], None] = lambda: None,
) -> tuple[str, list[dict[str, Any]], list[Any]]:
    """How the task ended, what it logged, and what was told the supervisor (XComs, rendered fields).

    `before` is called once logging is set up.
    """
    supervisor = Supervisor()
    task_runner.SUPERVISOR_COMMS = supervisor
    now = datetime.now(UTC)  # of Airflow's own bookkeeping
    about: dict[str, Any] = {"dag_id": step.dag.dag_id, "run_id": "manual__1"}
    ti = RuntimeTaskInstance.model_construct(
        **about, id=uuid.uuid4(), task_id=step.task_id, try_number=1, dag_version_id=uuid.uuid4(), map_index=-1,
        task=step, start_date=now, max_tries=2, bundle_instance=None,
    )  # fmt: skip
    ti._ti_context_from_server = TIRunContext(
        dag_run=DagRun(
            **about, logical_date=now, data_interval_start=now, data_interval_end=now, run_after=now,
            start_date=now, end_date=None, run_type="manual", state="running", consumed_asset_events=[],
            partition_key=None, conf=conf or {},
        ),
        max_tries=2, should_retry=should_retry,
    )  # fmt: skip
    reset_logging()
    configure_logging.cache_clear()
    out = io.BytesIO()
    configure_logging(json_output=True, output=out, sending_to_supervisor=True)
    before()
    log = structlog.get_logger("task")
    context = ti.get_template_context()
    state, _, error = run(ti, context, log)
    context["exception"] = error
    finalize(ti, state, context, log, error)
    return state.value, [json.loads(line) for line in out.getvalue().decode().splitlines()], supervisor.told
