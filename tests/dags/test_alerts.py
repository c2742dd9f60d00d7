"""Alerts sent by Airflow's own notifiers to a real mail server and a real HTTP server, up and down."""

import logging
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from operations import alerts
from operations.stack.process import free_port
from rapport.config import Settings, load_settings
from rapport.errors import BuildFailed
from tests.dags.conftest import DAGS_DIR
from tests.sinks import FROM, SECRET_PATH, Sinks, connections, sinks

RUN = alerts.Run(
    "engagement_build", "manual__1", "http://127.0.0.1:8080/dags/engagement_build/runs/manual__1"
)
BOTH = '[alerts]\nemail_to = ["ops@example.org", "second@example.org"]\nwebhook = true\n'


def failure(words: str = "a model failed") -> alerts.Alert:
    return alerts.failed(RUN, ["build"], [alerts.Note.of("build", BuildFailed(words, "mend it"))], "/docs")


@pytest.fixture
def sunk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sinks]:
    with sinks() as found:
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        yield found


@pytest.fixture
def glue(dag_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(DAGS_DIR))
    import rapport_alerts

    return rapport_alerts


@pytest.fixture
def alerted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings that name both ways."""
    (tmp_path / "rapport.toml").write_text(BOTH, encoding="utf-8")
    monkeypatch.setenv("RAPPORT_HOME", str(tmp_path))
    return load_settings()


def test_mail_and_webhook_get_the_same(glue: ModuleType, sunk: Sinks, alerted: Settings) -> None:
    assert glue.send_alert(alerted, failure("{{ 6 * 7 }} <b>{% raw %}")) == []
    [mail], [post] = sunk.mails, sunk.posts
    assert (mail["From"], mail["To"]) == (FROM, "ops@example.org, second@example.org")
    assert mail["Subject"] == post["subject"] == "[Rapport] engagement_build failed"
    [(_, body)] = sunk.mailed()
    # words of an error are no template and no HTML
    assert "BuildFailed: {{ 6 * 7 }} &lt;b&gt;{% raw %}" in body
    assert "BuildFailed: {{ 6 * 7 }} <b>{% raw %}" in post["text"]
    assert post["run"] == {"dag_id": RUN.dag_id, "run_id": RUN.run_id, "url": RUN.url}


def test_nothing_is_sent_where_nobody_is_named(glue: ModuleType, sunk: Sinks, tmp_path: Path) -> None:
    assert glue.send_alert(load_settings(tmp_path), failure()) == []
    assert (sunk.mails, sunk.posts) == ([], [])
    with pytest.raises(glue.AlertNotSent, match="no alerts are set up"):
        glue.try_out("try_alerts", "manual__1")


@pytest.mark.parametrize(("status", "words"), [(500, "500:"), (404, "404:"), (302, "redirects")])
def test_a_webhook_that_fails_keeps_nothing_from_the_mail(
    glue: ModuleType,
    sunk: Sinks,
    alerted: Settings,
    status: int,
    words: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sunk.status = status
    with caplog.at_level(logging.DEBUG):
        [problem] = glue.send_alert(alerted, failure())
    assert problem.startswith("webhook: ") and words in problem
    assert len(sunk.mails) == 1 and sunk.posts == []
    _is_logged(caplog, "webhook")


def test_a_webhook_that_is_down_is_logged_without_its_address(
    glue: ModuleType,
    sunk: Sinks,
    alerted: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    down = connections(mail_port=1, web_port=free_port())
    monkeypatch.setenv("AIRFLOW_CONN_RAPPORT_WEBHOOK", down["AIRFLOW_CONN_RAPPORT_WEBHOOK"])
    with caplog.at_level(logging.DEBUG):
        [problem] = glue.send_alert(alerted, failure())
    assert problem.startswith("webhook: ConnectionError") and "refused" in problem
    assert SECRET_PATH not in problem and "s3cr3t" not in problem
    assert len(sunk.mails) == 1
    _is_logged(caplog, "webhook")
    # nor by Airflow's hook or urllib3, whose records the scheduler prints unmasked
    assert "Max retries exceeded with url: ***" in caplog.text and "urllib3" in caplog.text
    assert "s3cr3t" not in caplog.text + "".join(capsys.readouterr())


def test_a_message_that_arrives_leaves_no_address_in_a_log(
    glue: ModuleType, sunk: Sinks, alerted: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        glue.send_alert(alerted, failure())
    assert sunk.posts and "POST ***" in caplog.text and "s3cr3t" not in caplog.text


def test_a_mail_server_that_is_down_keeps_nothing_from_the_webhook(
    glue: ModuleType,
    sunk: Sinks,
    alerted: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    down = connections(mail_port=free_port(), web_port=1)
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", down["AIRFLOW_CONN_SMTP_DEFAULT"])
    [problem] = glue.send_alert(alerted, failure())
    assert problem.startswith("mail: ConnectionRefusedError") and len(sunk.posts) == 1
    _is_logged(caplog, "mail")
    with pytest.raises(glue.AlertNotSent, match="mail: ConnectionRefusedError"):
        glue.try_out("try_alerts", "manual__1")


def test_a_connection_nobody_made_is_named(
    glue: ModuleType, sunk: Sinks, alerted: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_RAPPORT_WEBHOOK")
    [problem] = glue.send_alert(alerted, failure())
    assert "rapport_webhook" in problem and len(sunk.mails) == 1


@pytest.mark.parametrize(
    ("state", "run_type", "count"),
    [
        ("running", "scheduled", 1),
        ("queued", "manual", 1),
        ("failed", "scheduled", 0),
        ("queued", "backfill", 0),
    ],
)
def test_late_is_what_is_still_on_its_way(
    glue: ModuleType, sunk: Sinks, alerted: Settings, state: str, run_type: str, count: int
) -> None:
    run: dict[str, Any] = {
        "dag_id": "x_extract", "dag_run_id": "scheduled__1", "state": state, "run_type": run_type,
        "queued_at": "2026-11-23T00:00:01Z",
    }  # fmt: skip
    glue.run_late({"dag_run": run})
    assert len(sunk.mails) == len(sunk.posts) == count
    assert all(post["kind"] == "late" and post["run"]["dag_id"] == "x_extract" for post in sunk.posts)


def _is_logged(caplog: pytest.LogCaptureFixture, way: str) -> None:
    """The alert itself stands in the log, so that the failure is not hidden with it."""
    [said] = [
        record.getMessage()
        for record in caplog.records
        if record.levelno == logging.ERROR and record.name == "rapport.alerts"
    ]
    assert said.startswith(f"ALERT NOT SENT by {way}") and "BuildFailed: a model failed" in said
