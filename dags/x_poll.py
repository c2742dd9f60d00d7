"""Looks again, between the daily runs, at conversations in which something was said lately, and loads what is new.

A conversation is due 15 minutes, an hour, 6 hours and a day after its newest post, then daily, until it has
been silent for `polling.close_after_days` (rapport.toml). A new post begins that anew. New conversations are
found by `x_extract`; this DAG brings their late replies sooner, and before they might be deleted.

## What is normal
Four runs an hour, most of a few seconds: with nothing due, `fetch` and `load` are skipped. An empty answer costs
nothing; what was brought here, `x_extract` does not ask for again.

## How long to wait
A run is over in a few minutes. One that waits for X's limits (450 searches in 15 minutes) says so in its log; the
next run starts when it has ended.

## Is a re-run safe
Yes, always; and not needed: what was missed is still due at the next run. It is not backfilled: it is about now.

## When it is red
As with `x_extract`: the last lines of the log say what to do. `budget reached` is not red; the daily run fetches
the same posts when there is budget again. Too many runs for what they bring: pause this DAG. Nothing is lost by
that, late replies only arrive with the daily run.
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, task
from rapport_airflow import DEFAULTS, POOL, RAW, poll_id, poll_window, settings
from rapport_alerts import RUNS

CLIENT = "{{ task.op_kwargs['spec']['client_id'] }}"


@dag(
    schedule=CronTriggerTimetable("*/15 * * * *", timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["rapport", "extract", "x"],
    doc_md=__doc__,
    **RUNS,
)
def x_poll() -> None:
    @task
    def plan() -> list[dict]:
        from extractors.x import steps

        return steps.plan_polls(settings())

    @task(map_index_template=CLIENT, execution_timeout=timedelta(hours=1))
    def fetch(spec: dict) -> dict:
        from extractors.x import steps

        return steps.fetch(settings(), spec, poll_window(), poll_id())

    # all_success: where nothing was due, nothing is loaded and nothing is built.
    @task(pool=POOL, outlets=[RAW], execution_timeout=timedelta(hours=1))
    def load() -> dict:
        from extractors.raw import raw_store

        return raw_store.load(settings())

    fetch.expand(spec=plan()) >> load()


x_poll()
