"""Fetching is bound by the network, not by us: the streams of a wave are fetched side by side, by the CLI, too."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from operations.cli.network import fetch_window
from operations.cli.parallel import side_by_side
from rapport.config import load_settings
from rapport.window import Window
from tests.extractors.server import TOKEN, Reply, ScriptedX, page, scripted_x, user


def test_results_keep_their_order_and_a_failure_begins_nothing_more() -> None:
    together = threading.Barrier(3, timeout=10)

    def meeting(number: int) -> Callable[[], int]:
        return lambda: together.wait() * 0 + number

    assert side_by_side([meeting(number) for number in range(6)], 3) == list(range(6))
    assert side_by_side([], 3) == []
    begun: list[int] = []

    def failing(number: int) -> Callable[[], None]:
        def call() -> None:
            begun.append(number)
            time.sleep(0.05)
            raise ValueError(number)

        return call

    with pytest.raises(ValueError, match=r"0|1"):
        side_by_side([failing(number) for number in range(20)], 2)
    assert len(begun) < 20


@pytest.fixture
def x() -> Iterator[ScriptedX]:
    with scripted_x() as server:
        yield server


def test_a_wave_of_the_command_line_is_under_way_at_once(
    x: ScriptedX, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Own posts and mentions of two clients: no answer comes before all four are asked for."""
    config = "".join(
        f'[[clients]]\nid = "c{number}"\nname = "C"\naccounts = ["{number}"]\n' for number in (7, 8)
    )
    (tmp_path / "rapport.toml").write_text(config, encoding="utf-8")
    monkeypatch.setenv("RAPPORT_X_BASE_URL", x.url)
    monkeypatch.setenv("X_BEARER_TOKEN", TOKEN)
    x.answer("/2/users", Reply({"data": [user(7, "seven"), user(8, "eight")]}))
    together = threading.Barrier(4, timeout=20)
    answer = x.next_reply

    def when_all_have_asked(path: str) -> Reply:
        if path.endswith(("/tweets", "/mentions")):
            together.wait()
            return page([])
        return answer(path)

    monkeypatch.setattr(x, "next_reply", when_all_have_asked)
    window = Window.day(datetime.now(UTC).date() - timedelta(days=1))
    assert fetch_window(load_settings(tmp_path), window, None, again=False)["pages"] >= 4
    assert not together.broken
