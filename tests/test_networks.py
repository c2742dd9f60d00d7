"""A network is named where it is declared and where it is asked; everything else takes what it is told."""

import re
import subprocess

import pytest

from rapport.networks import NETWORKS
from tests.paths import ROOT

# What is of one network alone may name it. So may tests; files of posts (extractors/files) are told their network.
OF_ONE_NETWORK = (
    "rapport/networks.py", "emulator/", "tests/", *(f"extractors/{name}/" for name in NETWORKS),
    *(f"dags/{name}_" for name in NETWORKS), *(f"dbt_project/models/staging/{name}/" for name in NETWORKS),
)  # fmt: skip
NAMED = re.compile("|".join(rf"""(?<!\w)(['"]){name}\1""" for name in NETWORKS))


@pytest.mark.parametrize(("ending", "at_least"), [("py", 200), ("sql", 90)])
def test_nothing_else_names_a_network(ending: str, at_least: int) -> None:
    command = ["git", "ls-files", f"*.{ending}"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    others = [name for name in listed if not name.startswith(OF_ONE_NETWORK)]
    assert len(others) >= at_least
    naming = [name for name in others if NAMED.search((ROOT / name).read_text(encoding="utf-8"))]
    assert naming == []
