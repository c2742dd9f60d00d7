"""How long a load takes, as a multiple of the least that reading the same posts costs.

`python -m benchmarks.load --posts 1000000` writes a seeded set of posts as plain NDJSON, as landing files and as
landing files with their authors, as X sends them; then it prints a table. The floor is DuckDB's read_json with typed
columns over the NDJSON, counting: it parses what the load parses (no authors), and writes nothing. Floor and loads
are timed in turns, in the same run, and every load in a process of its own, which says how much memory it took.
"""

import argparse
import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.posts import Page, pages
from extractors.landing import landing_files
from extractors.raw import raw_store
from rapport.config import load_settings
from rapport.networks import X

# The columns that raw.posts has typed, as X sends them.
_COLUMNS = {
    "id": "VARCHAR", "author_id": "VARCHAR", "text": "VARCHAR", "created_at": "TIMESTAMPTZ",
    "conversation_id": "VARCHAR", "in_reply_to_user_id": "VARCHAR", "lang": "VARCHAR",
    "referenced_tweets": 'STRUCT("type" VARCHAR, id VARCHAR)[]', "edit_history_tweet_ids": "VARCHAR[]",
    "entities": 'STRUCT(mentions STRUCT("start" INTEGER, "end" INTEGER, username VARCHAR, id VARCHAR)[])',
    "note_tweet": "STRUCT(text VARCHAR)",
    "public_metrics": "STRUCT(retweet_count BIGINT, reply_count BIGINT, like_count BIGINT, quote_count BIGINT, "
                      "bookmark_count BIGINT, impression_count BIGINT)",
}  # fmt: skip


@dataclass(frozen=True)
class Written:
    """What the seeded set came to; landing_bytes and post_landing_bytes are with and without authors."""

    post_count: int
    user_count: int
    page_count: int
    ndjson_bytes: int
    landing_bytes: int
    post_landing_bytes: int


@dataclass(frozen=True)
class Took:
    """Seconds of the clock, and of all threads."""

    seconds: float
    cpu_seconds: float

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s ({self.cpu_seconds:.2f} s of CPU)"


@dataclass(frozen=True)
class Load(Took):
    """One load, measured in a process of its own."""

    peak_bytes: int
    posts: int
    users: int
    pages: int


def posts_only(home: Path) -> Path:
    """The home beside `home` whose landing files hold no authors."""
    return home / "posts_only"


def write(home: Path, post_count: int, seed: int) -> Written:
    """The posts as `home`/posts.ndjson and as landing files of 100, with and without their authors."""
    home.mkdir(parents=True, exist_ok=True)
    users = page_count = landed = landed_bare = 0
    with (home / "posts.ndjson").open("wb") as plain:
        for page in pages(post_count, seed):
            plain.writelines(post + b"\n" for post in page.posts)
            landed += _land(home, page, page.body, page.user_count)
            landed_bare += _land(posts_only(home), page, page.bare_body, 0)
            users += page.user_count
            page_count += 1
        return Written(post_count, users, page_count, plain.tell(), landed, landed_bare)


def _land(home: Path, page: Page, body: bytes, user_count: int) -> int:
    """Lands the page as a fetch would leave it; returns the size of the file in bytes."""
    envelope = {
        "network": X.name, "client_id": "benchmark", "stream": "own_posts", "run_id": "benchmark",
        "page_number": page.number, "source": "api", "data_kind": "post", "parameters": {},
        "fetched_at": page.fetched_at.isoformat(), "result_count": len(page.posts),
        "object_count": len(page.posts) + user_count,
    }  # fmt: skip
    key = landing_files.page_key(X.name, "own_posts", "benchmark", f"page-{page.number:06d}")
    return landing_files.write(home / "landing", key, envelope, body).stat().st_size


def floors(home: Path) -> tuple[Took, Took]:
    """The scan that counts rows, and the one that counts the values of every column."""
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in _COLUMNS.items())
    source = f"read_json($file, format = 'newline_delimited', columns = {{{columns}}})"
    values = ", ".join(f"count({name})" for name in _COLUMNS)
    found = []
    with duckdb.connect() as connection:
        for what in ("count(*)", values):
            started, cpu = time.perf_counter(), time.process_time()
            connection.execute(
                f"select {what} from {source}", {"file": str(home / "posts.ndjson")}
            ).fetchall()
            found.append(Took(time.perf_counter() - started, time.process_time() - cpu))
    return found[0], found[1]


def load_apart(home: Path) -> Load:
    """Loads what is landed in a process of its own, and measures it."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", "--load-only", str(home)],
        check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    return Load(**json.loads(done.stdout.splitlines()[-1]))


def load_here(home: Path) -> Load:
    """Loads what is landed, in this process."""
    settings = load_settings(home)
    started, cpu = time.perf_counter(), time.process_time()
    result = raw_store.load(settings, lambda message: None)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu
    return Load(seconds, cpu_seconds, _peak_bytes(), result["posts"], result["users"], result["pages"])


def forget(home: Path) -> None:
    """Removes the warehouse, so that the next load begins with nothing."""
    for name in ("warehouse.duckdb", "warehouse.duckdb.wal"):
        (home / name).unlink(missing_ok=True)


def verbatim_count(home: Path, loaded: Path) -> int:
    """How many payloads in raw.posts of `loaded` are, byte by byte, the lines of `home`'s NDJSON."""
    with duckdb.connect(str(loaded / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select count(*) from raw.posts semi join (select json::varchar as line from "
            "read_json_objects($file, format = 'newline_delimited')) on payload::varchar = line",
            {"file": str(home / "posts.ndjson")},
        ).fetchall()
    return int(rows[0][0])


def measure(home: Path, post_count: int, rounds: int, seed: int) -> Iterator[tuple[str, str]]:
    """Writes, measures, and yields the rows of the table: what, and how much."""
    written = write(home, post_count, seed)
    rows_floor: list[Took] = []
    values_floor: list[Took] = []
    # The floor reads posts and nothing else; X sends their authors along.
    loads: dict[str, list[Load]] = {"posts": [], "posts and authors": []}
    homes = {"posts": posts_only(home), "posts and authors": home}
    for _ in range(rounds):
        counting, every = floors(home)
        rows_floor.append(counting)
        values_floor.append(every)
        for what, place in homes.items():
            forget(place)
            loads[what].append(load_apart(place))
    yield (
        "posts / pages / authors",
        f"{written.post_count:,} / {written.page_count:,} / {written.user_count:,}",
    )
    yield "as NDJSON", _mb(written.ndjson_bytes)
    yield (
        "as landing files, with authors",
        f"{_mb(written.post_landing_bytes)}, {_mb(written.landing_bytes)}",
    )
    counted, typed = _middle(rows_floor), _middle(values_floor)
    yield "floor: typed scan, counting rows", str(counted)
    yield "floor: typed scan, counting every column's values", str(typed)
    for what, place in homes.items():
        done = loads[what]
        user_count = 0 if what == "posts" else written.user_count
        complete = all(
            (run.posts, run.users, run.pages) == (written.post_count, user_count, written.page_count)
            for run in done
        )
        middle = _middle(done)
        yield (
            f"load of {what}",
            f"{middle}; each round {', '.join(f'{run.seconds:.2f} s' for run in done)}",
        )
        yield (
            f"load of {what}: ratio to the floor of rows / of values",
            f"{middle.seconds / counted.seconds:.1f} × / {middle.seconds / typed.seconds:.1f} ×",
        )
        yield (
            f"load of {what}: the same in CPU seconds",
            f"{middle.cpu_seconds / counted.cpu_seconds:.1f} × / {middle.cpu_seconds / typed.cpu_seconds:.1f} ×",
        )
        yield f"load of {what}: peak memory", _mb(max(run.peak_bytes for run in done))
        yield f"load of {what}: warehouse", _mb((place / "warehouse.duckdb").stat().st_size)
        yield (
            f"load of {what}: everything came out / payloads verbatim",
            f"{complete} / {verbatim_count(home, place):,}",
        )
    again = load_apart(home)
    yield "second load: pages / seconds", f"{again.pages} / {again.seconds:.2f} s"


def _middle(many: Sequence[Took]) -> Took:
    """The medians of both."""
    return Took(
        statistics.median(run.seconds for run in many), statistics.median(run.cpu_seconds for run in many)
    )


def _peak_bytes() -> int:
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) * 1024 if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _mb(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


@contextmanager
def _home(wanted: Path | None) -> Iterator[Path]:
    if wanted is not None:
        yield wanted
        return
    with tempfile.TemporaryDirectory(prefix="rapport-benchmark-") as scratch:
        yield Path(scratch)


def main(arguments: list[str] | None = None) -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument(
        "--rounds", type=int, default=3, help="floor and load are timed so often; medians count"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--home", type=Path, help="keep everything here (default: a folder that is removed)")
    parser.add_argument("--load-only", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.load_only:
        print(json.dumps(load_here(given.load_only).__dict__))
        return
    load_average = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, {platform.machine()}, "
        f"Python {platform.python_version()}, DuckDB {duckdb.__version__}, load average {load_average}"
    )
    with _home(given.home) as home:
        for what, much in measure(home, given.posts, given.rounds, given.seed):
            print(f"| {what} | {much} |", flush=True)


if __name__ == "__main__":
    main()
