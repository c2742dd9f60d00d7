"""Side by side: the same measures of the same posts by what people use today, and the answers compared."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks import raw
from benchmarks.processes import Cost, measured
from benchmarks.tables import Table
from rapport.config import Settings

# What is compared: the peer's file of answers against which mart, over which columns. ConvoKit measures only
# conversations that are there whole; pandas and SQL every one.
_TREE = ("post_count", "participant_count", "depth", "width", "turn_count")
_CONVERSATIONS = (*_TREE, "exchange_count")
_RELATIONSHIPS = (
    "address_in_count", "address_out_count", "exchange_count", "real_conversation_count",
    "first_contact_at", "last_contact_at",
)  # fmt: skip
# The peer knows people by their accounts.
_PERSON = "replace(ours.person_id, 'x:', '')"


@dataclass(frozen=True)
class Beside:
    """One peer's run: what it took, and the table that puts it beside ours."""

    cost: Cost
    table: Table


def pandas(settings: Settings, ndjson: Path, ours: Cost, on_progress: Callable[[str], None]) -> Beside:
    """Plain pandas, in a process of its own."""
    return _of_both("pandas", "benchmarks.peer_pandas", settings, ndjson, ours, on_progress)


def sql(settings: Settings, source: Path, ours: Cost, on_progress: Callable[[str], None]) -> Beside:
    """One script of SQL, in a process of its own; `source` is the NDJSON, or the warehouse for its schema raw."""
    name = "SQL from raw" if source == settings.warehouse_path else "SQL from NDJSON"
    return _of_both(name, "benchmarks.peer_sql", settings, source, ours, on_progress)


def _of_both(
    name: str, module: str, settings: Settings, source: Path, ours: Cost, on_progress: Callable[[str], None]
) -> Beside:
    """A peer of ours that measures conversations and relationships."""
    command = [
        sys.executable, "-m", module,
        "--ours", ",".join(raw.account_ids("ours")), "--bots", ",".join(raw.account_ids("bots")),
    ]  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="rapport-benchmark-") as scratch:
        on_progress(name)
        cost, steps = _run([*command, str(source), scratch])
        compared = {
            "conversations": same(settings, f"{scratch}/conversations.parquet", "conversations", "ours.root_post_id",
                                   "conversation", _CONVERSATIONS, is_complete=True),
            "relationships": same(settings, f"{scratch}/relationships.parquet", "relationships", _PERSON,
                                   "person", _RELATIONSHIPS, is_complete=True),
        }  # fmt: skip
    return Beside(cost, _table(name, cost, steps, compared, ours))


def convokit(
    settings: Settings, ndjson: Path, ours: Cost, python: Path,
    on_progress: Callable[[str], None],
) -> Beside:  # fmt: skip
    """ConvoKit, by the Python that has it."""
    with tempfile.TemporaryDirectory(prefix="rapport-benchmark-") as scratch:
        on_progress("ConvoKit")
        script = Path(__file__).with_name("peer_convokit.py")
        cost, steps = _run([str(python), str(script), str(ndjson), scratch])
        compared = {
            "conversations": same(settings, f"{scratch}/conversations.csv", "conversations", "ours.root_post_id",
                                   "conversation", _TREE, is_complete=False)
        }  # fmt: skip
    return Beside(cost, _table("ConvoKit", cost, steps, compared, ours))


def _run(command: list[str]) -> tuple[Cost, dict[str, float]]:
    done: list[subprocess.CompletedProcess[str]] = []
    cost = measured(
        lambda: done.append(
            subprocess.run(
                command, check=True, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]
            )
        )
    )
    return cost, json.loads(done[0].stdout.splitlines()[-1])


def same(
    settings: Settings, file: str, mart: str, key: str, peer_key: str, columns: tuple[str, ...],
    is_complete: bool,
) -> int:  # fmt: skip
    """How many rows were compared, and all alike; an AssertionError with the first few that differ.

    `key`: what to find the peer's row by. `is_complete`: the peer has a row for each of ours.
    """
    ours = ", ".join(
        f"ours.{name} as our_{name}, theirs.{name}::{_kind(name)} as their_{name}" for name in columns
    )
    differs = " or ".join(f"our_{name} is distinct from their_{name}" for name in columns)
    join = "full" if is_complete else "right"
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(
            f"create temp table both_sides as select coalesce({key}, theirs.{peer_key}::varchar) as id, {ours} "
            f"from marts.{mart} as ours {join} join '{file}' as theirs on {key} = theirs.{peer_key}::varchar"
        )
        wrong = connection.execute(f"select * from both_sides where {differs} limit 3").fetchall()
        names = [column[0] for column in connection.description or ()]
        if wrong:
            count = connection.execute(f"select count(*) from both_sides where {differs}").fetchall()[0][0]
            raise AssertionError(f"{count} rows of {mart} differ from {file}; {names}: {wrong}")
        return int(connection.execute("select count(*) from both_sides").fetchall()[0][0])


def _kind(column: str) -> str:
    return "timestamptz" if column.endswith("_at") else "bigint"


def _table(peer: str, cost: Cost, steps: dict[str, float], compared: dict[str, int], ours: Cost) -> Table:
    """Whole processes side by side, each from its start to the last answer."""
    rows = [
        ("wall", f"{cost.seconds:.1f} s", f"{ours.seconds:.1f} s", f"{cost.seconds / ours.seconds:.1f} ×"),
        (
            "CPU", f"{cost.cpu_seconds:.1f} s", f"{ours.cpu_seconds:.1f} s",
            f"{cost.cpu_seconds / ours.cpu_seconds:.1f} ×",
        ),
        (
            "peak memory", f"{cost.peak_bytes / 1e6:,.0f} MB", f"{ours.peak_bytes / 1e6:,.0f} MB",
            f"{cost.peak_bytes / max(1, ours.peak_bytes):.1f} ×",
        ),
        *((f"of the wall: {name}", f"{seconds:.1f} s", "", "") for name, seconds in steps.items()),
        *((f"{name} compared, all alike", f"{count:,}", f"{count:,}", "") for name, count in compared.items()),
    ]  # fmt: skip
    return Table(f"beside {peer}", ("what", peer, "Rapport", f"{peer} ÷ Rapport"), rows)
