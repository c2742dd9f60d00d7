"""SIGKILL at every page boundary, in mid-write, at load and in between: run again, the tables are the same.

A real process does fetch and load against the emulator, and is killed; then another one goes on. What is compared
are all raw tables, without the columns that say when and by which load.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from emulator.demo import demo_config
from emulator.world import build_world
from extractors.state.store import open_state
from extractors.state.tables import reservations
from extractors.x import reconcile
from tests.clock import UNTIL, Clock
from tests.extractors.emulated import Emulated, emulating
from tests.extractors.x.mortal import settings_of
from tests.paths import ROOT

pytestmark = pytest.mark.slow

WINDOW = ["2026-08-03T00:00:00Z", "2026-09-14T00:00:00Z"]
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

    def __init__(self, emulated: Emulated, config: dict[str, Any]) -> None:
        self.emulated = emulated
        keys = ("id", "name", "accounts", "team", "bots", "access")
        self.clients = [{name: client[name] for name in keys} for client in config["clients"][:1]]
        self.kill_at: int | None = None  # the request, counted from now, at whose arrival the process dies
        self.pid = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.extractors.x.mortal"], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stdout and self._process.stdout.readline() == "ready\n"

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(300)

    def requested(self, path: str) -> None:
        """Called by the emulator at each arrival, before the answer."""
        if self.kill_at is not None:
            self.kill_at -= 1
            if self.kill_at == 0:
                self.kill_at = None
                os.kill(self.pid, signal.SIGKILL)

    def run(self, home: Path, *, count: int = 1, kill_at: int | None = None, **more: Any) -> list[int]:
        """Exit codes of `count` processes at once; -9 for one that was killed."""
        order = {
            "home": str(home), "url": self.emulated.url, "clients": self.clients, "window": WINDOW,
            "run_id": "scheduled__2026-11-02", "steps": ["fetch", "load"], **more,
        }  # fmt: skip
        home.mkdir(exist_ok=True)
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([order] * count) + "\n")
        self.pid, self.kill_at = 0, None
        self._process.stdin.flush()
        pids = json.loads(self._process.stdout.readline())["pids"]
        self.pid, self.kill_at = pids[0], kill_at
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())["statuses"]


@dataclass
class Undisturbed:
    """What a run that nobody disturbs comes to."""

    tables: dict[str, list[Any]]
    requests: Counter[Any]
    in_order: list[Any]


@pytest.fixture(scope="module")
def mortals() -> Iterator[Mortals]:
    found: list[Mortals] = []
    with emulating(
        build_world(UNTIL.date()),
        limits={f"/2/tweets/{path}": 9_999 for path in (":id/quote_tweets", ":id/retweeted_by", "search/all")},
        before=lambda path: found[0].requested(path),
    ) as emulated:  # fmt: skip
        found.append(Mortals(emulated, tomllib.loads(demo_config(UNTIL.date()))))
        yield found[0]
        found[0].close()


@pytest.fixture(scope="module")
def undisturbed(mortals: Mortals, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    home = tmp_path_factory.mktemp("undisturbed")
    mortals.emulated.requests.clear()
    assert mortals.run(home) == [0]
    requests = list(mortals.emulated.requests)
    return Undisturbed(tables_of(home), Counter(requests), requests)


def tables_of(home: Path) -> dict[str, list[Any]]:
    """All raw tables, sorted, without bookkeeping."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'raw'"
        ).fetchall()
        return {
            table: connection.execute(
                "select {} from raw.{} order by all".format(
                    ", ".join(
                        f'"{name}"' for owner, name in columns if owner == table and name not in BOOKKEEPING
                    ),
                    table,
                )
            ).fetchall()
            # what the last look at landing saw goes by the times of folders
            for table in sorted(
                {table for table, _ in columns} - {"loads", "landing_folders", "landing_looks"}
            )
        }


def same(home: Path, undisturbed: Undisturbed) -> None:
    found = tables_of(home)
    assert {table: len(rows) for table, rows in found.items()} == {
        table: len(rows) for table, rows in undisturbed.tables.items()
    }
    assert found == undisturbed.tables


def lines_of(mortals: Mortals, home: Path, folders: str, **more: Any) -> int:
    """How many lines of what lies there a run executes that is not killed."""
    assert mortals.run(home, die={"in": folders, "at": 10**9}, **more) == [0]
    return int((home / "lines").read_text())


def test_an_undisturbed_run_has_something_to_lose(undisturbed: Undisturbed) -> None:
    sizes = {table: len(rows) for table, rows in undisturbed.tables.items()}
    assert sizes["pages"] > 20 and sizes["posts"] > 500 and sizes["users"] > 100 and sizes["errors"] > 0
    assert max(undisturbed.requests.values()) == 1
    paged = [query for _, query in undisturbed.in_order if "token" in str(query)]
    assert len(paged) > 5


def test_killed_at_every_page_boundary(mortals: Mortals, undisturbed: Undisturbed, tmp_path: Path) -> None:
    """Dies when a request arrives, the page before being done; so each request comes twice, and no more."""
    mortals.emulated.requests.clear()
    deaths = 0
    while mortals.run(tmp_path, kill_at=2 if deaths else 1) != [0]:
        deaths += 1
        assert deaths <= len(undisturbed.in_order)
    assert deaths == len(undisturbed.in_order)
    assert Counter(mortals.emulated.requests) == Counter(dict.fromkeys(undisturbed.requests, 2))
    same(tmp_path, undisturbed)


def test_killed_in_mid_write(mortals: Mortals, undisturbed: Undisturbed, tmp_path: Path) -> None:
    mortals.emulated.requests.clear()
    deaths = 0
    while (codes := mortals.run(tmp_path, die={"in": "mid write", "at": 4})) != [0]:
        assert codes == [-signal.SIGKILL]
        deaths += 1
        assert len(list((tmp_path / "landing").rglob("*.tmp"))) == deaths  # half a page each
    assert deaths > 4
    repeated = Counter(mortals.emulated.requests) - undisturbed.requests
    assert sum(repeated.values()) == deaths and max(repeated.values()) == 1
    same(tmp_path, undisturbed)


def test_killed_in_between(mortals: Mortals, undisturbed: Undisturbed, tmp_path: Path) -> None:
    """At lines spread over all that a run executes: client, pager, landing, state, budget, load."""
    folders = "extractors rapport"
    lines = lines_of(mortals, tmp_path / "counted", folders)
    for part in range(1, 10):
        home = tmp_path / str(part)
        mortals.emulated.requests.clear()
        at = lines * part // 10 + part  # not always at the same line of a loop
        assert mortals.run(home, die={"in": folders, "at": at}) == [-signal.SIGKILL]
        assert mortals.run(home) == [0]
        repeated = Counter(mortals.emulated.requests) - undisturbed.requests
        assert sum(repeated.values()) <= 1
        same(home, undisturbed)


def test_killed_at_load(mortals: Mortals, undisturbed: Undisturbed, tmp_path: Path) -> None:
    """One transaction: after the kill all pages are there or none, and the next load brings the rest."""
    fetched = tmp_path / "fetched"
    assert mortals.run(fetched, steps=["fetch"]) == [0]
    folders = "extractors rapport"
    counted = shutil.copytree(fetched, tmp_path / "counted")
    lines = lines_of(mortals, counted, folders, steps=["load"])
    seen = set()
    # Most lines are those of single pages; the transaction itself lies near the end.
    for at in [*(lines * part // 5 for part in range(1, 5)), *range(lines - 60, lines, 12), lines - 2]:
        home = shutil.copytree(fetched, tmp_path / str(at))
        assert mortals.run(home, steps=["load"], die={"in": folders, "at": at}) == [-signal.SIGKILL]
        if (home / "warehouse.duckdb").exists():
            with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
                tables = connection.execute("select table_name from duckdb_tables()").fetchall()
                if ("pages",) in tables:
                    seen.add(connection.execute("select count(*) from raw.pages").fetchall()[0][0])
        assert mortals.run(home, steps=["load"]) == [0]
        same(home, undisturbed)
    assert seen == {0, len(undisturbed.tables["pages"])}


def test_killed_before_each_booking_the_cap_holds(mortals: Mortals, tmp_path: Path) -> None:
    """X has answered, and nobody has written down what that costs: for two days, an hour after the other."""
    cap, today = 4.0, Clock(UNTIL)
    client = mortals.clients[0] | {"budget": {"usd_per_day": cap, "usd_per_month": 1000}}
    order = {"clients": [client], "steps": ["fetch"]}

    def ledger() -> list[Any]:
        with closing(sqlite3.connect(tmp_path / "state.sqlite")) as connection:
            return connection.execute("select date(spent_at), usd, stream from ledger").fetchall()

    with emulating(mortals.emulated.world, today) as served:
        order["url"] = served.url
        codes = []
        for number in range(46):
            today.at += timedelta(minutes=61)
            # The first one still learns which accounts there are.
            die = {"in": "booking", "at": 1 if number else 3}
            codes += mortals.run(tmp_path, die=die, now=today.at.isoformat(), **order)
        deaths = codes.count(-signal.SIGKILL)
        assert codes[-1] == 0 and set(codes) == {0, -signal.SIGKILL} and 5 <= deaths <= 8
        # Each call that X has answered is in the books, and no day has cost more than its cap.
        assert len(ledger()) == len(served.requests) == deaths + 2
        by_day: dict[str, float] = {}
        for day, usd, _ in ledger():
            by_day[day] = by_day.get(day, 0.0) + usd
        assert len(by_day) == 2 and max(by_day.values()) <= cap < sum(by_day.values())

        settings = settings_of(order | {"home": str(tmp_path), "now": today.at.isoformat()})
        before, said = sum(usd for _, usd, _ in ledger()), list[str]()
        # The first day's counts are final, and the second's are not.
        reconcile.check(reconcile.reconcile(settings, on_progress=said.append))
        assert sum("stay booked until X's counts of" in line for line in said) == deaths // 2
        today.at += timedelta(days=2)
        days = reconcile.reconcile(replace(settings, now=today), on_progress=said.append)
        assert sum("were booked for a lost call" in line for line in said) == deaths
        # X has billed each post once a day: what it has billed stays booked, at its worst, and the rest is gone.
        assert {day.drift for day in days} == {0}
        after = [usd for _, usd, stream in ledger() if stream == "own_posts"]
        assert 0 < sum(after) < before - 1 and len(after) < deaths
        with open_state(settings) as state, state.engine.connect() as connection:
            assert connection.execute(reservations.select()).all() == []
        # And so the next day goes on to the end of what its cap allows.
        assert mortals.run(tmp_path, now=today.at.isoformat(), **order) == [0]
        assert len(list((tmp_path / "landing").rglob("own_posts/*/*"))) > 1


def test_two_extractions_at_once(mortals: Mortals, undisturbed: Undisturbed, tmp_path: Path) -> None:
    mortals.emulated.requests.clear()
    assert mortals.run(tmp_path, count=2) == [0, 0]
    assert Counter(mortals.emulated.requests) == undisturbed.requests
    same(tmp_path, undisturbed)
