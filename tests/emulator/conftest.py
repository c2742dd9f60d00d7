"""A world, and the emulator serving it over real HTTP on a free port."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import pytest

from emulator.app import create_app
from emulator.elsewhere.model import Elsewhere
from emulator.elsewhere.world import build_elsewhere
from emulator.model import World
from emulator.world import build_world
from tests import clock
from tests.support.listening import listening

TOKEN = "test-token"
UNTIL = clock.UNTIL.date()


@pytest.fixture(scope="session")
def world() -> World:
    """The default world, at a fixed date."""
    return build_world(UNTIL)


@pytest.fixture(scope="session")
def elsewhere(world: World) -> Elsewhere:
    """What is said on Bluesky and Mastodon, beside the default world."""
    return build_elsewhere(world)


@dataclass
class Served:
    """A running emulator and a client that carries the bearer token."""

    url: str
    http: httpx.Client

    def get(self, path: str, status: int = 200, **query: Any) -> dict[str, Any]:
        """The JSON body of an answer that must have this status; `__` in a name stands for a dot."""
        answer = self.http.get(path, params={name.replace("__", "."): value for name, value in query.items()})
        assert answer.status_code == status, (answer.url, answer.text)
        return answer.json()


@pytest.fixture(scope="session")
def serving(world: World, elsewhere: Elsewhere) -> Iterator[Callable[..., Served]]:
    """Starts an emulator: `serving(now=..., limits=..., dialect=...)`; all are stopped at the end."""
    with ExitStack() as running:

        def start(
            now: datetime = clock.NOW,
            limits: Mapping[str, int] | None = None,
            dialect: str = "old",
        ) -> Served:
            app = create_app(world, TOKEN, lambda: now, limits=limits, dialect=dialect, elsewhere=elsewhere)
            url = running.enter_context(listening(app))
            client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"})
            return Served(url, running.enter_context(client))

        yield start


@pytest.fixture(scope="session")
def x(serving: Callable[..., Served]) -> Served:
    """The emulator a minute after the end of the world, with limits that no test reaches."""
    return serving(limits={"/2/tweets/:id/quote_tweets": 100_000, "/2/tweets/search/all": 100_000})
