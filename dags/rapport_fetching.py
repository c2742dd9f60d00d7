"""The DAGs that fetch: the same two for each network, made where rapport.toml names an account on it.

Not a DAG file itself (see .airflowignore). The files that make them hold what people have to know of each.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from airflow.sdk import CronDataIntervalTimetable, CronTriggerTimetable, dag, task
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


STREAM = "{{ task.op_kwargs['spec']['client_id'] }} {{ task.op_kwargs['spec']['stream'] }}"
CLIENT = "{{ task.op_kwargs['spec']['client_id'] }}"


def extraction(network: str, notes: str | None) -> None:
    """Makes `<network>_extract`: three waves of fetches, and a load."""
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

        @task(trigger_rule="none_failed")
        def plan_threads() -> list[dict]:
            from extractors.fetching import steps

            return steps.plan_threads(network, settings(network), run_window(), run_id(), client_id())

        @task(trigger_rule="none_failed")
        def plan_missing() -> list[dict]:
            from extractors.fetching import steps

            return steps.plan_missing(network, settings(network), run_window(), run_id(), client_id())

        @task(map_index_template=STREAM, execution_timeout=timedelta(hours=12))
        def fetch(spec: dict) -> dict:
            from extractors.fetching import steps

            return steps.fetch(network, settings(network), spec, run_window(), run_id())

        @task(**FIRST, outlets=[RAW], trigger_rule="none_failed", execution_timeout=timedelta(hours=2))
        def load() -> dict:
            from extractors.raw import raw_store

            return raw_store.load(settings())

        accounts, threads, missing = plan_accounts(), plan_threads(), plan_missing()
        fetch.override(task_id="fetch_accounts").expand(spec=accounts) >> threads
        fetch.override(task_id="fetch_threads").expand(spec=threads) >> missing
        fetch.override(task_id="fetch_missing").expand(spec=missing) >> load()

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

        # Trigger rule all_success: if nothing was due, nothing is loaded or built.
        @task(**FIRST, outlets=[RAW], execution_timeout=timedelta(hours=1))
        def load() -> dict:
            from extractors.raw import raw_store

            return raw_store.load(settings())

        fetch.expand(spec=plan()) >> load()

    poll()
