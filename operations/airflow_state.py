"""What a home's Airflow is at: when each DAG runs, how its last run went, and how far backfills are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from operations.stack.api import FINISHED, AirflowApi

# An extraction is due at its time. The scheduler starts it within seconds, unless another run of the DAG is on.
OVERDUE = timedelta(hours=1)
_EXTRACTION = "_extract"


@dataclass(frozen=True)
class Scheduled:
    """One DAG: when it runs next (None: see `when`), and the state of its last run (None: there was none)."""

    dag_id: str
    is_paused: bool
    next_run_at: datetime | None
    when: str
    last_run_at: datetime | None
    last_state: str | None

    @property
    def is_extraction(self) -> bool:
        return self.dag_id.endswith(_EXTRACTION)


@dataclass(frozen=True)
class Backfill:
    """A backfill that is not over: days from `from_at` to `to_at`, and how many of them have run."""

    dag_id: str
    backfill_id: int
    from_at: datetime
    to_at: datetime
    day_count: int
    done_count: int
    failed_count: int
    is_paused: bool

    @property
    def words(self) -> str:
        """E.g. "x_extract, backfill 3, 2026-11-01 to 2026-11-14: 4 of 14 days are done"."""
        failed = f", {self.failed_count} failed" if self.failed_count else ""
        paused = "; paused" if self.is_paused else ""
        return (
            f"{self.dag_id}, backfill {self.backfill_id}, {self.from_at:%Y-%m-%d} to {self.to_at:%Y-%m-%d}: "
            f"{self.done_count} of {self.day_count} days are done{failed}{paused}"
        )


def scheduled(api: AirflowApi) -> Iterator[Scheduled]:
    """Every DAG with its last run."""
    for dag in api.dags():
        last = next(iter(api.runs(dag["dag_id"], limit=1)), {})
        yield Scheduled(
            dag["dag_id"],
            dag["is_paused"],
            _moment(dag["next_dagrun_run_after"]),
            _when(dag),
            _moment(last.get("run_after")),
            last.get("state"),
        )


def backfills(api: AirflowApi, dag_id: str) -> Iterator[Backfill]:
    """The DAG's backfills that are not over."""
    for found in api.backfills(dag_id):
        if found["completed_at"] is not None:
            continue
        first, last = _moment(found["from_date"]), _moment(found["to_date"])
        if first is None or last is None:
            continue
        counts = api.count_backfilled(dag_id, first, last)
        yield Backfill(
            dag_id, found["id"], first, last, sum(counts.values()), counts["success"], counts["failed"],
            found["is_paused"],
        )  # fmt: skip


def extraction_troubles(
    schedule: list[Scheduled], running_backfills: list[Backfill], now: datetime
) -> list[str]:
    """What keeps new data from coming in, and what to do: runs that failed or are overdue, and failed days."""
    troubles = []
    for dag in schedule:
        if not dag.is_extraction:
            continue
        is_busy = dag.last_state not in (None, *FINISHED) or any(
            backfill.dag_id == dag.dag_id for backfill in running_backfills
        )
        if dag.last_state == "failed":
            troubles.append(
                f"the last run of {dag.dag_id} failed ({dag.last_run_at:%Y-%m-%d %H:%M} UTC). "
                "What to do: the end of its failed task's log says it"
            )
        elif not dag.is_paused and not is_busy and dag.next_run_at and now - dag.next_run_at > OVERDUE:
            troubles.append(
                f"{dag.dag_id} was due {dag.next_run_at:%Y-%m-%d %H:%M} UTC, and has not started. What to do: "
                "`rapport doctor` says whether the scheduler runs"
            )
    troubles += [
        f"{backfill.words}. What to do: clear the days that failed, in Airflow"
        for backfill in running_backfills
        if backfill.failed_count
    ]
    return troubles


def _when(dag: dict[str, Any]) -> str:
    """The schedule in Airflow's words."""
    return str(dag["timetable_description"] or dag["timetable_summary"] or "when it is triggered")


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
