"""Follows deletions: what its authors took from X goes here, too, from every file and table.

A share of the posts and accounts we hold is looked up every day, the longest unseen first; where the access allows
it, X's batch compliance names more. What a look-up calls gone, twice, is erased: landing, warehouse, the published
file and every report at once. With a deleted or suspended account goes all it wrote; of a protected one the posts go.
`engagement_build` then makes, checks and publishes everything anew.

## What is normal
Once a day, minutes. Most days a few posts are gone. A deleted post, or one of a protected or suspended account,
leaves nothing but a tombstone with its id. Posts that X shows are loaded anew, edited ones with their new version. An
account that comes back to X is fetched again from then on; what was erased stays erased.

## How long to wait
`look_up` waits for X like a fetch (up to 15 minutes each time), and up to 20 minutes for batch compliance.
`erase` waits for its turn at the warehouse and says so every 15 seconds; then it reads all landing files, which
takes minutes where there are millions of posts.

## Is a re-run safe
Yes, always: clear the failed task. What a killed `erase` left is taken up by the next one, whatever it is about.
Nothing that was erased comes back by a re-run, a backfill or an import.

## When it is red
`look_up`: as for `x_extract`, the log's last lines say what to do. `erase`: until it is green the texts may still be
there; a full disk or a file that somebody has open for writing is named with its path. On request of a person do not
wait for this DAG: `rapport erase --post ID` or `--account ID` (docs/runbook.md).
"""

from datetime import timedelta

from airflow.sdk import CronDataIntervalTimetable, dag, task
from rapport_airflow import DEFAULTS, POOL, RAW, run_id, settings
from rapport_alerts import RUNS

from rapport.config import load_settings

clock = load_settings().config.erasure


@dag(
    schedule=CronDataIntervalTimetable(clock.at, timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["rapport", "erase", "x"],
    doc_md=__doc__,
    **RUNS,
)
def erasure() -> None:
    @task(execution_timeout=timedelta(hours=6))
    def look_up() -> dict:
        from extractors.x import rota

        return rota.look(settings(), run_id())

    @task(pool=POOL, outlets=[RAW], execution_timeout=timedelta(hours=3))
    def erase(found: dict) -> dict:
        from operations.erasure import everywhere as erasure

        return erasure.follow_network(settings(), found)

    erase(look_up())


erasure()
