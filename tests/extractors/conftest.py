"""What the tests of the extractors share: a home of their own, and the server that answers as told."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pydantic import SecretStr

from extractors.fetching.context import Context
from extractors.state.store import open_state
from extractors.x.client import Client
from rapport.config import Config, Settings
from rapport.window import Window
from tests import clock
from tests.extractors.server import TOKEN, USER_TOKEN, ScriptedX, scripted_x

WINDOW = Window(datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 8, tzinfo=UTC))


@pytest.fixture
def x() -> Iterator[ScriptedX]:
    with scripted_x() as server:
        yield server


@pytest.fixture
def make_settings(tmp_path: Path) -> Callable[..., Settings]:
    """Settings of a home of the test's own; `clients` as in rapport.toml, and the clock of all tests."""

    def make(
        url: str = "http://127.0.0.1:9",
        clients: list[dict[str, Any]] | None = None,
        user_token: str | None = None,
    ) -> Settings:
        home = tmp_path / "home"
        return Settings(
            home=home,
            config_path=home / "rapport.toml",
            config=Config.model_validate({"clients": clients or []}),
            state_url=f"sqlite:///{home / 'state.sqlite'}",
            x_base_url=url,
            x_bearer_token=SecretStr(TOKEN),
            x_user_token=SecretStr(user_token) if user_token else None,
            now=clock.now,
        )

    return make


@pytest.fixture
def settings(make_settings: Callable[..., Settings], x: ScriptedX) -> Settings:
    return make_settings(x.url)


@pytest.fixture
def context(settings: Settings) -> Iterator[Context]:
    """What a walk needs, against the scripted server; waits are skipped."""
    settings = replace(settings, x_user_token=SecretStr(USER_TOKEN))
    with open_state(settings) as state, Client(settings, sleep=lambda seconds: None) as client:
        yield Context(settings, state, client, "acme", "run-1", WINDOW, lambda message: None)


@pytest.fixture
def query(make_settings: Callable[..., Settings]) -> Callable[[str], list[tuple[Any, ...]]]:
    """Rows of a query on the warehouse of the test's home."""

    def run(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(make_settings().warehouse_path), read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            return connection.execute(sql).fetchall()

    return run


@pytest.fixture(params=["sqlite", "postgres"])
def settings_on_either(request: pytest.FixtureRequest, make_settings: Callable[..., Settings]) -> Settings:
    """Settings whose state store is SQLite, then Postgres."""
    made = make_settings()
    if request.param == "sqlite":
        return made
    return replace(made, state_url=request.getfixturevalue("postgres_url"))
