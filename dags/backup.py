"""Copies what a lost disk would take into a folder of its own, and keeps the newest few.

Landing files, the state store, the warehouse, what is published, rapport.toml and the list of outcomes. The copy is
read back and held against what was read. `[backup]` in rapport.toml says where to: without it, under the home, which
is the disk that may be lost.

## What is normal
Once a day, seconds to minutes: as long as copying the warehouse takes, and the landing files where they go to another
disk.

## How long to wait
It waits for its turn at the warehouse and says so every 15 seconds.

## Is a re-run safe
Yes, always: clear the task, trigger the DAG, or `rapport backup` on a shell. A backup is there whole or not at all;
what a killed run left is removed by the next. Each run makes one more, and removes the oldest beyond `keep`.

## When it is red
The log says what the disk refused: make room, mount it, give the right to write. Backups that stand are as they were.
A folder that holds backups of another home is refused. How to put one back: docs/runbook.md, "A disk is lost".
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, task
from rapport_airflow import DEFAULTS, POOL, settings
from rapport_alerts import RUNS

from rapport.config import load_settings

clock = load_settings().config.backup


@dag(
    schedule=CronTriggerTimetable(clock.at, timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS | {"execution_timeout": timedelta(hours=3)},
    tags=["rapport", "backup"],
    doc_md=__doc__,
    **RUNS,
)
def backup() -> None:
    @task(pool=POOL)
    def back_up() -> str:
        from operations.backup import take as backup

        return str(backup.back_up(settings()).path)

    back_up()


backup()
