"""Removes Airflow's old logs and its history of runs, which would grow for ever. No data of Rapport is touched.

`[cleanup] keep_days` in rapport.toml says how many days are kept. The last scheduled run of each DAG always is.

## What is normal
One run a day, of seconds. The logs of the two tasks say how much was removed; in the first weeks it is nothing.

## How long to wait
Seconds; minutes after a long time without it.

## Is a re-run safe
Yes, always. What one run leaves, the next one removes.

## When it is red
`remove_logs`: the log names the file that could not be removed; give the user of Airflow the right to do so.
`clean_database`: Airflow's database is out of reach or has no room, or RAPPORT_AIRFLOW_DATABASE_URL is not set
(docs/runbook.md, "Airflow's logs and history"). Nothing else depends on this DAG.
"""

from pathlib import Path

from airflow.sdk import CronTriggerTimetable, dag, task
from airflow.sdk.configuration import conf
from rapport_airflow import DEFAULTS, about, settings
from rapport_alerts import RUNS

from rapport.config import load_settings

clock = load_settings().config.cleanup


@dag(
    schedule=CronTriggerTimetable(clock.at, timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    # Nobody would think of switching it on before the disk is full.
    is_paused_upon_creation=False,
    default_args=DEFAULTS,
    tags=["rapport", "cleanup"],
    **about(__doc__),
    **RUNS,
)
def cleanup() -> None:
    @task
    def remove_logs() -> int:
        from operations import airflow_cleanup

        return airflow_cleanup.remove_logs(settings(), Path(conf.get("logging", "base_log_folder")))

    @task
    def clean_database() -> dict:
        from operations import airflow_cleanup

        return airflow_cleanup.clean_database(settings())

    remove_logs()
    clean_database()


cleanup()
