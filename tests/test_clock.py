"""No test may hang on the day it runs on: none reads the real clock, and what looks at time runs on other days too."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import shifted
from tests.paths import ROOT

# Days since the world's end, another month, half another year, and a day that most years do not have.
SHIFTS = ("+3 days", "+2 weeks", "+4 months", "2028-02-29 12:00")

READ_THE_CLOCK = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "time.gmtime",
    "time.localtime", "time.strftime", "time.ctime",
}  # fmt: skip
# These ask the real clock if they are not told a date.
READ_IT_BY_DEFAULT = {"build_world", "demo_config", "latest_monday"}
# The same in SQL, and in code that a test hands to another process.
IN_TEXT = re.compile(
    r"\b(now|today|get_current_time|get_current_timestamp|transaction_timestamp)\(\)"
    r"|\bcurrent_(date|time|timestamp)\b|\bdatetime\.now\(|\btime\.time\(",
    re.IGNORECASE,
)
MAY_READ_IT = {
    "tests/emulator/test_world.py": "which Monday the world ends on by default is what is tested",
    "tests/dags/task_runs.py": "the process of a task goes by the machine's clock",
    "tests/deployment/walk/__main__.py": "containers go by the machine's clock",
    "tests/end_to_end/job.py": "a real Airflow goes by the machine's clock",
    "tests/end_to_end/other_dags.py": "a real Airflow goes by the machine's clock",
    "tests/emulator/bluesky/test_by_network.py": "a real network goes by the machine's clock",
    "tests/extractors/mastodon/test_peer.py": "a server of somebody else's goes by the machine's clock",
    "tests/test_clock.py": "names what it looks for",
}


def readings(tree: ast.Module) -> Iterator[int]:
    """Lines that read the real clock."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ".".join(ast.unparse(node.func).split(".")[-2:])
            is_told = bool(node.args or node.keywords)
            if name in READ_THE_CLOCK or (name.split(".")[-1] in READ_IT_BY_DEFAULT and not is_told):
                yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (node.lineno for alias in node.names if f"time.{alias.name}" in READ_THE_CLOCK)
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
            and IN_TEXT.search(node.value)
        ):
            yield node.lineno


def test_no_test_reads_the_real_clock() -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if (lines := sorted(set(readings(ast.parse(path.read_text(encoding="utf-8"))))))
    }
    assert {path: lines for path, lines in found.items() if path not in MAY_READ_IT} == {}, (
        "see tests/clock.py"
    )
    assert found.keys() == MAY_READ_IT.keys(), "may read it and does not"


@pytest.mark.parametrize(
    "code",
    [
        "start = datetime.now(UTC)",
        "start = datetime.datetime.now()",
        "start = time.time()",
        "from time import time",
        "world = build_world()",
        "connection.execute('select now() as at')",
        "connection.execute(f'insert into {table} values (current_timestamp)')",
    ],
)
def test_a_reading_is_found(code: str) -> None:
    assert list(readings(ast.parse(code))) == [1]
    dated = (
        'def f():\n    """As of now()."""\n    return datetime(2026, 11, 2), build_world(UNTIL), clock.now()'
    )
    assert list(readings(ast.parse(dated))) == []


def looking_at_time() -> list[str]:
    """Modules with tests that are marked `clock`: to collect all others takes longer than to run these."""
    return [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if path != Path(__file__) and "mark.clock" in path.read_text(encoding="utf-8")
    ]


@pytest.mark.slow
@pytest.mark.parametrize("shift", SHIFTS)
def test_it_may_be_another_day(shift: str) -> None:
    done = shifted.run(shift, "-q", "-m", "clock", *looking_at_time())
    assert done.returncode == 0, done.stdout[-6000:]
