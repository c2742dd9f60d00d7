"""Sends a test to everyone who is to be told of failed, late and blocked runs (`[alerts]` in rapport.toml).

## What is normal
Runs only when you trigger it. A message by every way that rapport.toml names, within a minute.

## How long to wait
Seconds; up to half a minute for a mail server that does not answer.

## Is a re-run safe
Yes; it sends the test again.

## When it is red
The log names the way that failed and what the server said: check the connection (`smtp_default` for mail,
`rapport_webhook` for the webhook). By the way that does work, the failure of this run is told as any other is. Green,
and no message: the server took it; ask there.
"""

from airflow.sdk import dag, task
from rapport_airflow import DEFAULTS, run_id
from rapport_alerts import RUNS


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    # It does nothing by itself.
    is_paused_upon_creation=False,
    default_args=DEFAULTS,
    tags=["rapport", "alerts"],
    doc_md=__doc__,
    **RUNS,
)
def try_alerts() -> None:
    @task
    def send() -> None:
        import rapport_alerts

        rapport_alerts.try_out("try_alerts", run_id())

    send()


try_alerts()
