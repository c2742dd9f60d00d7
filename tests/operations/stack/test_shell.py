"""What a command in a shell asks in a home of the emulator's world, and in one of the user's own."""

import json
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from operations.stack import airflow, emulated, world
from operations.stack.errors import StackError
from operations.stack.runner import airflow_home
from operations.stack.shell import with_emulator
from operations.status import read_status
from rapport.config import Settings, load_settings

ADDRESS = "http://127.0.0.1:54321"


@pytest.fixture
def invented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("RAPPORT_X_BASE_URL", raising=False)
    monkeypatch.setenv("X_BEARER_TOKEN", "of the real X")
    settings, _ = world.settle(load_settings(tmp_path), until=date(2026, 6, 1))
    return settings


def test_the_running_emulator_is_asked_with_its_own_token(invented: Settings) -> None:
    home = airflow_home(invented)
    home.mkdir()
    (home / "stack.json").write_text(json.dumps({"emulator": ADDRESS}), encoding="utf-8")
    with FileLock(home / "stack.lock"):
        found = with_emulator(invented)
    assert found.x_base_url == ADDRESS
    assert (
        found.x_bearer_token
        and found.x_bearer_token.get_secret_value() == airflow.Secrets.of(home).emulator_token
    )


def test_the_real_network_is_not_asked_for_invented_people(invented: Settings) -> None:
    with pytest.raises(StackError, match="the emulator is not running") as caught:
        with_emulator(invented)
    assert "rapport up" in caught.value.remedy
    assert with_emulator(invented, is_needed=False) == invented


def test_status_names_the_emulator_that_does_not_run(invented: Settings) -> None:
    asked = read_status(with_emulator(invented, is_needed=False)).facts["X API"]
    assert "the emulator is not running. What to do: start it with `rapport up`" in asked
    assert "api.x.com" not in asked


def test_an_address_of_ones_own_and_a_home_of_ones_own_stay(
    invented: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in emulated.ADDRESSES.values():
        with pytest.raises(StackError, match="the emulator is not running"):
            with_emulator(invented)
        monkeypatch.setenv(variable, ADDRESS)
    assert with_emulator(invented) == invented
    for variable in emulated.ADDRESSES.values():
        monkeypatch.delenv(variable)
    own = load_settings(tmp_path / "own")
    assert with_emulator(own) == own
