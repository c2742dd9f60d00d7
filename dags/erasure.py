"""Follows deletions on the networks: what its authors deleted there is erased here, from every file and table.

Every day a share of the posts and accounts we hold is looked up on each network that rapport.toml names, first those
not seen for the longest time. If the access allows it, X's batch compliance names more. What two look-ups in turn call
gone is erased at once from landing, the warehouse, the published file and every report. Of a deleted or suspended
account everything it wrote is erased; of a protected account its posts are. `engagement_build` then builds, checks and
publishes everything again. Each network has two tasks of its own, so that one that does not answer keeps no other back.

## What is normal
One run a day, of minutes. On most days a few posts are gone. Of a deleted post, or one of a protected or suspended
account, only a tombstone with its id remains. Posts that a network still shows are loaded again, edited ones in their
new version. An account that comes back is fetched again from then on; what was erased stays erased.

## How long to wait
`look_up_<network>` waits for its network as a fetch does (up to 15 minutes each time), and up to 20 minutes for X's
batch compliance. `erase_<network>` waits while another process uses the warehouse, and says so every 15 seconds. Then
it reads all landing files, which takes minutes if there are millions of posts.

## Is a re-run safe
Yes, always: clear the failed task. The next `erase_<network>`, whatever it erases, also finishes what a killed one
left. No re-run, backfill or import brings back what was erased.

## When it is red
`look_up_<network>`: as for `<network>_extract`, the log's last lines say what to do; what the other networks no longer
show is erased all the same. `erase_<network>`: until it is green, the texts may still be there. If the disk is full, or
another program has a file open for writing, the log names its path. When a person asks for erasure, do not wait for
this DAG: `rapport erase --post ID` or `--account ID` (docs/runbook.md).
"""

from datetime import timedelta

from airflow.sdk import CronDataIntervalTimetable, dag, task
from rapport_airflow import DEFAULTS, FIRST, RAW, about, run_id, settings
from rapport_alerts import RUNS
from rapport_fetching import for_each_network

from rapport.config import load_settings

clock = load_settings().config.erasure


@dag(
    schedule=CronDataIntervalTimetable(clock.at, timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["rapport", "erase"],
    **about(__doc__),
    **RUNS,
)
def erasure() -> None:
    @task(execution_timeout=timedelta(hours=6))
    def look_up(network: str) -> dict:
        from extractors.fetching import rota

        return rota.look_on(network, settings(network), run_id())

    @task(**FIRST, outlets=[RAW], execution_timeout=timedelta(hours=3))
    def erase(found: dict) -> dict:
        from operations.erasure import everywhere as erasure

        return erasure.follow_network(settings(), found)

    for_each_network(look_up, erase)


erasure()
