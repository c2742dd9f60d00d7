"""SIGKILL before the answer to a request, and in the middle of writing a page: run again, and nothing is doubled.

A real process fetches from the servers and loads, is killed, and another one goes on. What is compared are all raw
tables, without the columns that say when and by which load.
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.clock import NOW
from tests.mastodon_world import Served, serving, small_world
from tests.paths import ROOT

pytestmark = pytest.mark.slow
BOOKKEEPING = {
    "load_id",
    "loaded_at",
    "requested_at",
    "fetched_at",
    "observed_at",
    "rejected_at",
    "withdrawn_at",
}


class Mortals:
    """Processes that do the work until they are killed."""

    def __init__(self) -> None:
        self.kill_at: int | None = None  # the request, counted from now, at whose arrival the process dies
        self.process: subprocess.Popen[str] | None = None
        self.served: Served
        self._seconds = 0

    def now(self) -> datetime:
        """The servers' clock: with every look a little later, so that a fetch of replies ends."""
        self._seconds += 1
        return NOW + timedelta(seconds=self._seconds % 600)

    def requested(self, path: str) -> None:
        """Called at each arrival, before the answer."""
        if self.kill_at is not None:
            self.kill_at -= 1
            if self.kill_at == 0 and self.process is not None:
                self.kill_at = None
                os.kill(self.process.pid, signal.SIGKILL)

    def run(self, home: Path, *, kill_at: int | None = None, in_write: int | None = None) -> int:
        """Exit code: -9 for one that was killed."""
        self.kill_at = kill_at
        command = [sys.executable, "-m", "tests.extractors.mastodon.mortal", str(home), self.served.url]
        self.process = subprocess.Popen([*command, str(in_write or "")], cwd=ROOT, text=True)
        return self.process.wait(300)


@pytest.fixture(scope="module")
def mortals() -> Iterator[Mortals]:
    made = Mortals()
    # In the small world as it is after a first look: what servers fetch of each other is all there.
    with serving(small_world()[0].elsewhere, made.now, limit=100_000, before=made.requested) as served:
        made.served = served
        yield made


def _tables(home: Path) -> dict[str, Counter[Any]]:
    found = {}
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        names = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'raw' "
            "and table_type = 'BASE TABLE' and table_name <> 'landing_looks'"  # when landing was looked at
        ).fetchall()
        for (name,) in names:
            columns = [row[0] for row in connection.execute(f"describe raw.{name}").fetchall()]
            kept = ", ".join(f'"{column}"' for column in columns if column not in BOOKKEEPING)
            rows = connection.execute(f"select {kept or 'null'} from raw.{name}").fetchall()
            found[name] = Counter(str(row) for row in rows)
    return found


def test_whenever_it_is_killed_the_next_attempt_brings_the_same(mortals: Mortals, tmp_path: Path) -> None:
    assert mortals.run(tmp_path / "warming up") == 0
    mortals.served.requests.clear()
    assert mortals.run(tmp_path / "undisturbed") == 0
    requests = len(mortals.served.requests)
    expected = _tables(tmp_path / "undisturbed")
    assert len(expected["posts"]) > 20
    assert sum(expected["pages"].values()) == len(list((tmp_path / "undisturbed").rglob("*.json.zst")))
    deaths = 0
    for number in range(4):
        home, orders = tmp_path / f"home {number}", {}
        for attempt in range(3):
            # Three deaths each, spread over the run: at an arrival, or in the middle of a page's file.
            at = 1 + (number * 7 + attempt * 11) % max(requests // 3, 1)
            orders = {"kill_at": at} if (number + attempt) % 2 else {"in_write": 1 + at % 9}
            code = mortals.run(home, **orders)
            assert code in (-signal.SIGKILL, 0), orders
            deaths += code != 0
        assert mortals.run(home) == 0
        assert _tables(home) == expected, f"home {number}, last {orders}"
    assert deaths >= 8
