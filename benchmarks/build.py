"""How long a build takes, as a multiple of the least that reading the same posts costs; and beside it, what
people use today for the same measures.

Writes a seeded history with a realistic reply graph (benchmarks/history.py) as plain NDJSON and into schema raw,
then measures: a full build (dbt's start and every test included), a day's posts on top and the incremental build
of it, `rapport build` with nothing new, and the warehouse's size once it is packed. The floor is DuckDB's read_json
with typed columns over the NDJSON, counting. At the end it says which aims are met (benchmarks/aims.py).

examples:
  python -m benchmarks.build --posts 100000
  python -m benchmarks.build --posts 1000000 --profile
  python -m benchmarks.build --posts 1000000 --peers pandas,sql
  python -m benchmarks.build --posts 100000 --peers pandas,convokit --convokit-python ~/convokit/bin/python
  python -m benchmarks.build --posts 10000000 --keep /data/benchmark   # needs about 40 GB there

ConvoKit brings 6 GB of dependencies, so it lives in an environment of its own:
  uv venv ~/convokit && uv pip install --python ~/convokit/bin/python convokit
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import aims, peers, raw
from benchmarks import history as histories
from benchmarks.history import History
from benchmarks.load import floors, forget
from benchmarks.processes import Cost, command, measured
from benchmarks.tables import Table, machine
from modelling import dbt
from rapport import warehouse
from rapport.config import Settings
from rapport.errors import BuildFailed

_PROFILED = 15
_TESTS = ("test", "unit_test")
_PEERS = ("pandas", "sql", "convokit")


@dataclass(frozen=True)
class Build:
    """A build: what it took, and its nodes as (seconds, kind, name), slowest first; none if dbt was not started."""

    cost: Cost
    nodes: list[tuple[float, str, str]]
    seconds_in_dbt: float

    def seconds_of(self, *kinds: str) -> float:
        """Seconds spent in nodes of these kinds, added up over dbt's threads."""
        return sum(seconds for seconds, kind, _ in self.nodes if kind in kinds)


def build(settings: Settings, on_progress: Callable[[str], None]) -> Build:
    """One `rapport build`, measured."""
    done: list[dbt.BuildResult] = []
    cost = measured(lambda: done.append(dbt.build(settings, _every(50, on_progress))))
    nodes = done[0].nodes
    begun = [node.started_at for node in nodes if node.started_at]
    ended = [node.finished_at for node in nodes if node.finished_at]
    in_dbt = (max(ended) - min(begun)).total_seconds() if begun and ended else 0.0
    slowest_first = sorted(((node.seconds, node.kind, node.name) for node in nodes), reverse=True)
    return Build(cost, slowest_first, in_dbt)


def marts(settings: Settings, on_progress: Callable[[str], None], *names: str) -> Cost:
    """Only these marts and what they are made of, from raw, without tests: what it takes to answer what peers do."""
    on_progress(f"only {', '.join(names)}")
    given = ["run", "--full-refresh", "--select", *(f"+{name}" for name in names)]
    done: list[dbt.DbtRun] = []
    with warehouse.hold(settings):
        cost = measured(lambda: done.append(dbt.run(settings, given, _every(50, on_progress))))
    if done[0].returncode != 0:
        raise BuildFailed(f"{given} failed: {done[0].failures or done[0].last_line}", "see dbt.log")
    return cost


def floor(home: Path, rounds: int = 3) -> Cost:
    """The typed scan that counts, as the median of some rounds."""
    runs = [floors(home)[0] for _ in range(rounds)]
    return Cost(
        statistics.median(run.seconds for run in runs), statistics.median(run.cpu_seconds for run in runs), 0
    )


def measure(
    home: Path, post_count: int, day_count: int, on_progress: Callable[[str], None], seed: int = 7,
    wanted: tuple[str, ...] = (), convokit_python: Path | None = None, with_profile: bool = False,
) -> Iterator[Table]:  # fmt: skip
    """Writes, builds, compares; yields each table as soon as it is known."""
    started = time.perf_counter()
    forget(home)
    settings = raw.configure(home)
    # what dbt parsed before would save it half its start
    shutil.rmtree(settings.dbt_target_dir, ignore_errors=True)
    history = histories.build(post_count, seed)
    rows = np.flatnonzero(history.is_captured)
    written = raw.write(settings, history, rows, home / "posts.ndjson", on_progress, seed=seed)
    least = floor(home)
    importing = aims.import_of_dbt()
    yield Table("history", ("what", "how much"), [
        ("posts / their rows in raw / rows of authors / pages", f"{written.post_count:,} / "
         f"{written.post_row_count:,} / {written.user_row_count:,} / {written.page_count:,}"),
        *graph(history),
        ("as NDJSON; time to write it all", f"{_mb(written.ndjson_bytes)}; {time.perf_counter() - started:.0f} s"),
        ("floor: typed scan, counting", f"{least.seconds:.2f} s ({least.cpu_seconds:.2f} s of CPU)"),
        ("importing dbt", f"{importing.seconds:.2f} s ({importing.cpu_seconds:.2f} s of CPU)"),
    ])  # fmt: skip

    on_progress("full build")
    full = build(settings, on_progress)
    yield _builds({"full": full}, least)
    if with_profile:
        yield profile("full build", full)
    ours = None
    found: dict[str, Cost] = {}
    if {"pandas", "sql"} & set(wanted):
        ours = marts(settings, on_progress, "conversations", "relationships")
        for name, beside in _same_answers(settings, home / "posts.ndjson", ours, wanted, on_progress):
            found[name] = beside.cost
            yield beside.table
    if "convokit" in wanted and convokit_python is not None:
        only = marts(settings, on_progress, "conversations")
        yield peers.convokit(settings, home / "posts.ndjson", only, convokit_python, on_progress).table

    on_progress(f"a day of {day_count:,} posts on top")
    history, day_rows = histories.a_day_after(history, day_count, seed + 1)
    raw.write(
        settings,
        history,
        day_rows,
        home / "day.ndjson",
        on_progress,
        late_day=histories.SPAN_DAYS,
        seed=seed + 1,
    )
    day = build(settings, on_progress)
    on_progress("nothing new")
    again = Build(command(settings, "build"), [], 0.0)
    yield _builds({"full": full, f"{len(day_rows):,} posts more": day, "nothing new": again}, least)
    if with_profile:
        yield profile("build of one day more", day)
    built_bytes = settings.warehouse_path.stat().st_size
    on_progress("packing the warehouse")
    started = time.perf_counter()
    warehouse.rewrite(settings)
    packed_bytes = settings.warehouse_path.stat().st_size
    yield Table("besides", ("what", "how much"), [
        ("warehouse after the builds", _mb(built_bytes)),
        ("packed; time to pack it", f"{_mb(packed_bytes)}; {time.perf_counter() - started:.0f} s"),
    ])  # fmt: skip
    yield aims.of_builds(
        aims.Measured(
            post_count, least, importing, full.cost, day.cost, again.cost, packed_bytes, ours, found
        )
    )


def _same_answers(
    settings: Settings, ndjson: Path, ours: Cost, wanted: tuple[str, ...], on_progress: Callable[[str], None]
) -> Iterator[tuple[str, peers.Beside]]:
    """The peers that measure conversations and relationships."""
    if "pandas" in wanted:
        yield "pandas", peers.pandas(settings, ndjson, ours, on_progress)
    if "sql" in wanted:
        yield "sql from NDJSON", peers.sql(settings, ndjson, ours, on_progress)
        yield "sql from raw", peers.sql(settings, settings.warehouse_path, ours, on_progress)


def graph(history: History) -> list[tuple[str, str]]:
    """What the reply graph came to."""
    sizes = np.bincount(history.root)
    replies = np.flatnonzero(history.parent >= 0)
    depths = np.zeros(len(history), np.int64)
    level = replies
    while len(level := level[depths[level] <= depths[history.parent[level]]]):
        depths[level] = depths[history.parent[level]] + 1
    sender, receiver = history.author[replies], history.author[history.parent[replies]]
    is_to_other = sender != receiver
    sender, receiver = sender[is_to_other], receiver[is_to_other]
    ways = np.unique(sender << 32 | receiver)
    pairs = np.unique(np.minimum(sender, receiver) << 32 | np.maximum(sender, receiver))
    return [
        ("conversations / largest / deepest", f"{(sizes > 0).sum():,} / {sizes.max():,} / {depths.max():,}"),
        ("pairs that reply / of them one way only", f"{len(pairs):,} / {2 - len(ways) / len(pairs):.0%}"),
        ("written by us", f"{(history.author < histories.OURS).mean():.0%}"),
    ]


def profile(title: str, build: Build) -> Table:
    """The slowest nodes."""
    rows = [(name, kind, f"{seconds:.2f} s") for seconds, kind, name in build.nodes[:_PROFILED]]
    return Table(f"slowest nodes: {title}", ("node", "kind", "time"), rows)


def _builds(builds: dict[str, Build], least: Cost) -> Table:
    header = (
        "build", "wall", "× floor", "CPU", "× floor's CPU", "peak memory", "nodes", "outside of nodes",
        "models (threads added up)", "tests (the same)",
    )  # fmt: skip
    rows = []
    for title, build in builds.items():
        cost = build.cost
        rows.append((
            title, f"{cost.seconds:.1f} s", f"{cost.seconds / least.seconds:.0f}", f"{cost.cpu_seconds:.1f} s",
            f"{cost.cpu_seconds / least.cpu_seconds:.0f}", _mb(cost.peak_bytes), str(len(build.nodes)),
            f"{cost.seconds - build.seconds_in_dbt:.1f} s", f"{build.seconds_of('model'):.1f} s",
            f"{build.seconds_of(*_TESTS):.1f} s",
        ))  # fmt: skip
    return Table("builds", header, rows)


def _every(many: int, on_progress: Callable[[str], None]) -> Callable[[str], None]:
    count = 0

    def tell(message: str) -> None:
        nonlocal count
        count += 1
        if count % many == 0:
            on_progress(f"  {message}")

    return tell


def _mb(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


def _print_progress(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> None:
    """Prints the tables; progress goes to stderr."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.build",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--day", type=int, default=10_000, help="posts of the day that comes on top")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--peers", default="", help="comma-separated: pandas, sql, convokit")
    parser.add_argument("--convokit-python", type=Path, help="the Python of an environment with ConvoKit")
    parser.add_argument(
        "--profile", action="store_true", help=f"also the {_PROFILED} slowest nodes of a build"
    )
    parser.add_argument("--keep", type=Path, help="leave everything here (default: a folder that is removed)")
    given = parser.parse_args(arguments)
    wanted = tuple(peer for peer in given.peers.split(",") if peer)
    if unknown := set(wanted) - set(_PEERS):
        parser.error(f"no such peer: {', '.join(sorted(unknown))}; there is {', '.join(_PEERS)}")
    if "convokit" in wanted and given.convokit_python is None:
        parser.error("ConvoKit has an environment of its own; say which by --convokit-python")
    print(machine())
    scratch = tempfile.TemporaryDirectory(prefix="rapport-benchmark-")
    with nullcontext(given.keep) if given.keep else scratch as home:
        for table in measure(
            Path(home),
            given.posts,
            given.day,
            _print_progress,
            given.seed,
            wanted,
            given.convokit_python,
            given.profile,
        ):
            print(f"\n{table.markdown()}", flush=True)
    print(machine())


if __name__ == "__main__":
    main()
