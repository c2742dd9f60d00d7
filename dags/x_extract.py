"""Fetches what was said on X by, to and around every client's accounts, and loads it.

It fetches in three waves, because each needs what the one before has landed: first the accounts themselves (profiles,
own posts, mentions), then the conversations and quotes that their posts started or joined, then the posts that those
refer to and that are still missing. One load follows, which starts `engagement_build`.

## What is normal
One run a day, after midnight UTC, for the day before. It takes a few minutes for a day, and an hour or more for half a
year of several clients: X allows a number of requests in 15 minutes, and a fetch that has used them up waits. A wave
with nothing to fetch is skipped; `load` runs all the same. A fetch that returns the status `budget reached` is green:
the next run fetches the rest, which is shown as a gap until then.

## How long to wait
A fetch that logs that it waits is healthy: up to 15 minutes each time. It is not if its log has no new line for 30
minutes. A task in the state up for retry starts again by itself (5 minutes after a network error, 15 after a rate
limit).

## Is a re-run safe
Yes, always: clear the failed task, or trigger the same window again. Pages that have landed are kept, a half-finished
walk goes on where it stopped, and posts that arrive twice are counted once. A backfill is the same code with another
day as its window. What a red run has landed is loaded by the next one, or by `rapport load`.

## When it is red
The last lines of the failed task's log say what is wrong and what to do. Token missing or refused: check the password
of the connection `x_api`, or X_BEARER_TOKEN. Out of credits, or a spending cap reached: buy credits or raise the cap,
then clear the task. Unknown handle: correct rapport.toml. Warehouse busy: end the command that has it open (`rapport
status`). No DAGs, or an import error: rapport.toml has an error, and the message names its line.

## Triggering by hand
Leave both fields of the window empty for the last whole interval, or give both (the end is not included). A window
that ends in the future is refused, and so are fields that the form does not have.

## Backfilling
The form's own From and To say which days; each of them is a run with that day as its window. The fields "A single
run" stay empty: with them filled in, the runs are red. `engagement_build` waits until all days are loaded, an hour
at most, and builds once. How to go on after a cancelled backfill: docs/runbook.md, "A backfill went wrong".
"""

from datetime import UTC, datetime, time, timedelta

from airflow.sdk import CronDataIntervalTimetable, dag, task
from rapport_airflow import DEFAULTS, FIRST, RAW, about, client_id, run_form, run_id, run_window, settings
from rapport_alerts import RUNS

from rapport.config import load_settings

clock = load_settings().config.schedule
STREAM = "{{ task.op_kwargs['spec']['client_id'] }} {{ task.op_kwargs['spec']['stream'] }}"


@dag(
    schedule=CronDataIntervalTimetable(clock.extract, timezone="UTC"),
    start_date=datetime.combine(clock.first_day, time.min, UTC) if clock.first_day else None,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["rapport", "extract", "x"],
    **about(__doc__),
    **RUNS,
    params=run_form(),
)
def x_extract() -> None:
    @task
    def plan_accounts() -> list[dict]:
        from extractors.fetching import steps

        # Before anything is asked for. What can't be fetched is refused here, and not by every task.
        run_window()
        return steps.plan_accounts("x", settings(), client_id(), run_id())

    @task(trigger_rule="none_failed")
    def plan_threads() -> list[dict]:
        from extractors.fetching import steps

        return steps.plan_threads("x", settings(), run_window(), run_id(), client_id())

    @task(trigger_rule="none_failed")
    def plan_missing() -> list[dict]:
        from extractors.fetching import steps

        return steps.plan_missing("x", settings(), run_window(), run_id(), client_id())

    @task(map_index_template=STREAM, execution_timeout=timedelta(hours=12))
    def fetch(spec: dict) -> dict:
        from extractors.fetching import steps

        return steps.fetch("x", settings(), spec, run_window(), run_id())

    @task(**FIRST, outlets=[RAW], trigger_rule="none_failed", execution_timeout=timedelta(hours=2))
    def load() -> dict:
        from extractors.raw import raw_store

        return raw_store.load(settings())

    accounts, threads, missing = plan_accounts(), plan_threads(), plan_missing()
    fetch.override(task_id="fetch_accounts").expand(spec=accounts) >> threads
    fetch.override(task_id="fetch_threads").expand(spec=threads) >> missing
    fetch.override(task_id="fetch_missing").expand(spec=missing) >> load()


x_extract()
