"""The emulator for tests of the extraction: served over real HTTP, its requests recorded, its faults on order."""

import json
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from emulator.app import create_app
from emulator.elsewhere.model import Elsewhere
from emulator.faulty import CONTROL_PATH
from emulator.model import World
from tests import clock
from tests.extractors.server import TOKEN
from tests.support.listening import listening


@dataclass
class Emulated:
    """The world, where it is served, and what was asked: (path, query) in the order of arrival."""

    world: World
    url: str
    requests: list[tuple[str, tuple[tuple[str, str], ...]]] = field(default_factory=list)

    def order(self, *faults: dict[str, Any]) -> None:
        """These faults from now on, and no others; ordered over HTTP like everything else."""
        request = urllib.request.Request(  # noqa: S310  loopback
            self.url + CONTROL_PATH,
            json.dumps(list(faults)).encode(),
            {"Authorization": f"Bearer {TOKEN}"},
            method="PUT",
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            assert answer.status == 200

    def asked(self, path: str = "") -> list[dict[str, str]]:
        """The queries that came for paths that begin so."""
        return [dict(query) for asked, query in self.requests if asked.startswith(path)]


@contextmanager
def emulating(
    world: World,
    now: Callable[[], datetime] = clock.now,
    *,
    limits: Mapping[str, int] | None = None,
    dialect: str = "old",
    elsewhere: Elsewhere | None = None,
    before: Callable[[str], None] = lambda path: None,
) -> Iterator[Emulated]:
    """An emulator of `world` (and of what is said `elsewhere`) on a free port until the block ends. `before` sees each
    path before it is answered."""
    app = create_app(world, TOKEN, now, limits=limits, dialect=dialect, elsewhere=elsewhere)
    emulated: Emulated

    async def recorded(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] != CONTROL_PATH:
            query = tuple(sorted(parse_qsl(scope["query_string"].decode())))
            emulated.requests.append((scope["path"], query))
            before(scope["path"])
        await app(scope, receive, send)

    with listening(recorded) as url:
        emulated = Emulated(world, url)
        yield emulated
