"""The heartbeat after a publication, to a real HTTP server that answers, refuses, or is down."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from pydantic import SecretStr

from operations import heartbeat
from operations.cli.publishing import run_publish
from operations.cli.terminal import Progress
from operations.stack.process import free_port
from rapport.config import Settings, load_settings
from rapport.errors import ConfigError
from tests.extractors.server import Reply, ScriptedX, scripted_x
from tests.quality import warehouse
from tests.quality.publishing import give_receipt

SECRET = "/ping/5f0c-a-secret-that-no-log-may-show"


@pytest.fixture
def monitor() -> Iterator[ScriptedX]:
    with scripted_x() as server:
        server.answer(SECRET, Reply("OK"))
        yield server


@pytest.fixture
def settings(tmp_path: Path, monitor: ScriptedX, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("RAPPORT_HEARTBEAT_URL", monitor.url + SECRET)
    return load_settings(tmp_path)


def test_a_publication_is_told_once_and_a_failure_does_not_undo_it(
    settings: Settings, monitor: ScriptedX, capsys: pytest.CaptureFixture[str]
) -> None:
    warehouse.make(settings.warehouse_path)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        warehouse.add_build(connection, "build-1")
    give_receipt(settings)
    run_publish(settings, Progress())
    assert len(monitor.asked(SECRET)) == 1 and settings.published_path.exists()
    assert "heartbeat" not in capsys.readouterr().out
    monitor.answer(SECRET, Reply("gone", 404))
    settings.published_path.unlink()
    run_publish(settings, Progress())
    said = " ".join(capsys.readouterr().out.split())
    assert "the heartbeat did not arrive (HTTP 404). The publication is in place" in said
    assert settings.published_path.exists() and SECRET not in said


@pytest.mark.parametrize("kind", ["answers", "refuses", "is down", "has no such host", "is no address"])
def test_the_address_is_in_no_log_and_no_word(
    settings: Settings, monitor: ScriptedX, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    addresses: dict[str, Callable[[], str]] = {
        "is down": lambda: f"http://127.0.0.1:{free_port()}{SECRET}",
        "has no such host": lambda: f"http://monitor.invalid{SECRET}",
        "is no address": lambda: f"http://127.0.0.1:1/a b{SECRET}",
    }
    if kind == "refuses":
        monitor.answer(SECRET, Reply("no", 500))
    if kind in addresses:
        settings = replace(settings, heartbeat_url=SecretStr(addresses[kind]()))
    with caplog.at_level(logging.DEBUG):
        assert heartbeat.beat(settings) is (kind == "answers")
    assert ("the heartbeat did not arrive (" in caplog.text) is (kind != "answers")
    assert SECRET not in caplog.text + repr(settings)


def test_nothing_is_asked_without_an_address(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert not heartbeat.beat(load_settings(tmp_path)) and caplog.text == ""


@pytest.mark.parametrize("wrong", ["hc.example.org/a-secret", "file:///etc/a-secret", "https://h/a-secret b"])
def test_what_is_no_web_page_is_refused_without_being_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("RAPPORT_HEARTBEAT_URL", wrong)
    with pytest.raises(ConfigError, match="RAPPORT_HEARTBEAT_URL") as caught:
        load_settings(tmp_path)
    assert "a-secret" not in str(caught.value)
