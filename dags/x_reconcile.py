"""Compares the posts that Rapport's ledger says were read from X with those that X has counted, day by day.

Budgets rely on the ledger, so it has to be right. X counts posts only, and for the whole app. Calls whose answers were
lost (a killed process, a broken connection) are booked at their worst; they are corrected here, once X's count of their
day is final.

## What is normal
One request a day, in the morning, which costs nothing. Small differences are normal and no error.

## How long to wait
Seconds. X's own numbers may lag behind by an hour; those of the day before yesterday are final.

## Is a re-run safe
Yes: what is corrected is corrected once. It can't be backfilled: X reports only the last days.

## When it is red
The log names days and numbers. If X has counted more, another program uses the same app, or the state store was lost
or restored: more was spent than the budgets know of. If the ledger has counted more, X did not bill everything it
returned, which does no harm. Refused (403): the token's project does not show its usage; pause this DAG.
"""

from airflow.sdk import CronTriggerTimetable, dag, task
from rapport_airflow import DEFAULTS, about, settings
from rapport_alerts import RUNS
from rapport_fetching import where_named

from rapport.networks import X


@dag(
    schedule=CronTriggerTimetable("0 6 * * *", timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["rapport", "money", X.name],
    **about(__doc__),
    **RUNS,
)
def x_reconcile() -> None:
    @task
    def compare() -> None:
        from extractors.x import reconcile

        reconcile.check(reconcile.reconcile(settings(X.name)))

    compare()


where_named(X.name, x_reconcile)
