"""Freezes the week: Monday's publication as Parquet and HTML, under published/editions/<ISO week>/.

## What is normal
One run each Monday, of seconds. The edition is of the week that has just ended. An existing edition is left unchanged,
so a second run does nothing. Only an erasure changes an edition, and its manifest says so.

## How long to wait
Until the extraction of Sunday is built, published and reported. Until then the task fails, and is retried three times,
every two hours.

## Is a re-run safe
Yes, always: clear the task, trigger the DAG, or run `rapport edition` in a shell. It freezes what is published at that
moment, as the edition of the last week that has ended. A week that was missed altogether can't be frozen later.

## When it is red
The log says which week is due and how far the publication reaches: look at `<network>_extract` and `engagement_build`.
If the reports are missing: `rapport report`. If the disk is full: make room. An edition is complete or not there at
all.
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, task
from rapport_airflow import DEFAULTS, EDITION, POOL, about, due_day, settings
from rapport_alerts import RUNS

from rapport.config import load_settings

clock = load_settings().config.schedule


@dag(
    schedule=CronTriggerTimetable(clock.edition, timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS | {"retries": 3, "execution_timeout": timedelta(hours=1)},
    tags=["rapport", "edition", "publish"],
    **about(__doc__),
    **RUNS,
)
def weekly_edition() -> None:
    @task(pool=POOL, outlets=[EDITION])
    def freeze() -> str:
        from quality import editions

        return str(editions.freeze(settings(), due=editions.week_due(due_day())).path)

    freeze()


weekly_edition()
