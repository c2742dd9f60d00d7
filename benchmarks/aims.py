"""The aims of a build, each a ratio or a bound, beside what one run has measured: met or not met.

Aims hold for a size; for other sizes than those that have one, what was measured stands alone.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.processes import Cost, measured
from benchmarks.tables import Table

# A home as small as most are: there, only what does not depend on the number of posts counts.
SMALL = 5_000
_K, _M, _TEN_M = 100_000, 1_000_000, 10_000_000

_NOTHING_NEW_SECONDS = 2.0
_FULL_PER_IMPORT = 4.0
_FULL_PER_FLOOR = {_K: 120.0, _M: 40.0, _TEN_M: 25.0}
_MORE_PER_FULL = {_M: 0.25, _TEN_M: 0.08}
_PEAK_BYTES = {_M: 2e9, _TEN_M: 8e9}
_WAREHOUSE_BYTES = {_M: 1.5e9}
_PANDAS_PER_OURS = {_K: 1.5, _M: 5.0}
_PANDAS_MEMORY_PER_OURS = {_M: 1.0}
# From the end of a build to its readers, in a small home.
_AFTER_BUILD_SECONDS = 7.0


@dataclass(frozen=True)
class Aim:
    """One aim: what was measured, the bound if this size has one, and how to write either down.

    `in_cpu`: the same in CPU seconds, which say more than the clock's where other work is running.
    """

    what: str
    found: float
    bound: float | None
    pattern: str
    is_at_least: bool = False
    in_cpu: float | None = None

    @property
    def verdict(self) -> str:
        """`met`, `not met`, or nothing where there is no aim."""
        if self.bound is None:
            return ""
        is_met = self.found >= self.bound if self.is_at_least else self.found <= self.bound
        return "met" if is_met else "**not met**"

    def row(self) -> tuple[str, ...]:
        """The aim as a row of a table."""
        sign = "≥" if self.is_at_least else "≤"
        bound = "" if self.bound is None else f"{sign} {self.pattern.format(self.bound)}"
        in_cpu = "" if self.in_cpu is None else self.pattern.format(self.in_cpu)
        return self.what, self.pattern.format(self.found), in_cpu, bound, self.verdict


@dataclass(frozen=True)
class Measured:
    """What one run of benchmarks.build has measured. `ours`: only the marts with the answers of peers."""

    post_count: int
    floor: Cost
    import_of_dbt: Cost
    full: Cost
    more: Cost
    nothing_new: Cost
    warehouse_bytes: int
    ours: Cost | None = None
    peers: Mapping[str, Cost] | None = None


def of_builds(found: Measured) -> Table:
    """The aims of builds."""
    return _table("aims", _of_builds(found))


def of_small_home(import_of_dbt: Cost, full: Cost, nothing_new: Cost, after: Mapping[str, Cost]) -> Table:
    """The aims of a small home. `after`: the steps from a build to its readers."""
    rows = [
        _seconds("nothing new", [nothing_new], _NOTHING_NEW_SECONDS),
        _ratio("full build ÷ import of dbt", full, import_of_dbt, _FULL_PER_IMPORT, "{:.1f}"),
        _seconds(" + ".join(after), list(after.values()), _AFTER_BUILD_SECONDS),
    ]
    return _table("aims of a small home", rows)


def _of_builds(found: Measured) -> Iterator[Aim]:
    size, full = found.post_count, found.full
    yield _seconds("nothing new", [found.nothing_new], _NOTHING_NEW_SECONDS)
    per_import = _FULL_PER_IMPORT if size <= SMALL else None
    yield _ratio("full build ÷ import of dbt", full, found.import_of_dbt, per_import, "{:.1f}")
    yield _ratio("full build ÷ floor", full, found.floor, _FULL_PER_FLOOR.get(size), "{:.0f}")
    yield _ratio("a day more ÷ full build", found.more, full, _MORE_PER_FULL.get(size), "{:.0%}")
    peak = max(full.peak_bytes, found.more.peak_bytes)
    yield _gigabytes("peak memory of a build", peak, _PEAK_BYTES.get(size))
    yield _gigabytes("warehouse, packed", found.warehouse_bytes, _WAREHOUSE_BYTES.get(size))
    for name, cost in (found.peers or {}).items():
        if found.ours is None:
            continue
        if name == "pandas":
            bound = _PANDAS_PER_OURS.get(size)
            yield _ratio("pandas ÷ ours, same answers", cost, found.ours, bound, "{:.1f}", is_at_least=True)
            memory = cost.peak_bytes / max(1, full.peak_bytes)
            least = _PANDAS_MEMORY_PER_OURS.get(size)
            yield Aim("memory of pandas ÷ of our full build", memory, least, "{:.1f}", is_at_least=True)
        else:  # no aim: it says what being made of parts costs
            yield _ratio(f"ours ÷ {name}, same answers", found.ours, cost, None, "{:.1f}")


def _ratio(
    what: str, one: Cost, other: Cost, bound: float | None, pattern: str, is_at_least: bool = False
) -> Aim:
    in_cpu = one.cpu_seconds / other.cpu_seconds
    return Aim(what, one.seconds / other.seconds, bound, pattern, is_at_least, in_cpu)


def _seconds(what: str, costs: list[Cost], bound: float | None) -> Aim:
    total, in_cpu = sum(cost.seconds for cost in costs), sum(cost.cpu_seconds for cost in costs)
    return Aim(what, total, bound, "{:.1f} s", in_cpu=in_cpu)


def _gigabytes(what: str, size: int, bound: float | None) -> Aim:
    return Aim(what, size / 1e9, None if bound is None else bound / 1e9, "{:.1f} GB")


def _table(title: str, rows: Iterator[Aim] | list[Aim]) -> Table:
    return Table(title, ("what", "measured", "in CPU", "aim", ""), [aim.row() for aim in rows])


def import_of_dbt(rounds: int = 3) -> Cost:
    """What importing dbt takes, in a process of its own; the best of some rounds, as the first may compile it."""
    command = [sys.executable, "-P", "-c", "import dbt.cli.main"]
    return min(
        (measured(lambda: subprocess.run(command, check=True)) for _ in range(rounds)),
        key=lambda cost: cost.seconds,
    )
