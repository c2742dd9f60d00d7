"""Serves the emulator over HTTP until it is stopped."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from datetime import date
from pathlib import Path

import uvicorn

from emulator.app import create_app
from emulator.elsewhere.model import MASTODON
from emulator.elsewhere.world import build_elsewhere
from emulator.errors import EmulatorError
from emulator.faults import read_plan
from emulator.life import WEEKS_ON
from emulator.world import build_world

log = logging.getLogger("rapport.emulator")
DEFAULT_PORT = 8931
# Half a year at once takes more requests than Mastodon answers in 5 minutes: the demo would only wait.
HALF_YEAR = 10_000
DEFAULT_TOKEN = "emulator"  # noqa: S105  it opens nothing but an invented world on loopback


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._on_started()


def serve(
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    token: str = DEFAULT_TOKEN,
    until: date | None = None,
    seed: int = 7,
    on_ready: Callable[[str], None] | None = None,
    faults: Path | None = None,
) -> None:
    """Serves the world whose script ends at `until`, and its life after it, until stopped (Ctrl-C, SIGTERM).

    `port` 0 takes a free one. `on_ready` is called with the base URL once requests are answered. `faults`: a
    TOML file as in `emulator.faults`. Raises EmulatorError if the port is taken or `until` is no Monday.
    """
    plan = read_plan(faults) if faults else None
    world = build_world(until, seed, WEEKS_ON)
    elsewhere = build_elsewhere(world, WEEKS_ON)
    listener = _listen(host, port)
    url = f"http://{host}:{listener.getsockname()[1]}"

    def ready() -> None:
        accounts, posts = len(world.accounts) + len(elsewhere.people), len(world.posts) + len(elsewhere.posts)
        log.info("emulator of X, Bluesky and Mastodon: %d accounts, %d posts, on %s", accounts, posts, url)
        if on_ready:
            on_ready(url)

    app = create_app(world, token, faults=plan, elsewhere=elsewhere, limits={MASTODON: HALF_YEAR})
    config = uvicorn.Config(app, log_level="warning", access_log=False)
    try:
        _Server(config, ready).run(sockets=[listener])
    finally:
        listener.close()


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise EmulatorError(
            f"The emulator cannot listen on {host}:{port}: {error.strerror or error}.",
            f"Stop what uses that port, or choose another: rapport emulator --port {port + 1}",
        ) from error
    return listener
