"""Sends by mail and chat what the report says: with the frozen week the board page, each day who waits for us.

## What is normal
It runs after each publication, after each frozen week and every six hours, for seconds. The first run after a day was
published sends its list; the first after the week was frozen sends board page and workbook. Where it is still the
weekend, or a server took nothing, the next run by the clock sends what is left. Each recipient gets each message once:
all other runs find nothing to send, and their log says so for each message, with the reason. Without
`[[clients.deliveries]]` in rapport.toml its task is skipped.

## How long to wait
A mail server has half a minute to answer, a webhook a quarter of a minute. What a server refuses is tried again after
ten minutes, twice.

## Is a re-run safe
Yes, always: nobody gets a message twice. `rapport deliver` does the same in a shell, and `rapport deliver --show`
prints what is due and sends nothing.

## When it is red
The log says which message did not arrive, and why; all others were sent. No webhook has that name, or an address is
none: correct rapport.toml, or the connection. A server or webhook can't be reached, or refuses: check the
connections `smtp_default` and `rapport_chat`, and the address. It is not known whether a message arrived, because its
sending was cut short: ask the recipient, then `rapport deliver --again` or `--arrived`. A rule of the checks blocks
the newest build: nothing is sent until it holds; see `engagement_build`.
"""

from datetime import timedelta

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag, task
from rapport_airflow import DEFAULTS, EDITION, PUBLISHED, about
from rapport_alerts import RUNS
from rapport_delivery import send


@dag(
    # By the clock, too: what waits for the end of the weekend somewhere goes before the morning of Monday there.
    schedule=AssetOrTimeSchedule(
        assets=(PUBLISHED | EDITION), timetable=CronTriggerTimetable("15 3-23/6 * * *", timezone="UTC")
    ),
    catchup=False,
    max_active_runs=1,
    # It sends nothing to anybody whom rapport.toml does not name.
    is_paused_upon_creation=False,
    default_args=DEFAULTS | {"execution_timeout": timedelta(hours=1)},
    tags=["rapport", "delivery"],
    **about(__doc__),
    **RUNS,
)
def delivery() -> None:
    @task
    def deliver() -> dict:
        return send()

    deliver()


delivery()
