"""Rapport's own pages inside Airflow: the plugin as Airflow loads it, and the links of the tasks."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.dags.conftest import DAGS_DIR

# Airflow's own login is asked; only in the last requests somebody is logged in.
PROGRAM = """
import json, sys
from airflow.sdk.plugins_manager import integrate_macros_plugins
integrate_macros_plugins()  # as every task does
is_light = "rapport_pages" in str(sys.modules) and "fastapi" not in sys.modules
from airflow import plugins_manager
from airflow.api_fastapi.core_api.security import get_user
from fastapi.testclient import TestClient
[page] = [found for found in plugins_manager.get_fastapi_plugins()[0] if found["url_prefix"] == "/rapport"]
views = [view["href"] for view in plugins_manager._get_ui_plugins()[0]]
client = TestClient(page["app"])
def ask(path):
    answer = client.get(path)
    return answer.status_code, answer.text, dict(answer.headers)
stranger = [ask("/lineage"), ask("/checks"), ask("/openapi.json")]
page["app"].__globals__["_app"]().dependency_overrides[get_user] = lambda: object()
user = [ask("/lineage"), ask("/checks"), ask("/../warehouse.duckdb")]
print("RESULT " + json.dumps({"is_light": is_light, "views": views, "stranger": stranger, "user": user}))
"""


def test_pages_open_for_whoever_is_logged_in_and_for_nobody_else(tmp_path: Path) -> None:
    docs = tmp_path / "home" / "quality" / "docs"
    docs.mkdir(parents=True)
    (docs / "lineage.html").write_text("<p>what tables mean</p>", encoding="utf-8")
    (tmp_path / "home" / "warehouse.duckdb").write_text("posts", encoding="utf-8")
    env = os.environ | {
        "AIRFLOW_HOME": str(tmp_path / "airflow"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(DAGS_DIR / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "RAPPORT_HOME": str(tmp_path / "home"),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True, check=False
    )
    last = done.stdout.strip().splitlines()[-1:]
    assert last and last[0].startswith("RESULT "), done.stdout + done.stderr
    found = json.loads(last[0].removeprefix("RESULT "))
    assert found["is_light"], "tasks need no web server"
    views: list[str] = found["views"]
    assert {"/rapport/lineage", "/rapport/checks"} <= set(views)
    assert [status for status, _, _ in found["stranger"]] == [401, 401, 404]
    assert "what tables mean" not in json.dumps(found["stranger"])
    (page, missing, outside) = found["user"]
    assert page[:2] == [200, "<p>what tables mean</p>"]
    assert "default-src 'none'" in page[2]["content-security-policy"]
    assert missing[0] == 404 and "written by the next check" in missing[1]
    assert outside[0] == 404 and "posts" not in outside[1]


def test_tasks_link_to_them(dag_bag: Any) -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    dag = dag_bag.dags["engagement_build"]
    for task_id, name in (("build", "lineage"), ("check", "checks")):
        [link] = dag.get_task(task_id).operator_extra_links
        assert link.get_link(dag.get_task(task_id), ti_key=None).endswith(f"/rapport/{name}")
    stored = json.dumps(DagSerialization.to_dict(dag))
    assert '"Lineage": "_link_Lineage"' in stored and '"Checks": "_link_Checks"' in stored
