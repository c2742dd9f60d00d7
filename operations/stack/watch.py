"""Follows runs in Airflow to their end: shows how far they are, and raises the error of a task that failed."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType

from operations.stack.api import FINISHED, AirflowApi, Json
from operations.stack.errors import RunFailed, StackError
from operations.stack.runner import Stack
from rapport.config import Settings
from rapport.window import Window

BUILD = "engagement_build"
# The tasks that change what is built; those of one network have its name behind it.
CHANGING = ("load", "erase")
POLL_SECONDS = 1.0
DAGS_SECONDS = 180.0
# The scheduler starts a run that is due within about a second; on a machine that is busy it takes longer.
DUE_SECONDS = 120.0
# A fetch that waits for its network's next quarter of an hour shows nothing for so long, nor does a retry after it.
STILL_SECONDS = 1200.0
_DONE = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})
_ACTIVE = frozenset({"running", "queued", "scheduled", "up_for_retry", "deferred", "restarting"})


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is. `now` names the running tasks; the total grows while mapped tasks expand."""

    dag_id: str
    run_id: str
    state: str
    done_count: int
    task_count: int
    now: tuple[str, ...]


def extracts(settings: Settings) -> list[str]:
    """The DAGs that fetch in this home: one for each network that rapport.toml names."""
    return [f"{network}_extract" for network in settings.config.networks]


class Watch:
    """Follows the DAGs that fetch and build in a running stack.

    `show` is called about once a second with the progress of all runs. If nothing changes in any of them for
    `still_seconds`, there is something wrong with Airflow: StackError says where they stand.
    """

    def __init__(
        self,
        stack: Stack,
        show: Callable[[list[RunProgress]], None],
        still_seconds: float = STILL_SECONDS,
    ) -> None:
        self._stack = stack
        self._still_seconds = still_seconds
        self._extracts = extracts(stack.settings)
        self._api = stack.api
        self._show = show
        self._last: list[RunProgress] = []

    def __enter__(self) -> "Watch":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._api.close()

    def await_dags(self) -> None:
        """Waits until this Airflow has read the DAG files; RunFailed names what it can't read."""
        deadline = time.monotonic() + DAGS_SECONDS
        while time.monotonic() < deadline:
            self._stack.require_running()
            for problem in self._api.import_errors():
                last = problem["stack_trace"].strip().splitlines()[-1]
                raise RunFailed(f"Airflow can't read {problem['filename']}: {last}", problem["stack_trace"])
            if all(_is_parsed(self._api.dag(dag_id), self._stack.started_at) for dag_id in self._dags):
                return
            time.sleep(POLL_SECONDS)
        raise StackError(
            f"Airflow has not read the DAG files within {DAGS_SECONDS:.0f} s", "see dag-processor.log"
        )

    def end_interrupted_runs(self) -> None:
        """Ends runs that an earlier, interrupted demo left open in Airflow: new ones would wait behind them."""
        for dag_id in self._extracts:
            for backfill in self._api.backfills(dag_id):
                if backfill["completed_at"] is None:
                    self._api.cancel_backfill(backfill["id"])
        for dag_id in self._dags:
            for run in self._api.runs(dag_id, states=("running", "queued")):
                self._api.end_run(dag_id, run["dag_run_id"], "failed", "interrupted before its end")

    def switch_on(self) -> None:
        """Unpauses the DAGs. A daily run that is due at that moment is marked as a success instead of being run.

        It would run first, and the caller is about to extract its day together with all the others.
        """
        due = {dag_id: day for dag_id in self._extracts if (day := self._due(dag_id))}
        for dag_id in (BUILD, *self._extracts):
            self._api.unpause(dag_id)
        deadline = time.monotonic() + DUE_SECONDS
        while due and time.monotonic() < deadline:
            for dag_id, day in list(due.items()):
                for run in self._api.runs_of_days(dag_id, day, day):
                    if run["run_type"] == "scheduled" and run["state"] not in FINISHED:
                        self._api.end_run(dag_id, run["dag_run_id"], "success", "left to the runs by hand")
                    due.pop(dag_id, None)
            time.sleep(POLL_SECONDS / 4)

    def extract(self, window: Window, client_id: str | None = None) -> None:
        """Triggers the extraction of the window from every network, as the trigger form does; waits until all of it
        is built."""
        started = _now()
        conf = {"window_start": window.start.isoformat(), "window_end": window.end.isoformat()}
        conf |= {"client_id": client_id} if client_id else {}
        run_ids = [(dag_id, self._api.trigger(dag_id, conf)) for dag_id in self._extracts]
        self.until_built(lambda: [self._api.run(dag_id, run_id) for dag_id, run_id in run_ids], started)

    def backfill(self, first: datetime, last: datetime) -> None:
        """Runs the days from `first` to `last` again, by Airflow's backfill; waits until they are built."""
        started = _now()
        for dag_id in self._extracts:
            self._api.backfill(dag_id, first, last, max_active_runs=1)
        self.until_built(
            lambda: [run for dag_id in self._extracts for run in self._api.runs_of_days(dag_id, first, last)],
            started,
        )

    @property
    def _dags(self) -> tuple[str, ...]:
        return (*self._extracts, BUILD)

    def _due(self, dag_id: str) -> datetime | None:
        """The day of the run that begins as soon as the DAG is switched on; None if there is none."""
        dag = self._api.dag(dag_id) or {}
        day, runs_after = dag.get("next_dagrun_logical_date"), dag.get("next_dagrun_run_after")
        is_due = day is not None and runs_after is not None and datetime.fromisoformat(runs_after) <= _now()
        return datetime.fromisoformat(str(day)) if is_due else None

    def until_built(self, extract_runs: Callable[[], list[Json]], since: datetime) -> None:
        """Waits until these extractions are done, and builds that contain all of them are done as well.

        `extract_runs` is called again and again. Builds that were due before `since` don't count. Raises RunFailed
        with the error of the task that failed, and StackError if nothing happens any more.
        """
        moved_at, last = time.monotonic(), self._last
        while True:
            self._stack.require_running()
            extracts = extract_runs()
            builds = self._api.runs(BUILD, since=since)
            self._follow([*extracts, *builds])
            is_idle = all(run["state"] in FINISHED for run in [*extracts, *builds])
            if extracts and is_idle and is_built(self._api, extracts, builds):
                return
            if self._last != last:
                moved_at, last = time.monotonic(), self._last
            elif time.monotonic() - moved_at > self._still_seconds:
                raise StackError(
                    f"nothing has happened in Airflow for {self._still_seconds / 60:.0f} minutes: "
                    + ("; ".join(self._standing([*extracts, *builds])) or "there is no run"),
                    f"read scheduler.log in {self._stack.airflow_home / 'logs' / 'stack'}; then start again",
                )
            time.sleep(POLL_SECONDS)

    def _standing(self, runs: Iterable[Json]) -> Iterator[str]:
        """Where each run stands: how it ended, or which of its tasks are still to be done."""
        for run in runs:
            tasks = self._api.tasks(run["dag_id"], run["dag_run_id"])
            left = [
                f"{_name(task)} {task['state'] or 'not begun'}"
                for task in tasks
                if task["state"] not in _DONE
            ]
            yield f"{run['dag_id']} {run['state']}" + (f" ({', '.join(left)})" if left else "")

    def _follow(self, runs: Iterable[Json]) -> None:
        progress = []
        shown = {(run.dag_id, run.run_id): run for run in self._last}
        for run in runs:
            dag_id, run_id, state = run["dag_id"], run["dag_run_id"], run["state"]
            before = shown.get((dag_id, run_id))
            if before and before.state == state and state in FINISHED:
                progress.append(before)
                continue
            tasks = self._api.tasks(dag_id, run_id)
            if state == "failed":
                raise self._failure(dag_id, tasks)
            done = [task for task in tasks if task["state"] in _DONE]
            now = tuple(_name(task) for task in tasks if task["state"] == "running")
            waiting = tuple(
                f"{_name(task)} (to be retried)" for task in tasks if task["state"] == "up_for_retry"
            )
            progress.append(RunProgress(dag_id, run_id, state, len(done), len(tasks), now + waiting))
        self._last = progress
        self._show(progress)

    def _failure(self, dag_id: str, tasks: Iterable[Json]) -> RunFailed:
        failed = [task for task in tasks if task["state"] == "failed"]
        if not failed:
            return RunFailed(f"a run of {dag_id} was ended by hand", "start again")
        first = min(failed, key=lambda task: task["end_date"] or "")
        error, remedy = own_error(self._api.log(first))
        more = f" ({len(failed) - 1} more tasks failed as well)" if len(failed) > 1 else ""
        return RunFailed(f"{dag_id}: {_name(first)} failed{more}:\n  {error}", remedy)


def is_built(api: AirflowApi, loads: Iterable[Json], builds: Iterable[Json]) -> bool:
    """Whether a build began after all that these runs have changed in the warehouse, or found it published already.

    Which loads started a build does not tell: of those that end while another runs, Airflow names the first only. A
    build is skipped if there is nothing for it to do: a load takes what has landed of all networks, so the one after it
    may have nothing to load.
    """
    changed = [task["end_date"] for run in loads for task in _ended(api, run, changes)]
    begun = [
        task["start_date"]
        for run in builds
        if run["state"] == "success"
        for task in _ended(api, run, lambda task_id: task_id == "build", ("success", "skipped"))
    ]
    return bool(begun) and all(max(map(_moment, begun)) >= _moment(end) for end in changed)


def own_error(events: Iterable[Json]) -> tuple[str, str]:
    """The last exception in a task's log, as (its message, its remedy).

    Without an exception (the process was killed, say) it is the last warning or error of the log.
    """
    exception, logged = "", "the log holds no error"
    for event in events:
        details = event.get("error_detail") or []
        if details:
            # The list starts with the exception itself; its causes follow.
            found = details[0]
            exception = str(found.get("exc_value") or "") or str(found.get("exc_type"))
            if found.get("exc_type") not in (None, "RapportError") and "What to do:" not in exception:
                exception = f"{found['exc_type']}: {exception}"
        elif event.get("level") in ("error", "critical", "warning"):
            logged = str(event.get("event"))
    message, _, remedy = (exception or logged).partition("\n  What to do: ")
    return message, remedy or "read the task's log in Airflow's pages"


def changes(task_id: str) -> bool:
    """Whether the task changes what is built."""
    return task_id.split("_")[0] in CHANGING


def _ended(
    api: AirflowApi, run: Json, is_meant: Callable[[str], bool], states: tuple[str, ...] = ("success",)
) -> list[Json]:
    tasks = api.tasks(run["dag_id"], run["dag_run_id"])
    return [task for task in tasks if is_meant(task["task_id"]) and task["state"] in states]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _now() -> datetime:
    return datetime.now(UTC)


def _is_parsed(dag: Json | None, since: datetime) -> bool:
    if dag is None or not dag.get("last_parsed_time"):
        return False
    return datetime.fromisoformat(dag["last_parsed_time"]) >= since


def _name(task: Json) -> str:
    """E.g. "fetch_accounts (aurora own_posts)"; with the index as long as a mapped task has no name yet."""
    if task["map_index"] is None or task["map_index"] < 0:
        return str(task["task_id"])
    return f"{task['task_id']} ({task['rendered_map_index'] or task['map_index']})"
