"""Sends a test alert by every channel that `[alerts]` in rapport.toml names (mail, webhook).

## What is normal
It runs only when you trigger it. The test arrives within a minute.

## How long to wait
Seconds, or up to half a minute if a mail server does not answer.

## Is a re-run safe
Yes; it sends the test again.

## When it is red
The log names the channel that failed and what the server answered: check the connection (`smtp_default` for mail,
`rapport_webhook` for the webhook). A channel that works gets an alert of this failed run as of any other. If the run
is green and no message arrives, the server has accepted it: look for it there.
"""

from airflow.sdk import dag, task
from rapport_airflow import DEFAULTS, about, run_id
from rapport_alerts import RUNS


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    # It has no schedule.
    is_paused_upon_creation=False,
    default_args=DEFAULTS,
    tags=["rapport", "alerts"],
    **about(__doc__),
    **RUNS,
)
def try_alerts() -> None:
    @task
    def send() -> None:
        import rapport_alerts

        rapport_alerts.try_out("try_alerts", run_id())

    send()


try_alerts()
