"""What the tests of faults and of odd answers share: the emulator, and attempts at walks against it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from emulator.world import build_world
from extractors.fetching.context import Context
from extractors.state.store import open_state
from extractors.x.client import Client
from rapport.config import Settings
from rapport.window import Window
from tests.clock import UNTIL
from tests.extractors.emulated import Emulated, emulating
from tests.extractors.x.attempts import WINDOW, Attempt


@pytest.fixture(scope="module")
def emulated() -> Iterator[Emulated]:
    with emulating(build_world(UNTIL.date()), limits={"/2/tweets/search/all": 9_999}) as served:
        yield served


@pytest.fixture
def well_again(emulated: Emulated) -> None:
    emulated.order()
    emulated.requests.clear()


@pytest.fixture
def attempt(emulated: Emulated, make_settings: Callable[..., Settings]) -> Callable[..., Any]:
    """`with attempt() as run:` in the home of the test; a second one finds what the first has left."""

    @contextmanager
    def begin(window: Window = WINDOW, served: Emulated = emulated, **client: Any) -> Iterator[Attempt]:
        settings = make_settings(served.url)
        waits: list[float] = []
        messages: list[str] = []
        client = {"sleep": waits.append, **client}
        account = served.world.accounts["lichtung_inst"].account_id
        with open_state(settings) as state, Client(settings, messages.append, **client) as network:
            context = Context(settings, state, network, "acme", f"{account} run", window, messages.append)
            yield Attempt(context, waits, messages)

    return begin
