"""Where the dbt project lies, and which thresholds it states: what the build and the checks share."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

PROJECT_DIR = Path(__file__).resolve().parent.parent / "dbt_project"


@cache
def _definitions() -> dict[str, Any]:
    project = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
    return dict(project["vars"])


def definition(name: str) -> int:
    """A whole-numbered threshold of a definition (weeks, days, counts), as dbt_project.yml states it."""
    return int(_definitions()[name])
