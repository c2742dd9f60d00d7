"""What a small home takes from a build to its readers: the demo's half year, and `rapport` as a user calls it.

Fetches and loads that world from the emulator, then measures importing dbt, a first build, a full build once dbt has
parsed the project, check, publish, report, and a build with nothing new: each a process of its own. Nothing here
depends much on the number of posts.

examples:
  python -m benchmarks.small
  python -m benchmarks.small --keep /tmp/small-home
"""

import argparse
import queue
import tempfile
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import duckdb

from benchmarks import aims
from benchmarks.processes import Cost, command
from benchmarks.tables import Table, machine
from emulator import serve
from operations.stack import emulated, world
from rapport.config import load_settings

_STEPS = ("check", "publish", "report")
_START_SECONDS = 60


def measure(home: Path) -> Iterator[Table]:
    """Fetches, builds, publishes; yields the tables."""
    settings, chosen = world.settle(load_settings(home))
    window = chosen.window_at(settings.now())
    address = _emulator(chosen)
    span = ("--from", f"{window.start:%Y-%m-%d}", "--to", f"{window.end:%Y-%m-%d}")
    command(settings, "fetch", *span, **emulated.variables(settings.config, address, serve.DEFAULT_TOKEN))
    costs: dict[str, Cost] = {"importing dbt": aims.import_of_dbt(), "load": command(settings, "load")}
    costs["first build, which parses the project"] = command(settings, "build")
    costs["full build"] = command(settings, "build", "--full-refresh")
    costs |= {step: command(settings, step) for step in _STEPS}
    costs["build, nothing new"] = command(settings, "build")
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        [(posts, rows)] = connection.execute(
            "select count(distinct post_id), count(*) from raw.posts"
        ).fetchall()
    yield Table(f"a home of {posts:,} posts ({rows:,} rows in raw)", ("what", "wall", "CPU", "peak memory"), [
        (what, f"{cost.seconds:.1f} s", f"{cost.cpu_seconds:.1f} s", f"{cost.peak_bytes / 1e6:,.0f} MB")
        for what, cost in costs.items()
    ])  # fmt: skip
    yield aims.of_small_home(
        costs["importing dbt"],
        costs["full build"],
        costs["build, nothing new"],
        {step: costs[step] for step in _STEPS},
    )


def _emulator(chosen: world.World) -> str:
    """Serves that world until this process ends; returns its address."""
    ready: queue.Queue[str] = queue.Queue()
    given = {"port": 0, "until": chosen.until, "seed": chosen.seed, "on_ready": ready.put}
    threading.Thread(target=serve.serve, kwargs=given, daemon=True).start()
    return ready.get(timeout=_START_SECONDS)


def main(arguments: list[str] | None = None) -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.small",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--keep", type=Path, help="leave everything here (default: a folder that is removed)")
    given = parser.parse_args(arguments)
    print(machine())
    scratch = tempfile.TemporaryDirectory(prefix="rapport-benchmark-")
    with nullcontext(given.keep) if given.keep else scratch as home:
        for table in measure(Path(home)):
            print(f"\n{table.markdown()}", flush=True)
    print(machine())


if __name__ == "__main__":
    main()
