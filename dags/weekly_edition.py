"""Freezes the week: Monday's publication as Parquet and HTML, under published/editions/<ISO week>/.

## What is normal
Mondays, seconds. The edition is of the week that has just ended. One that stands is left as it is, so a second run
does nothing; only an erasure changes an edition, and its manifest says so.

## How long to wait
Until the extraction of Sunday is built, published and reported: as long as it is not, the task is red and is tried
again every two hours, three times.

## Is a re-run safe
Yes, always: clear the task, trigger the DAG, or `rapport edition` on a shell. What is frozen is what is published
then, as the edition of the newest week that is over: a week that was missed altogether can't be made up for.

## When it is red
The log says which week is due and how far the publication reaches: look at `x_extract` and `engagement_build`. Or the
reports are missing: `rapport report`. Or the disk is full: an edition is never half there.
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, task
from rapport_airflow import DEFAULTS, POOL, due_day, settings
from rapport_alerts import RUNS

from rapport.config import load_settings

clock = load_settings().config.schedule


@dag(
    schedule=CronTriggerTimetable(clock.edition, timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS | {"retries": 3, "execution_timeout": timedelta(hours=1)},
    tags=["rapport", "edition", "publish"],
    doc_md=__doc__,
    **RUNS,
)
def weekly_edition() -> None:
    @task(pool=POOL)
    def freeze() -> str:
        from quality import editions

        return str(editions.freeze(settings(), due=editions.week_due(due_day())).path)

    freeze()


weekly_edition()
