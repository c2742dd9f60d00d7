"""The state store, on SQLite and on Postgres alike."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from extractors.state.store import State, Walk, open_state
from rapport.config import Settings
from rapport.errors import Damaged, RapportError

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def settings(settings_on_either: Settings) -> Settings:
    return settings_on_either


@pytest.fixture
def state(settings: Settings) -> Iterator[State]:
    with open_state(settings) as opened:
        yield opened


def step(key: str, **more: Any) -> dict[str, Any]:
    walk = Walk(key, "running", 1, 10, 0.05, "t1", "90")
    known = {name: getattr(walk, name) for name in Walk.__dataclass_fields__}
    known |= {"network": "x", "client_id": "acme", "stream": "own_posts", "run_id": "r", "target": "7"}
    return {**known, "window_start_at": NOW, "window_end_at": NOW, **more}


def test_a_walk_and_its_watermark(state: State) -> None:
    key = "a walk"
    assert state.walk(key) is None
    state.advance(step(key), None)
    assert state.walk(key) == Walk(key, "running", 1, 10, 0.05, "t1", "90")
    mark = {
        "network": "x",
        "client_id": "acme",
        "stream": "own_posts",
        "target": "7",
        "newest_id": "90",
        "run_id": "r",
    }
    state.advance(step(key, status="finished", next_token=None), mark)
    walk = state.walk(key)
    assert walk is not None
    assert walk.is_finished
    assert walk.next_token is None
    assert state.watermark("x", "acme", "own_posts", "7") == "90"
    assert state.watermark("x", "acme", "own_posts", "8") is None
    assert state.watermark("y", "acme", "own_posts", "7") is None


def test_conversations_keep_their_newest_activity(state: State) -> None:
    state.remember_conversations("x", "c1", {"1": NOW, "2": NOW - timedelta(days=20)})
    state.remember_conversations("x", "c1", {"1": NOW - timedelta(days=30)})
    assert state.active_conversations("x", "c1", NOW - timedelta(days=14), NOW + timedelta(seconds=1)) == [
        "1"
    ]
    assert state.active_conversations("x", "c1", NOW - timedelta(days=14), NOW) == []
    state.remember_conversations("y", "c1", {"1": NOW + timedelta(days=1), "3": NOW})
    assert state.active_conversations("x", "c1", NOW, NOW + timedelta(days=2)) == ["1"]
    assert state.active_conversations("x", "c2", NOW - timedelta(days=99), NOW + timedelta(days=1)) == []


def test_handles_in_any_case_and_the_gone(state: State) -> None:
    state.remember_handles("x", {"Acme": "1"})
    state.remember_handles("x", {"ACME": "2"})
    assert state.account_ids("x", ["aCMe", "nobody"]) == {"acme": "2"}
    state.remember_gone("x", {str(number): "Not Found Error" for number in range(1200)})
    assert state.gone("x", [*map(str, range(1190, 1300))]) == set(map(str, range(1190, 1200)))
    assert state.gone("mastodon", ["1190"]) == set()
    state.remember_gone("x", {})


def test_many_write_at_once(settings: Settings) -> None:
    def work(number: int) -> None:
        with open_state(settings) as state:
            for page in range(10):
                state.advance(step(f"many {number}", page_count=page), None)
                state.remember_conversations("x", "many", {str(page): NOW + timedelta(hours=number)})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    with open_state(settings) as state:
        assert [(state.walk(f"many {number}") or step).page_count for number in range(8)] == [9] * 8  # type: ignore[union-attr]
        assert (
            len(state.active_conversations("x", "many", NOW + timedelta(hours=7), NOW + timedelta(hours=8)))
            == 10
        )


def test_the_folder_of_the_state_is_made(make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    with open_state(make_settings()) as state:
        assert state.account_ids("x", ["acme"]) == {}
    assert (tmp_path / "home" / "state.sqlite").exists()


@pytest.mark.parametrize("left", [100, 5_000, 30_000, None], ids=["a header", "a page", "no end", "garbage"])
def test_a_damaged_store_is_called_so(
    left: int | None, make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    settings = make_settings()
    with open_state(settings) as state:
        state.remember_conversations("x", "acme", {str(number): NOW for number in range(2000)})
    path = settings.home / "state.sqlite"
    path.write_bytes(path.read_bytes()[:left] if left else b"no database at all" * 1000)
    with pytest.raises(Damaged, match=r"state\.sqlite is damaged") as caught, open_state(settings) as state:
        state.active_conversations("x", "acme", NOW, NOW + timedelta(days=1))
    assert "rapport restore" in caught.value.remedy


def test_a_server_that_is_not_there(make_settings: Callable[..., Settings]) -> None:
    settings = replace(make_settings(), state_url="postgresql+psycopg2://me:hush@127.0.0.1:9/x")
    with pytest.raises(RapportError, match="can't be used") as caught, open_state(settings):
        pass
    assert "RAPPORT_STATE_URL" in caught.value.remedy and "hush" not in str(caught.value)
