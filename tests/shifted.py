"""Runs tests on another day: `python -m tests.shifted '+4 months' tests/operations -k status`.

Debian's faketime tells all processes of that run another time, DuckDB, Postgres and dbt among them. It does not tell
another age of files: they look as old as the clock is shifted. tests/test_clock.py does this with what is marked
`clock`; by hand any folder can be run so, but for a browser and a real Airflow.
"""

import subprocess
import sys
import tempfile

from rapport.config import environment
from tests import needs
from tests.paths import ROOT


def run(shift: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """pytest with these arguments, by a clock that is shifted as `date --date` would take it."""
    inherited = {name: value for name, value in environment().items() if not name.startswith("PYTEST_")}
    # Durations stay true: the monotonic clock is not touched. Without the last one the library takes deadlines of that
    # clock for the other's, and threads that wait for each other (all of Python's do) spin until one is let through.
    faketime = [needs.program("faketime"), "-m", "--exclude-monotonic", shift]
    pytest = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist"]
    more = {"PYTHONPATH": str(ROOT / "tests" / "faketime"), "FAKETIME_FORCE_MONOTONIC_FIX": "0"}
    # In the usual place pytest would close the folder above, in which a Postgres of the run that called may live, and
    # remove folders that by its clock are old.
    with tempfile.TemporaryDirectory(prefix="rapport-shifted-") as folder:
        return subprocess.run(
            [*faketime, *pytest, f"--basetemp={folder}/pytest", *arguments],
            cwd=ROOT, env=inherited | more,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip


if __name__ == "__main__":
    done = run(*sys.argv[1:])
    print(done.stdout)
    sys.exit(done.returncode)
