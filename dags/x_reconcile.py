"""Compares what Rapport's ledger says was read from X with what X says was read, day by day.

Budgets are kept by the ledger, so it has to be true. X tells posts only, for the whole app.

## What is normal
One request a day, in the morning, which costs nothing. Small differences are normal and pass.

## How long to wait
Seconds. X's own numbers may lag by an hour; the day before yesterday does not change any more.

## Is a re-run safe
Yes, it changes nothing. It can't be backfilled: X tells the last days only.

## When it is red
The log names days and numbers. X counts more: another program uses the same app, or the state store was lost
or restored, and budgets are too generous by that much. The ledger counts more: X did not bill what it returned,
which is no harm. Refused (403): the token's project does not show its usage; pause this DAG.
"""

from airflow.sdk import CronTriggerTimetable, dag, task
from rapport_airflow import DEFAULTS, settings
from rapport_alerts import RUNS


@dag(
    schedule=CronTriggerTimetable("0 6 * * *", timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["rapport", "money", "x"],
    doc_md=__doc__,
    **RUNS,
)
def x_reconcile() -> None:
    @task
    def compare() -> None:
        from extractors.x import reconcile

        reconcile.check(reconcile.reconcile(settings()))

    compare()


x_reconcile()
