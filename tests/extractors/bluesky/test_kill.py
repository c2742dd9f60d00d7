"""SIGKILL at requests spread over a run, against the emulator: run again, the tables are the same."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.bluesky.sessions import app_password
from emulator.elsewhere.world import build_elsewhere
from emulator.world import build_world
from extractors.bluesky.streams import NETWORK
from tests.clock import UNTIL
from tests.extractors.emulated import emulating
from tests.extractors.server import TOKEN
from tests.extractors.x.test_kill import Mortals, tables_of

pytestmark = pytest.mark.slow

_DEATHS = 4
_WINDOW = ["2026-08-31T00:00:00Z", "2026-09-14T00:00:00Z"]


class _Mortals(Mortals):
    """Processes that fetch from Bluesky for the one client that is there."""

    def __init__(self, emulated: Any, handle: str) -> None:
        client = {"id": "acme", "name": "Acme", "accounts": [f"bluesky:@{handle}"], "team": [], "bots": []}
        super().__init__(emulated, {"clients": [client | {"access": "recent"}]})
        self._more = {
            "network": NETWORK,
            "window": _WINDOW,
            "passwords": {handle: app_password(TOKEN, handle)},
        }

    def run(self, home: Path, **more: Any) -> list[int]:  # type: ignore[override]
        return super().run(home, **self._more, **more)


@pytest.fixture(scope="module")
def mortals() -> Iterator[_Mortals]:
    found: list[_Mortals] = []
    world = build_world(UNTIL.date())
    elsewhere = build_elsewhere(world)
    handle = elsewhere.clients[NETWORK][0].accounts[0]
    with emulating(
        world, elsewhere=elsewhere, limits={NETWORK: 9_999}, before=lambda path: found[0].requested(path)
    ) as emulated:
        found.append(_Mortals(emulated, handle))
        yield found[0]
        found[0].close()


def test_killed_and_run_again_nothing_is_lost_or_doubled(mortals: _Mortals, tmp_path: Path) -> None:
    requests = mortals.emulated.requests
    assert mortals.run(tmp_path / "undisturbed") == [0]
    undisturbed, asked = tables_of(tmp_path / "undisturbed"), Counter(requests)
    sizes = {table: len(rows) for table, rows in undisturbed.items()}
    assert sizes["pages"] >= 20 and sizes["posts"] > 100 and sizes["users"] > 20
    # Only whose handle is whose is asked before a run's own look at profiles.
    assert [path for (path, _), count in asked.items() if count > 1] == ["/xrpc/app.bsky.actor.getProfiles"]
    requests.clear()
    home, part = tmp_path / "killed", asked.total() // _DEATHS
    for _ in range(_DEATHS - 1):
        assert mortals.run(home, kill_at=part) == [-9]
    assert mortals.run(home) == [0]
    assert tables_of(home) == undisturbed
    # Each death costs the request at which it came, and a log-in anew.
    again = Counter(requests) - asked
    assert again.total() <= 3 * _DEATHS
