"""The DAG `delivery` sends by Airflow's connections what the command sends by variables."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from operations.stack.process import LOCALHOST
from tests.dags.conftest import DAGS_DIR
from tests.operations.delivery import published_home
from tests.sinks import FROM, SECRET_PATH, sinks

PROGRAM = """
import json, sys
from dataclasses import replace
from pathlib import Path
import rapport_delivery
from airflow.dag_processing.dagbag import BundleDagBag
from rapport.config import load_settings
from tests.dags.task_runs import run_logged
from tests.operations.delivery.published_home import MONDAY_MORNING

rapport_delivery.load_settings = lambda **more: replace(load_settings(**more), now=lambda: MONDAY_MORNING)
bag = BundleDagBag(dag_folder=sys.argv[1], bundle_path=Path(sys.argv[1]))
assert not bag.import_errors, bag.import_errors
ended = [run_logged(bag.dags["delivery"].get_task("deliver")) for _ in range(2)]
print("RESULT " + json.dumps([[state, events, [str(one) for one in told]] for state, events, told in ended]))
"""


def run(home: Path, **variables: str) -> list[tuple[str, list[Any], list[str]]]:
    """(state, log, what the supervisor was told) of the task, run twice."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW_CONN_")} | {
        "AIRFLOW_HOME": str(home.parent / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "RAPPORT_HOME": str(home),
        "PYTHONPATH": os.pathsep.join([str(DAGS_DIR), str(DAGS_DIR.parent)]),
        **variables,
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(DAGS_DIR)], env=env, capture_output=True, text=True, check=False
    )
    last = done.stdout.strip().splitlines()[-1:]
    assert last and last[0].startswith("RESULT "), done.stdout + done.stderr
    return [tuple(one) for one in json.loads(last[0].removeprefix("RESULT "))]


@pytest.fixture
def home(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_home.copy(tmp_path_factory, tmp_path / "home")


def test_it_sends_by_connections_and_once(home: Path) -> None:
    with sinks() as sunk:
        webhook = sunk.secrets["RAPPORT_CHAT_WEBHOOKS"]
        given = {
            "AIRFLOW_CONN_SMTP_DEFAULT": sunk.environment["AIRFLOW_CONN_SMTP_DEFAULT"],
            "AIRFLOW_CONN_RAPPORT_CHAT": json.dumps({"conn_type": "generic", "password": webhook}),
            # the connection wins
            "RAPPORT_SMTP_URL": f"smtp+plain://{LOCALHOST}:9",
        }
        first, second = run(home, **given)
    assert (first[0], second[0]) == ("success", "success"), first[1] + second[1]
    assert sorted(mail["To"] for mail in sunk.mails) == [
        "deputy@example.org", "head@example.org", "team@example.org",
    ]  # fmt: skip
    assert {mail["From"] for mail in sunk.mails} == {f"Rapport <{FROM}>"} and len(sunk.posts) == 1
    assert SECRET_PATH not in json.dumps([first, second])
    assert "'sent before': 4" in " ".join(second[2])


def test_one_wrong_webhook_is_red_and_all_others_get_theirs(home: Path) -> None:
    config = home / "rapport.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("slack:team", "slack:nowhere"), encoding="utf-8"
    )
    with sinks() as sunk:
        first, _ = run(home, **sunk.secrets)
    assert first[0] in ("failed", "up_for_retry"), first
    assert sorted(mail["To"] for mail in sunk.mails) == [
        "deputy@example.org", "head@example.org", "team@example.org",
    ]  # fmt: skip
    log = json.dumps(first[1])
    assert "harbour, day of 2026-11-23, to slack:nowhere: no webhook is called 'nowhere'" in log


def test_without_anybody_to_send_to_it_is_skipped(home: Path) -> None:
    config = home / "rapport.toml"
    config.write_text(
        config.read_text(encoding="utf-8").partition("[[clients.deliveries]]")[0], encoding="utf-8"
    )
    first, _ = run(home)
    assert first[0] == "skipped"
    assert "nobody is named" in json.dumps(first[1])


@pytest.mark.parametrize(
    ("extra", "login", "expected"),
    [
        ({}, "", "smtps://mail.example.org:465"),
        ({"disable_ssl": True}, "rap:p@ss", "smtp://rap:p%40ss@mail.example.org:465"),
        ({"disable_ssl": True, "disable_tls": True}, "", "smtp+plain://mail.example.org:465"),
    ],
)
def test_a_connection_says_how_mails_are_encrypted(
    dag_environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    extra: dict[str, bool],
    login: str,
    expected: str,
) -> None:
    monkeypatch.syspath_prepend(str(DAGS_DIR))
    from airflow.sdk import Connection
    from rapport_delivery import mail_url

    user, _, password = login.partition(":")
    connection = Connection(
        conn_id="mail", conn_type="smtp", host="mail.example.org", port=465, login=user or None,
        password=password or None, extra=json.dumps(extra),
    )  # fmt: skip
    assert mail_url(connection) == expected
