"""Who is told when a run fails, is late, or publishes nothing; what all DAGs share of it.

Not a DAG file itself (see .airflowignore). What is sent where stands in `[alerts]` of rapport.toml, the addresses of
the servers in Airflow's connections `smtp_default` and `rapport_webhook`. Nothing there: nothing is sent.

A task that fails leaves a note of its error beside its run, from its own process (`TASKS`). When the run has failed,
Airflow's DAG processor sends one message with the notes of all its tasks; when it is not done in time, Airflow's
deadlines have the executor send one (`RUNS`).
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

from operations import alerts
from rapport.config import Settings, load_settings
from rapport.errors import RapportError

log = logging.getLogger("rapport.alerts")

MAIL, WEBHOOK = "smtp_default", "rapport_webhook"
NOTE = "failure"
# Airflow gives all callbacks of a DAG file together 50 seconds.
# A redirected POST arrives as a GET, without the message: better to hear of it.
LIMITS = {"timeout": 10, "max_redirects": 0}


class AlertNotSent(RapportError):
    """An alert could not be delivered to one of those who are to get it."""


def note_failure(context: Any) -> None:
    """In the failed task's own process: leaves its error's words for the alert of the run."""
    ti = context["ti"]
    name = ti.task_id if ti.map_index in (None, -1) else f"{ti.task_id}_{ti.map_index}"
    # No error of ours words a secret; should one ever, this process knows them all.
    ti.xcom_push(key=NOTE, value=redact(alerts.Note.of(name, context.get("exception")).dump()))


def run_failed(context: Any) -> None:
    """In the DAG processor, once a run has failed: tells who is to know, with the notes of its tasks."""
    settings = load_settings()
    dag, run_id, ti = context["dag"], context["run_id"], context.get("ti")
    states = ti.get_task_states(dag_id=dag.dag_id, run_ids=[run_id]).get(run_id, {}) if ti else {}
    stored = [
        value
        for task_id in dag.task_ids
        for value in BaseXCom.get_all(run_id=run_id, key=NOTE, task_id=task_id, dag_id=dag.dag_id) or ()
    ]
    tasks = sorted(task for task, state in states.items() if state == "failed")
    docs_path = str(settings.quality_dir / "docs" / "index.html")
    tell(
        settings,
        alerts.failed(_run(dag.dag_id, run_id), tasks, [alerts.Note.load(one) for one in stored], docs_path),
    )


def run_late(context: Any) -> None:
    """In the executor, once a run's deadline has passed: tells who is to know, if the run is still on its way.

    Airflow keeps the deadline of a run that has failed; that was told when it failed. A backfill queues all its runs at
    once, so the last of them are late by design.
    """
    run, settings = context["dag_run"], load_settings()
    if run["state"] in ("success", "failed") or run["run_type"] == "backfill":
        log.info("nobody is told: %s of %s is %s", run["dag_run_id"], run["dag_id"], run["state"])
        return
    queued_at = datetime.fromisoformat(run["queued_at"]).astimezone(UTC) if run.get("queued_at") else None
    found = alerts.late(_run(run["dag_id"], run["dag_run_id"]), run["state"], queued_at, _patience(settings))
    tell(settings, found)


def tell(settings: Settings, alert: alerts.Alert) -> list[str]:
    """Sends the alert to everyone rapport.toml names; returns what went wrong, and logs it with the alert itself.

    One way being down keeps nothing from the other, and changes nothing of the run it is about.
    """
    problems = []
    for way, send in _ways(settings).items():
        try:
            send(alert)
        except Exception as problem:  # noqa: BLE001 - whatever a server or library answers, the run is as it is
            problems.append(str(redact(f"{way}: {type(problem).__name__}: {problem}")))
            log.error("ALERT NOT SENT by %s\n%s", problems[-1], alert.text)
        else:
            log.info("told by %s: %s", way, alert.subject)
    return problems


def try_out(dag_id: str, run_id: str) -> None:
    """Sends a test to everyone; AlertNotSent names who could not be reached, or that nobody is named."""
    settings = load_settings()
    if not _ways(settings):
        raise AlertNotSent("nobody is to be told", "set email_to or webhook under [alerts] in rapport.toml")
    problems = tell(settings, alerts.test(_run(dag_id, run_id)))
    if problems:
        raise AlertNotSent(
            "\n".join(problems),
            f"check the connection ({MAIL} for mail, {WEBHOOK} for the webhook) and the server",
        )


def _ways(settings: Settings) -> dict[str, Callable[[alerts.Alert], None]]:
    chosen = settings.config.alerts
    ways: dict[str, Callable[[alerts.Alert], None]] = {}
    # The webhook first: it has a time limit of its own, and a mail server may take half a minute not to answer.
    if chosen.webhook:
        ways["webhook"] = _post
    if chosen.email_to:
        ways["mail"] = lambda alert: _mail(alert, chosen.email_to)
    return ways


# Both are called past their templating: an error may quote braces, which are words here and no template.
def _mail(alert: alerts.Alert, to: list[str]) -> None:
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    notifier = SmtpNotifier(to=to, subject=alert.subject, html_content=alert.mail, smtp_conn_id=MAIL)
    notifier.notify({})


def _post(alert: alerts.Alert) -> None:
    from airflow.providers.http.notifications.http import HttpNotifier

    # Whoever has the address may post there, so it is a secret, path and query by themselves as well: that is what
    # error messages show of it. Airflow knows passwords for secrets, and no hosts.
    address = Connection.get(WEBHOOK).host or ""
    parts = urlsplit(address)
    for secret in (address, parts.path, parts.query):
        mask_secret(secret)
    notifier = HttpNotifier(http_conn_id=WEBHOOK, json=alert.payload, extra_options=LIMITS)
    # Airflow masks what a task logs in the task's log, but not where the scheduler prints it as well. So the hook logs
    # by one of ours; and urllib3 names the path at DEBUG.
    notifier.hook._log = logging.getLogger("rapport.alerts.webhook")
    for noisy in ("rapport.alerts.webhook", "urllib3.connectionpool"):
        logging.getLogger(noisy).addFilter(_masked)
    notifier.notify({})


def _masked(record: logging.LogRecord) -> bool:
    """A filter that takes known secrets out of a record, and lets it pass."""
    record.msg, record.args = str(redact(record.getMessage())), ()
    return True


def _run(dag_id: str, run_id: str) -> alerts.Run:
    base = conf.get("api", "base_url", fallback="").rstrip("/")
    return alerts.Run(dag_id, run_id, f"{base}/dags/{dag_id}/runs/{quote(run_id, safe='')}")


def _patience(settings: Settings) -> timedelta:
    return timedelta(minutes=settings.config.alerts.late_after_minutes)


def _deadline(settings: Settings) -> DeadlineAlert | None:
    """None where nobody is to be told: Airflow would keep watch for nothing."""
    if not _ways(settings):
        return None
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=_patience(settings),
        callback=SyncCallback(run_late),
        name="late",
    )


# For the default_args of a DAG, and for the DAG itself.
TASKS = {"on_failure_callback": [note_failure]}
RUNS: dict[str, Any] = {"on_failure_callback": [run_failed], "deadline": _deadline(load_settings())}
