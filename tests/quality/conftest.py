"""A home folder with a built warehouse in it, made once and copied for every test."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from rapport.config import Config, Settings
from tests.clock import Clock
from tests.quality import profile, warehouse
from tests.support.once import made_once


@pytest.fixture(scope="session")
def built_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = made_once(tmp_path_factory, "built", lambda folder: warehouse.make(folder / "warehouse.duckdb"))
    return folder / "warehouse.duckdb"


@pytest.fixture
def new_settings(tmp_path: Path) -> Callable[[], Settings]:
    """Settings of an empty home; no environment is read."""

    def make() -> Settings:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        return Settings(
            home=home,
            config_path=home / "rapport.toml",
            config=Config(),
            state_url=f"sqlite:///{home / 'state.sqlite'}",
            x_base_url="http://127.0.0.1:9",
            x_bearer_token=None,
            now=Clock(),
        )

    return make


@pytest.fixture
def settings(new_settings: Callable[[], Settings], built_warehouse: Path) -> Settings:
    """Settings of a home whose warehouse is built, in order, and not yet checked."""
    made = new_settings()
    shutil.copy(built_warehouse, made.warehouse_path)
    return made


@pytest.fixture
def spoil(settings: Settings) -> Callable[..., None]:
    """Runs statements on the warehouse, as nothing in the house should; what is spoilt in raw gets into the profile."""

    def run(*statements: str) -> None:
        with duckdb.connect(str(settings.warehouse_path)) as con:
            con.execute("set timezone = 'UTC'")
            for statement in statements:
                con.execute(statement)
            if any("raw." in statement for statement in statements):
                profile.write(con)

    return run


@pytest.fixture
def rows(settings: Settings) -> Callable[[str], list[tuple]]:
    """What a query on the warehouse gives."""

    def read(query: str) -> list[tuple]:
        with duckdb.connect(str(settings.warehouse_path)) as con:
            return con.execute(query).fetchall()

    return read
