"""What a full build takes by DuckDB and by Spark, of the same history at growing sizes; and whether both made the same.

Each size is a history of its own (benchmarks/history.py), written into schema raw. Each engine then makes everything of
it once, by `rapport build --engine ...` in a process of its own, with every test of the shape of tables. What is told
of Spark holds its start, what goes out as Parquet, and what comes back into the warehouse. What goes out is told apart,
too. CPU and memory are those of all processes, Java's among them. Growth is the power of the number of posts by which
CPU seconds grow from one size to the next: 1 is in proportion, and near 0 a build costs what it costs of nothing.

Spark needs the extra `spark` and Java (`rapport doctor` says what is missing).

examples:
  python -m benchmarks.engines --posts 10000,100000
  python -m benchmarks.engines --posts 100000,1000000 --memory 8g
  python -m benchmarks.engines --posts 100000 --engines duckdb
"""

import argparse
import itertools
import math
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np

from benchmarks import history as histories
from benchmarks import raw
from benchmarks.build import _mb, _print_progress
from benchmarks.processes import Cost, command
from benchmarks.tables import Table, machine
from modelling import spark
from rapport.config import Settings
from rapport.warehouse import literal, opened

ENGINES = ("duckdb", "spark")
_SCHEMAS = ("marts", "reports")


def measure(
    home: Path,
    sizes: Sequence[int],
    engines: Sequence[str],
    config: str,
    on_progress: Callable[[str], None],
    seed: int = 7,
) -> Iterator[Table]:
    """Builds each size by each engine; yields a table for each size, then how costs grow."""
    costs: dict[int, dict[str, Cost]] = {}
    for size in sizes:
        place = home / str(size)
        settings = raw.configure(place)
        with settings.config_path.open("a", encoding="utf-8") as file:
            file.write(config)
        history = histories.build(size, seed)
        rows = np.flatnonzero(history.is_captured)
        raw.write(settings, history, rows, place / "posts.ndjson", on_progress, seed=seed)
        costs[size] = {}
        for engine in engines:
            on_progress(f"{size:,} posts by {engine}")
            costs[size][engine] = command(settings, "build", "--engine", engine, "--full-refresh")
            shutil.copy(settings.warehouse_path, place / f"{engine}.duckdb")
        yield _costs(size, costs[size])
        if "spark" in engines:
            yield _export(settings, size, costs[size]["spark"])
        if len(engines) > 1:
            yield equality(*(place / f"{engine}.duckdb" for engine in engines))
        shutil.rmtree(place)
    if len(sizes) > 1:
        yield growth(costs)


def _costs(size: int, costs: dict[str, Cost]) -> Table:
    rows = [
        (engine, f"{cost.seconds:.1f} s", f"{cost.cpu_seconds:.1f} s", _mb(cost.peak_bytes))
        for engine, cost in costs.items()
    ]
    if len(rows) > 1:
        first, second = costs.values()
        pairs = [
            (second.seconds, first.seconds),
            (second.cpu_seconds, first.cpu_seconds),
            (second.peak_bytes, first.peak_bytes),
        ]
        rows.append((" ÷ ".join(reversed([*costs])), *(f"{mine / theirs:.1f}" for mine, theirs in pairs)))
    return Table(f"full build of {size:,} posts", ("by", "wall", "CPU", "peak memory"), rows)


def _export(settings: Settings, size: int, whole: Cost) -> Table:
    """What it takes to write raw for Spark, of what the whole build took."""
    folder = settings.spark_dir / "raw"
    with opened(settings, read_only=True) as con:
        began, used = time.perf_counter(), _own_cpu()
        files = spark.export_raw(con, folder)
        seconds, cpu = time.perf_counter() - began, _own_cpu() - used
    size_bytes = sum(file.stat().st_size for file in files)
    return Table(
        f"raw of {size:,} posts as Parquet",
        ("tables", "size", "wall", "CPU", "of the build's CPU"),
        [
            (
                str(len(files)),
                _mb(size_bytes),
                f"{seconds:.1f} s",
                f"{cpu:.1f} s",
                f"{cpu / whole.cpu_seconds:.1%}",
            )
        ],
    )


def _own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def equality(one: Path, other: Path) -> Table:
    """How many rows of what is published are not the same in both, to the last digit."""
    with duckdb.connect() as con:
        for name, path in (("one", one), ("other", other)):
            con.execute(f"attach {literal(str(path))} as {name} (read_only)")
        tables = con.execute(
            "select schema_name, table_name from ("
            "select database_name, schema_name, table_name from duckdb_tables() "
            "union all select database_name, schema_name, view_name from duckdb_views()) "
            "where database_name = 'one' and schema_name in $schemas order by all",
            {"schemas": list(_SCHEMAS)},
        ).fetchall()
        total, unlike = 0, []
        for schema, table in tables:
            [(count, gone)] = con.execute(
                f"select (select count(*) from one.{schema}.{table}), (select count(*) from "
                f"(from one.{schema}.{table} except all from other.{schema}.{table}))"
            ).fetchall()
            total += count
            if gone:
                unlike.append((f"{schema}.{table}", f"{gone:,} of {count:,}"))
    return Table(
        "are they the same", ("what", "rows not the same to the last digit"),
        [(f"{len(tables)} tables, {total:,} rows", str(len(unlike)) + " tables"), *unlike],
    )  # fmt: skip


def growth(costs: dict[int, dict[str, Cost]]) -> Table:
    """By which power of the number of posts CPU seconds grow, from each size to the next."""
    sizes = sorted(costs)
    rows = []
    for small, large in itertools.pairwise(sizes):
        powers = {
            engine: math.log(costs[large][engine].cpu_seconds / costs[small][engine].cpu_seconds)
            / math.log(large / small)
            for engine in costs[small]
        }
        rows.append((f"{small:,} → {large:,}", *(f"{power:.2f}" for power in powers.values())))
    return Table("growth of CPU", ("posts", *costs[sizes[0]]), rows)


def main(arguments: list[str] | None = None) -> None:
    """Prints the tables; progress goes to stderr."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.engines",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--posts", default="100000", help="numbers of posts, with commas between")
    parser.add_argument("--engines", default=",".join(ENGINES), help="with commas between")
    parser.add_argument("--master", default="local[*]", help="where Spark runs")
    parser.add_argument("--memory", default="4g", help="what Spark's driver may use")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--home", type=Path, help="a folder with room (default: one that is removed)")
    given = parser.parse_args(arguments)
    engines = given.engines.split(",")
    if unknown := set(engines) - set(ENGINES):
        parser.error(f"no such engine: {', '.join(sorted(unknown))}; there is {', '.join(ENGINES)}")
    if given.home and not given.home.is_dir():
        parser.error(f"there is no folder {given.home}: make it first")
    config = f'\n[engine]\nmaster = "{given.master}"\nmemory = "{given.memory}"\n'
    print(machine())
    with tempfile.TemporaryDirectory(prefix="rapport-benchmark-", dir=given.home) as home:
        sizes = [int(size) for size in given.posts.split(",")]
        for table in measure(Path(home), sizes, engines, config, _print_progress, given.seed):
            print(f"\n{table.markdown()}", flush=True)
    print(machine())


if __name__ == "__main__":
    main()
