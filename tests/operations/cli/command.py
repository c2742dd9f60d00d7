"""The command `rapport` as a user runs it: a process of its own, with nothing in its environment but a home."""

import os
import subprocess
import sys
from pathlib import Path


def rapport(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs it to its end, with nobody to ask."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("RAPPORT_", "X_BEARER"))
    }
    return subprocess.run(
        [sys.executable, "-m", "operations.cli", *arguments],
        env=environment | {"RAPPORT_HOME": str(home)}, capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
