"""Homes that tests of erasures, of backups and of the status copy: each made once, and never changed."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from rapport.config import Settings, load_settings
from tests.clock import NOW, Clock
from tests.operations import erasure_home as home_of
from tests.operations.told import settings_of
from tests.quality import warehouse
from tests.quality.publishing import give_receipt, publish_latest
from tests.support.once import made_once


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a home with the conversation in every room, and of the file it was imported from."""
    return made_once(tmp_path_factory, "published", _make)


def _make(base: Path) -> None:
    settings = home_of.make_home(base / "home")
    home_of.bring_in(settings, base)
    home_of.publish_all(settings)
    home_of.go_wrong(settings)
    rooms = {
        place.split(":")[0].split("/")[0] for place in home_of.found_in(settings.home, home_of.OF_THE_POST)
    }
    [draft] = settings.home.glob(".outcomes.*.tmp")
    assert rooms == {"landing", "published", "warehouse.duckdb", "dbt", draft.name}
    assert [place for place in home_of.found_in(settings.home, home_of.OF_THE_POST) if place.count(".html")]


@pytest.fixture(scope="session")
def published_joint(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the same home, published anew since rapport.toml says that two of the accounts are one person's."""
    return made_once(tmp_path_factory, "published-joint", lambda base: _publish_joint(published, base))


def _publish_joint(published: Path, base: Path) -> None:
    shutil.copytree(published / "home", base / "home")
    home_of.publish_all(home_of.make_home(base / "home", home_of.CONFIG + home_of.JOINT))


@pytest.fixture
def joint(published_joint: Path, tmp_path: Path) -> Settings:
    """A copy of that home, the test's own."""
    shutil.copytree(published_joint / "home", tmp_path / "home")
    return load_settings(tmp_path / "home")


@pytest.fixture
def copy(published: Path, tmp_path: Path) -> Settings:
    """A copy of that home, the test's own."""
    shutil.copytree(published / "home", tmp_path / "home")
    return load_settings(tmp_path / "home")


@pytest.fixture(scope="session")
def fresh_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home whose publication is five minutes old."""
    settings = settings_of(tmp_path_factory.mktemp("fresh"))
    warehouse.make(settings.warehouse_path)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        warehouse.add_build(connection, "build-1")
    give_receipt(settings)
    publish_latest(replace(settings, now=Clock(NOW - timedelta(minutes=5))))
    return settings


@pytest.fixture
def fresh(fresh_home: Settings, tmp_path: Path) -> Settings:
    """A copy of that home, the test's own."""
    for path in (fresh_home.warehouse_path, fresh_home.published_path):
        copied = tmp_path / path.relative_to(fresh_home.home)
        copied.parent.mkdir(exist_ok=True)
        copied.write_bytes(path.read_bytes())
    return settings_of(tmp_path)
