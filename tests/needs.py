"""What a test needs that the checkout and its environment don't bring, and whether doing without is a fault.

Where it is missing a test is skipped and says why. Where everything has to be there it fails instead: programs in CI,
and what is brought over the network or lies in ../shared where that folder lies beside the checkout.
"""

import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

from rapport.config import environment
from tests.paths import ROOT

SHARED = ROOT.parent / "shared"
# Data of others, which may not be copied into the project: real answers of X, and the vendor's specifications.
DATA = Path(environment().get("RAPPORT_SHARED_DATA") or SHARED / "data")


def shared(name: str) -> Path:
    """The folder or file of that name in ../shared/data."""
    found = DATA / name
    if not found.exists():
        do_without(f"{found} is not here (RAPPORT_SHARED_DATA names the folder that holds {name})")
    return found


def checkout(repository: str) -> Path:
    """The checkout of somebody else's repository (`owner/name`): payloads that may be used, and are no part of this."""
    variable = "RAPPORT_PAYLOADS"
    folder = environment().get(variable)
    found = Path(folder or "") / repository.partition("/")[2]
    if not folder or not found.is_dir():
        pytest.skip(f"{variable} names no folder with a checkout of github.com/{repository}")
    return found


def program(name: str, package: str | None = None) -> str:
    """The path of a program that Debian's package of the same or that name brings; .ci/run installs it."""
    found = shutil.which(name)
    if found is None:
        reason = f"there is no {name} on this machine (Debian: apt-get install {package or name})"
        if environment().get("CI"):
            pytest.fail(reason)
        pytest.skip(f"{reason}; CI never skips this")
    return found


def uv() -> str:
    """The uv that made this environment: `uv run` says where it is, and the Makefile keeps one in .tools/."""
    kept = sorted(str(path) for path in ROOT.glob(".tools/uv-*/bin/uv"))
    for candidate in (environment().get("UV"), "uv", *kept[::-1]):
        found = shutil.which(candidate) if candidate else None
        # What lies on the path may be a version manager's placeholder, which does not run.
        if found and subprocess.run([found, "--version"], capture_output=True, check=False).returncode == 0:
            return found
    do_without("there is no uv: neither on the path nor in .tools/ (make setup)")


def do_without(reason: str) -> NoReturn:
    """Skips, or fails where ../shared lies beside the checkout: nothing may be left out there."""
    if SHARED.is_dir():
        pytest.fail(f"{reason}; where {SHARED} is, this may not be skipped")
    pytest.skip(reason)
