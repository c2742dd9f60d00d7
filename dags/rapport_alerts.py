"""Sends alerts of runs that fail, are late, or publish nothing; shared by all DAGs.

Not a DAG file itself (see .airflowignore). `[alerts]` in rapport.toml says to whom alerts are sent, and Airflow's
connections `smtp_default` and `rapport_webhook` name the servers. Without `[alerts]` nothing is sent.

A task that fails leaves a note of its error with its run (`TASKS`). When the run has failed, Airflow's DAG processor
sends one message with the notes of all its tasks. When a run is not done in time, Airflow's deadlines make the
executor send one (`RUNS`).
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from airflow.sdk import Connection, DeadlineAlert, DeadlineReference, SyncCallback
from airflow.sdk.bases.xcom import BaseXCom
from airflow.sdk.configuration import conf
from airflow.sdk.log import mask_secret, redact
from rapport_failures import LOGS, end_log

from operations import alerts
from rapport.config import Settings, load_settings
from rapport.errors import RapportError

log = logging.getLogger("rapport.alerts")

MAIL, WEBHOOK = "smtp_default", "rapport_webhook"
NOTE = "failure"
# All callbacks of a DAG file share 50 seconds. A redirected POST would arrive as a GET without the message, so a
# redirect is an error.
LIMITS = {"timeout": 10, "max_redirects": 0}


class AlertNotSent(RapportError):
    """An alert could not be sent to all who are to get it."""


def note_failure(context: Any) -> None:
    """Runs in the failed task's own process: leaves a note of the error for the alert of the run."""
    ti = context["ti"]
    name = ti.task_id if ti.map_index in (None, -1) else f"{ti.task_id}_{ti.map_index}"
    # No error of ours contains a secret. If one ever did, this process knows all secrets and masks them.
    ti.xcom_push(key=NOTE, value=redact(alerts.Note.of(name, context.get("exception")).dump()))


def run_failed(context: Any) -> None:
    """Runs in the DAG processor once a run has failed: sends the alert, with the notes of its tasks."""
    settings = load_settings()
    dag, run_id, ti = context["dag"], context["run_id"], context.get("ti")
    states = ti.get_task_states(dag_id=dag.dag_id, run_ids=[run_id]).get(run_id, {}) if ti else {}
    notes = [
        alerts.Note.load(note)
        for task_id in dag.task_ids
        for note in BaseXCom.get_all(run_id=run_id, key=NOTE, task_id=task_id, dag_id=dag.dag_id) or ()
    ]
    tasks = sorted(task for task, state in states.items() if state == "failed")
    docs_path = str(settings.quality_dir / "docs" / "index.html")
    send_alert(settings, alerts.failed(_run(dag.dag_id, run_id), tasks, notes, docs_path))


def run_late(context: Any) -> None:
    """Runs in the executor once a run's deadline has passed: sends the alert, if the run is not done by then.

    Airflow keeps the deadline of a run that has failed, whose alert was sent before. A backfill queues all its runs at
    once, so its last runs are always late.
    """
    run, settings = context["dag_run"], load_settings()
    if run["state"] in ("success", "failed") or run["run_type"] == "backfill":
        log.info("no alert is sent: %s of %s is %s", run["dag_run_id"], run["dag_id"], run["state"])
        return
    queued_at = datetime.fromisoformat(run["queued_at"]).astimezone(UTC) if run.get("queued_at") else None
    run_of = _run(run["dag_id"], run["dag_run_id"])
    send_alert(settings, alerts.late(run_of, run["state"], queued_at, _late_after(settings)))


def send_alert(settings: Settings, alert: alerts.Alert) -> list[str]:
    """Sends the alert by every channel of rapport.toml. Returns what went wrong, and logs it with the alert's text.

    A channel that fails does not keep the others from being tried, and changes nothing about the run.
    """
    problems = []
    for channel, send in _channels(settings).items():
        try:
            send(alert)
        except Exception as problem:  # noqa: BLE001 - whatever went wrong, the run must not be affected
            problems.append(str(redact(f"{channel}: {type(problem).__name__}: {problem}")))
            log.error("ALERT NOT SENT by %s\n%s", problems[-1], alert.text)
        else:
            log.info("alert sent by %s: %s", channel, alert.subject)
    return problems


def try_out(dag_id: str, run_id: str) -> None:
    """Sends a test by every channel. Raises AlertNotSent if a channel fails, or if rapport.toml names none."""
    settings = load_settings()
    if not _channels(settings):
        raise AlertNotSent("no alerts are set up", "set email_to or webhook under [alerts] in rapport.toml")
    problems = send_alert(settings, alerts.test(_run(dag_id, run_id)))
    if problems:
        raise AlertNotSent(
            "\n".join(problems),
            f"check the connection ({MAIL} for mail, {WEBHOOK} for the webhook) and the server",
        )


def _channels(settings: Settings) -> dict[str, Callable[[alerts.Alert], None]]:
    chosen = settings.config.alerts
    channels: dict[str, Callable[[alerts.Alert], None]] = {}
    # The webhook first: it has a time limit, while a mail server that does not answer may take half a minute.
    if chosen.webhook:
        channels["webhook"] = _post
    if chosen.email_to:
        channels["mail"] = lambda alert: _mail(alert, chosen.email_to)
    return channels


# `notify` is called without a context, so nothing is rendered as a template: an error may quote braces.
def _mail(alert: alerts.Alert, to: list[str]) -> None:
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    notifier = SmtpNotifier(to=to, subject=alert.subject, html_content=alert.mail, smtp_conn_id=MAIL)
    notifier.notify({})


def _post(alert: alerts.Alert) -> None:
    from airflow.providers.http.notifications.http import HttpNotifier

    # Anyone with the address may post there, so it is a secret. So are its path and its query, which error messages
    # show. By itself, Airflow masks passwords, but no hosts.
    address = Connection.get(WEBHOOK).host or ""
    parts = urlsplit(address)
    for secret in (address, parts.path, parts.query):
        mask_secret(secret)
    notifier = HttpNotifier(http_conn_id=WEBHOOK, json=alert.payload, extra_options=LIMITS)
    # Airflow masks secrets in the task's log, but not where the scheduler prints the same lines. So the hook gets a
    # logger of ours, with a filter. urllib3 logs the path at DEBUG, so it gets the filter, too.
    notifier.hook._log = logging.getLogger("rapport.alerts.webhook")
    for noisy in ("rapport.alerts.webhook", "urllib3.connectionpool"):
        logging.getLogger(noisy).addFilter(_masked)
    notifier.notify({})


def _masked(record: logging.LogRecord) -> bool:
    """A logging filter that masks known secrets in a record."""
    record.msg, record.args = str(redact(record.getMessage())), ()
    return True


def _run(dag_id: str, run_id: str) -> alerts.Run:
    base = conf.get("api", "base_url", fallback="").rstrip("/")
    return alerts.Run(dag_id, run_id, f"{base}/dags/{dag_id}/runs/{quote(run_id, safe='')}")


def _late_after(settings: Settings) -> timedelta:
    return timedelta(minutes=settings.config.alerts.late_after_minutes)


def _deadline(settings: Settings) -> DeadlineAlert | None:
    """When a run is late; None if no alerts are set up."""
    if not _channels(settings):
        return None
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=_late_after(settings),
        callback=SyncCallback(run_late),
        name="late",
    )


# TASKS belongs into the default_args of a DAG, RUNS into the arguments of the DAG itself.
TASKS = LOGS | {"on_failure_callback": [note_failure, end_log]}
RUNS: dict[str, Any] = {"on_failure_callback": [run_failed], "deadline": _deadline(load_settings())}
