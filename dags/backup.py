"""Copies everything that a lost disk would take with it into a new folder, and keeps the newest backups.

Copied are the landing files, the state store, the warehouse, what is published, rapport.toml and the list of
outcomes. The copy is read back and compared with what was read. `[backup]` in rapport.toml says where backups go.
Without it they lie in the home, on the very disk that may be lost.

## What is normal
One run a day, of seconds to minutes. It takes as long as it takes to copy the warehouse, and the landing files if they
go to another disk.

## How long to wait
As long as another process uses the warehouse, it waits, and says so in its log every 15 seconds.

## Is a re-run safe
Yes, always: clear the task, trigger the DAG, or run `rapport backup` in a shell. A backup is complete or not there at
all; the next run removes what a killed one left. Each run adds a backup and removes the oldest beyond `keep`.

## When it is red
The log says what the disk refused: make room, mount it, or give the right to write. Earlier backups are unchanged. A
folder with backups of another home is refused. How to restore one: docs/runbook.md, "A disk is lost".
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, task
from rapport_airflow import DEFAULTS, POOL, about, settings
from rapport_alerts import RUNS

from rapport.config import load_settings

clock = load_settings().config.backup


@dag(
    schedule=CronTriggerTimetable(clock.at, timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS | {"execution_timeout": timedelta(hours=3)},
    tags=["rapport", "backup"],
    **about(__doc__),
    **RUNS,
)
def backup() -> None:
    @task(pool=POOL)
    def back_up() -> str:
        from operations.backup import take as backup

        return str(backup.back_up(settings()).path)

    back_up()


backup()
