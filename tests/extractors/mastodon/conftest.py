"""What the tests of Mastodon share: the small world, served over HTTP, and settings that point there."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from extractors.mastodon import fetchers
from extractors.mastodon.client import Client
from rapport.config import Settings
from tests.clock import Clock
from tests.mastodon_world import OUR_TOKEN, US, Served, Talk, Uris, serving, small_world

CLIENT: dict[str, Any] = {"id": "wald", "name": "Wald", "accounts": [f"mastodon:@{US}"]}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world() -> tuple[Talk, Uris]:
    return small_world()


@pytest.fixture
def talk(world: tuple[Talk, Uris]) -> Talk:
    return world[0]


@pytest.fixture
def uris(world: tuple[Talk, Uris]) -> Uris:
    return world[1]


@pytest.fixture
def served(talk: Talk, clock: Clock) -> Iterator[Served]:
    with serving(talk.elsewhere, clock) as served:
        yield served


@pytest.fixture
def mastodon_settings(make_settings: Callable[..., Settings], clock: Clock) -> Callable[..., Settings]:
    """Settings of the test's home. `tokens`: account → token; by default ours."""

    def make(
        url: str, tokens: dict[str, str] | None = None, client: dict[str, Any] | None = None
    ) -> Settings:
        tokens = {US: OUR_TOKEN} if tokens is None else tokens
        return replace(
            make_settings(clients=[CLIENT | (client or {})]),
            mastodon_base_url=f"{url}/mastodon/{{host}}",
            mastodon_tokens={account: SecretStr(token) for account, token in tokens.items()},
            now=clock,
        )

    return make


@pytest.fixture
def open_client(
    served: Served, mastodon_settings: Callable[..., Settings], clock: Clock
) -> Iterator[Callable[..., Client]]:
    """A client whose waits move the clock and are written down in `waits` and `messages`."""
    opened: list[Client] = []

    def make(
        url: str | None = None, *, time_out_seconds: tuple[float, float] = (5.0, 5.0), **settings: Any
    ) -> Client:
        waits: list[float] = []
        messages: list[str] = []

        def sleep(seconds: float) -> None:
            waits.append(seconds)
            clock.at += timedelta(seconds=seconds)

        client = Client(
            mastodon_settings(url or served.url, **settings), messages.append, sleep, time_out_seconds
        )
        client.waits, client.messages = waits, messages  # type: ignore[attr-defined]
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.__exit__()


@pytest.fixture
def home(
    served: Served,
    mastodon_settings: Callable[..., Settings],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Settings]:
    """Settings; and where the extractor waits for a server to fetch replies, the clock of all goes on instead."""

    def wait(seconds: float) -> None:
        clock.at += timedelta(seconds=seconds)

    monkeypatch.setattr(fetchers, "_sleep", wait)

    def make(**more: Any) -> Settings:
        return mastodon_settings(served.url, **more)

    return make
