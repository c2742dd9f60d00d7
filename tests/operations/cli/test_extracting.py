"""The commands that fetch and count, against an X that is scripted."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractors.x.reconcile import Drifted
from operations.cli import extracting
from rapport.config import Settings, load_settings
from rapport.errors import ConfigError
from rapport.window import Window
from tests import clock
from tests.clock import NOW, UNTIL
from tests.extractors.server import TOKEN, Reply, ScriptedX, page, scripted_x, user

pytestmark = pytest.mark.clock


@pytest.fixture
def x(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedX]:
    def load_with_test_clock() -> Settings:
        return replace(load_settings(), now=clock.now)

    monkeypatch.setattr(extracting, "load_settings", load_with_test_clock)
    with scripted_x() as server:
        monkeypatch.setenv("RAPPORT_HOME", str(tmp_path))
        monkeypatch.setenv("RAPPORT_X_BASE_URL", server.url)
        monkeypatch.setenv("X_BEARER_TOKEN", TOKEN)
        yield server


def test_a_wave_of_the_command_line_is_under_way_at_once(
    x: ScriptedX, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Own posts and mentions of two clients: no answer comes before all four are asked for."""
    config = "".join(
        f'[[clients]]\nid = "c{number}"\nname = "C"\naccounts = ["{number}"]\n' for number in (7, 8)
    )
    (tmp_path / "rapport.toml").write_text(config, encoding="utf-8")
    x.answer("/2/users", Reply({"data": [user(7, "seven"), user(8, "eight")]}))
    together = threading.Barrier(4, timeout=300)
    answer = x.next_reply

    def when_all_have_asked(path: str) -> Reply:
        if path.endswith(("/tweets", "/mentions")):
            together.wait()
            return page([])
        return answer(path)

    monkeypatch.setattr(x, "next_reply", when_all_have_asked)
    window = Window.day(UNTIL.date() - timedelta(days=1))
    assert extracting.fetch_window(extracting.load_settings(), window, None, again=False)["pages"] >= 4
    assert not together.broken


def test_a_window_that_ends_in_the_future_asks_for_nothing(
    x: ScriptedX, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = '[[clients]]\nid = "c7"\nname = "C"\naccounts = ["7"]\n'
    (tmp_path / "rapport.toml").write_text(config, encoding="utf-8")
    done = CliRunner().invoke(extracting.app, ["fetch", "--from", "2099-01-01"])
    assert isinstance(done.exception, ConfigError) and "ends in the future" in done.exception.message
    assert x.requests == []


def test_a_drift_is_raised_after_the_table_that_shows_it(x: ScriptedX) -> None:
    """X has counted 500 posts today that no ledger of ours knows."""
    today = f"{NOW:%Y-%m-%d}"
    usage = [{"date": f"{today}T00:00:00.000Z", "usage": 500}]
    x.answer("/2/usage/tweets", Reply({"data": {"daily_project_usage": {"usage": usage}}}))
    done = CliRunner().invoke(extracting.app, ["reconcile"])
    assert isinstance(done.exception, Drifted) and done.exception.exit_code == 3
    [row] = [line for line in done.output.splitlines() if today in line]
    assert [cell.strip() for cell in row.split("│")[1:-1]] == [today, "0", "500", "+500"]
