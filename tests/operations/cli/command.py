"""The command `rapport` as a user runs it: a process of its own, with nothing in its environment but a home."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.operations import forks


def rapport(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs it to its end, with nobody to ask. It has its imports done: see `started_anew`."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        code = forks.command([*arguments], _environment(home), out, err)
        return subprocess.CompletedProcess(
            arguments, code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")
        )


def started_anew(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The same by a Python that has nothing imported yet, which takes a second longer, and a dbt like it."""
    return subprocess.run(
        [sys.executable, "-m", "operations.cli", *arguments],
        env=_environment(home), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def bare_environment() -> dict[str, str]:
    """This process's environment without what is set for Rapport."""
    of_rapport = ("RAPPORT_", "X_", "BLUESKY_", "MASTODON_")
    return {name: value for name, value in os.environ.items() if not name.startswith(of_rapport)}


def _environment(home: Path) -> dict[str, str]:
    return bare_environment() | {"RAPPORT_HOME": str(home)}
