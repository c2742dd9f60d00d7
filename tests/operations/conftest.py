"""The home that tests of erasures and of backups copy: made once, by the product, and never changed."""

import shutil
from pathlib import Path

import pytest

from rapport.config import Settings, load_settings
from tests.operations import erasure_home as home_of
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
