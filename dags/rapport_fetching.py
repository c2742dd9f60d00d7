"""The DAGs that fetch: the same two for each network, made where rapport.toml names an account on it.

Not a DAG file itself (see .airflowignore). The files that make them hold what people have to know of each.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from airflow.sdk import CronDataIntervalTimetable, CronTriggerTimetable, dag, task
from airflow.sdk.exceptions import AirflowSkipException
from rapport_airflow import (
    DEFAULTS,
    FIRST,
    RAW,
    about,
    client_id,
    poll_id,
    poll_window,
    run_form,
    run_id,
    run_window,
    settings,
)
from rapport_alerts import RUNS

from rapport.config import load_settings


def where_named(network: str, make: Callable[[], object]) -> None:
    """Makes the DAG if rapport.toml names an account on the network."""
    if network in load_settings().config.networks:
        make()


def for_each_network(look_up: Any, erase: Any) -> None:
    """`look_up` and what `erase` makes of it, as two tasks for each network that rapport.toml names."""
    for network in load_settings().config.networks:
        found = look_up.override(task_id=f"look_up_{network}")(network)
        erase.override(task_id=f"erase_{network}")(found)


def require(*before: Sequence[Any] | None) -> None:
    """Skips the task unless each of these came: a plan that has failed left None, fetches that all failed left nothing.

    Tasks that go on where one stream failed have the trigger rule all_done. Else they would go on after nothing, too.
    """
    if any(came is None for came in before):
        raise AirflowSkipException("what this needs was not done: see the task that failed before it")


@task(trigger_rule="none_failed")
def complete() -> None:
    """The last task of a run: it is not reached where anything has failed, so that the run is red."""


STREAM = "{{ task.op_kwargs['spec']['client_id'] }} {{ task.op_kwargs['spec']['stream'] }}"
CLIENT = "{{ task.op_kwargs['spec']['client_id'] }}"


def extraction(network: str, notes: str | None) -> None:
    """Makes `<network>_extract`: three waves of fetches, and a load. A stream that fails holds back its client's later
    waves, and nobody else's."""
    config = load_settings().config
    if network not in config.networks:
        return
    clock = config.schedule

    @dag(
        dag_id=f"{network}_extract",
        schedule=CronDataIntervalTimetable(clock.extract, timezone="UTC"),
        start_date=datetime.combine(clock.first_day, time.min, UTC) if clock.first_day else None,
        catchup=False,
        max_active_runs=1,
        default_args=DEFAULTS,
        tags=["rapport", "extract", network],
        **about(notes),
        **RUNS,
        params=run_form(),
    )
    def extract() -> None:
        @task
        def plan_accounts() -> list[dict]:
            from extractors.fetching import steps

            # Before anything is asked for. What can't be fetched is refused here, and not by every task.
            run_window()
            return steps.plan_accounts(network, settings(network), client_id(), run_id())

        @task(trigger_rule="all_done")
        def plan_threads(planned: list[dict] | None, fetched: Sequence[dict]) -> list[dict]:
            from extractors.fetching import steps

            require(planned)
            held_back = steps.held_back(network, planned, fetched[:])
            return steps.plan_threads(
                network, settings(network), run_window(), run_id(), client_id(), held_back
            )

        @task(trigger_rule="all_done")
        def plan_missing(
            planned: list[dict] | None,
            fetched: Sequence[dict],
            planned_threads: list[dict] | None,
            fetched_threads: Sequence[dict],
        ) -> list[dict]:
            from extractors.fetching import steps

            require(planned, planned_threads)
            held_back = steps.held_back(network, planned + planned_threads, fetched[:] + fetched_threads[:])
            return steps.plan_missing(
                network, settings(network), run_window(), run_id(), client_id(), held_back
            )

        @task(map_index_template=STREAM, execution_timeout=timedelta(hours=12))
        def fetch(spec: dict) -> dict:
            from extractors.fetching import steps

            return steps.fetch(network, settings(network), spec, run_window(), run_id())

        @task(**FIRST, outlets=[RAW], trigger_rule="all_done", execution_timeout=timedelta(hours=2))
        def load(planned: list[dict] | None) -> dict:
            from extractors.raw import raw_store

            require(planned)
            return raw_store.load(settings())

        accounts = plan_accounts()
        fetched = fetch.override(task_id="fetch_accounts").expand(spec=accounts)
        threads = plan_threads(accounts, fetched)
        fetched_threads = fetch.override(task_id="fetch_threads").expand(spec=threads)
        missing = plan_missing(accounts, fetched, threads, fetched_threads)
        fetched_missing = fetch.override(task_id="fetch_missing").expand(spec=missing)
        loaded = load(missing)
        fetched_missing >> loaded
        [accounts, fetched, threads, fetched_threads, missing, fetched_missing, loaded] >> complete()

    extract()


def polling(network: str, notes: str | None) -> None:
    """Makes `<network>_poll`: the conversations that are due, and a load."""
    if network not in load_settings().config.networks:
        return

    @dag(
        dag_id=f"{network}_poll",
        schedule=CronTriggerTimetable("*/15 * * * *", timezone="UTC"),
        catchup=False,
        max_active_runs=1,
        default_args=DEFAULTS,
        tags=["rapport", "extract", network],
        **about(notes),
        **RUNS,
    )
    def poll() -> None:
        @task
        def plan() -> list[dict]:
            from extractors.fetching import steps

            return steps.plan_polls(network, settings(network))

        @task(map_index_template=CLIENT, execution_timeout=timedelta(hours=1))
        def fetch(spec: dict) -> dict:
            from extractors.fetching import steps

            return steps.fetch(network, settings(network), spec, poll_window(), poll_id())

        # If nothing was due, or everything failed, nothing is loaded or built.
        @task(**FIRST, outlets=[RAW], trigger_rule="all_done", execution_timeout=timedelta(hours=1))
        def load(fetched: Sequence[dict]) -> dict:
            from extractors.raw import raw_store

            require(fetched[:] or None)
            return raw_store.load(settings())

        planned = plan()
        fetched = fetch.expand(spec=planned)
        [planned, fetched, load(fetched)] >> complete()

    poll()
