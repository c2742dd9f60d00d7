"""Which homes the demo may use."""

import json
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from emulator.demo import demo_config
from operations.stack import airflow, world
from operations.stack.world import World
from rapport.config import load_settings
from rapport.errors import ConfigError
from rapport.window import Window

pytestmark = pytest.mark.clock


def test_a_home_with_its_own_rapport_toml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rapport.toml").write_text("clients = []\n")
    with pytest.raises(ConfigError, match="is yours"):
        world.settle(load_settings(tmp_path))
    assert world.of(load_settings(tmp_path)) is None


def test_the_world_of_a_home_stays_what_it_was(tmp_path: Path) -> None:
    settings, chosen = world.settle(load_settings(tmp_path), until=date(2026, 6, 1))
    assert chosen == World(date(2026, 6, 1))
    assert len(settings.config.clients) == 2
    assert world.settle(settings) == (settings, chosen)
    with pytest.raises(ConfigError, match="until 2026-06-01"):
        world.settle(settings, until=date(2026, 6, 8))
    marker = tmp_path / "emulator.json"
    marker.write_text(json.dumps(json.loads(marker.read_text()) | {"fingerprint": "older"}))
    with pytest.raises(ConfigError, match="has changed"):
        world.settle(settings)


def test_a_home_made_by_rapport_init_emulator_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "rapport.toml").write_text(demo_config(date(2026, 6, 1)))
    assert world.of(load_settings(tmp_path)) == World(date(2026, 6, 1))
    (tmp_path / "rapport.toml").write_text(demo_config(date(2026, 6, 1)).replace("lichtung_inst", "someone"))
    assert world.of(load_settings(tmp_path)) is None


def test_the_window_is_the_half_year_and_goes_on_to_the_end_of_yesterday() -> None:
    world_of_june = World(date(2026, 6, 1))
    half_year = Window.parse("2025-12-01", "2026-06-01")
    assert world_of_june.window == half_year
    assert world_of_june.window_at(datetime(2026, 6, 1, 23, 59, tzinfo=UTC)) == half_year
    assert world_of_june.window_at(datetime(2026, 6, 4, 11, 5, tzinfo=UTC)) == Window.parse(
        "2025-12-01", "2026-06-04"
    )
    assert world.last_days(half_year, 2) == (
        datetime(2026, 5, 30, tzinfo=UTC),
        datetime(2026, 5, 31, tzinfo=UTC),
    )
    assert world.last_monday(date(2026, 6, 1)) == date(2026, 6, 1)
    assert world.last_monday(date(2026, 6, 7)) == date(2026, 6, 1)


def test_the_schedule_of_an_invented_home_has_no_end(tmp_path: Path) -> None:
    """Nor does its world: whoever switches x_extract on gets a run for yesterday, which finds something."""
    settings, _ = world.settle(load_settings(tmp_path), until=date(2026, 6, 1))
    assert settings.config.schedule.last_day is None


def test_secrets_are_random_kept_and_nobody_elses(tmp_path: Path) -> None:
    first = airflow.Secrets.of(tmp_path / "a")
    assert airflow.Secrets.of(tmp_path / "a") == first
    assert airflow.Secrets.of(tmp_path / "b").login_password != first.login_password
    for name in ("secrets.json", "passwords.json"):
        assert stat.S_IMODE((tmp_path / "a" / name).stat().st_mode) == 0o600


def test_the_users_own_airflow_settings_do_not_leak_in(tmp_path: Path) -> None:
    base = {
        "AIRFLOW_HOME": "/elsewhere",
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
        "HTTP_PROXY": "http://proxy",
        "AIRFLOW_CONN_SMTP_DEFAULT": "smtp://mail.example.org",
    }
    env = airflow.environment(base, tmp_path, airflow.Secrets.of(tmp_path), "postgresql://x", 8080)
    assert env["AIRFLOW_HOME"] == str(tmp_path)
    assert env["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert env["AIRFLOW_CONN_SMTP_DEFAULT"] == "smtp://mail.example.org", "a connection is no setting"
    assert "127.0.0.1" in env["NO_PROXY"] and env["AIRFLOW__API__HOST"] == "127.0.0.1"
