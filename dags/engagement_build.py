"""Turns what was loaded into conversations and relationships, checks it, publishes it and writes the reports.

## What is normal
It runs by itself whenever something was loaded, and takes minutes. Loads that end while it runs are all built by its
next run. `gather` waits until all days of a backfill are loaded, an hour at most, so a backfill makes one build, or one
an hour. If all that a run was started for is published already, or nothing has changed since, its tasks are skipped,
and the log of `build` says so. If something is erased while it runs, its last tasks are skipped, and the next run
builds all again. A publication replaces the last one in one step: readers of `published/engagement.duckdb` see either
the whole old one or the whole new one.

## How long to wait
`gather` looks every quarter of a minute, and its log says how many runs it waits for. `build` waits while another
process uses the warehouse, says so in its log every 15 seconds, and gives up after half an hour. Nothing else waits.

## Is a re-run safe
Yes, always: clear the failed task, or trigger the DAG. It can't be backfilled, and need not be: one run covers all that
is loaded. `rapport build`, `rapport check` and `rapport publish` do the same in a shell.

## When it is red
Nothing was published, and readers still see the last good publication. The failed task's log says what to do. `build`:
a model or one of its tests failed; the log has dbt's own message. `check`: the log names rule, table and rows, and the
pages under `quality/` in RAPPORT_HOME show them. If data is late or missing, look at `<network>_extract`. `publish`:
most often the disk is full. `report`: the new file is published, only report pages are missing. `lineage`: likewise,
only the page of what tables mean is that of earlier models.

## Pages
[What tables mean, and what they are made of](/rapport/lineage). [How the checks fared](/rapport/checks). The tasks
`build` and `check` link to them as well.
"""

from datetime import timedelta

from airflow.sdk import dag, task
from rapport_airflow import DEFAULTS, POOL, PUBLISHED, RAW, about, settings
from rapport_alerts import RUNS
from rapport_builds import is_all_loaded, skip_if_published, skip_if_stands, unless_erased
from rapport_links import Checks, Lineage


@dag(
    schedule=[RAW],
    catchup=False,
    max_active_runs=1,
    # It costs nothing and runs only after a load, whose data should reach readers.
    is_paused_upon_creation=False,
    default_args=DEFAULTS | {"execution_timeout": timedelta(hours=3)},
    tags=["rapport", "build", "publish"],
    **about(__doc__),
    **RUNS,
)
def engagement_build() -> None:
    @task.sensor(mode="reschedule", poke_interval=15, timeout=7200)
    def gather() -> bool:
        return is_all_loaded()

    @task(pool=POOL, inlets=[RAW])
    def build() -> dict:
        from extractors.files import lists
        from extractors.topics import matching
        from modelling import dbt

        skip_if_published(settings())
        lists.sync(settings())
        matching.match(settings())
        result = dbt.build(settings())
        skip_if_stands(settings(), result.is_new)
        return {"build_id": result.build_id, "nodes": result.node_count, "seconds": result.seconds}

    @task(pool=POOL)
    @unless_erased()
    def check() -> None:
        from quality import gate

        gate.check(settings())

    @task(pool=POOL, outlets=[PUBLISHED])
    @unless_erased()
    def publish() -> None:
        from operations import heartbeat
        from quality import publish

        publish.publish(settings(), publish.latest_receipt(settings()))
        heartbeat.beat(settings())

    @task
    def report() -> list[str]:
        from reporting import report

        return [str(path) for path in report.write_reports(settings())]

    @task(pool=POOL)
    def lineage() -> bool:
        from operations import lineage

        return lineage.write_if_changed(settings())

    built, checked, published = build(), check(), publish()
    gather() >> built >> checked >> published >> [report(), lineage()]
    built.operator.operator_extra_links = (Lineage(),)
    checked.operator.operator_extra_links = (Checks(),)


engagement_build()
