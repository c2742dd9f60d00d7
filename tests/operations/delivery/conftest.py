"""That home, and servers that keep what they are sent."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rapport.config import Settings, load_settings
from tests.clock import Clock
from tests.operations.delivery import published_home
from tests.sinks import Sinks, sinks


@pytest.fixture
def sunk() -> Iterator[Sinks]:
    with sinks() as found:
        yield found


@pytest.fixture
def home(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_home.copy(tmp_path_factory, tmp_path)


@pytest.fixture
def settings(home: Path, sunk: Sinks) -> Settings:
    """Of that home, on Monday morning, with the sinks as its servers."""
    return replace(load_settings(home, secrets=sunk.secrets), now=Clock(published_home.MONDAY_MORNING))
