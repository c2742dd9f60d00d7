"""Where the dbt project lies, its fingerprint and its variables: what the rooms share of it."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PROJECT_DIR = Path(__file__).resolve().parent.parent / "dbt_project"


def fingerprint(project_dir: Path = PROJECT_DIR) -> str:
    """SHA-256 (hex) of the project's files: models, macros, tests and settings, with their names.

    Two builds with the same fingerprint count alike. A changed comment changes it, too.
    """
    digest = hashlib.sha256()
    for path in sorted(project_dir.rglob("*")):
        if path.suffix in {".sql", ".yml"}:
            digest.update(str(path.relative_to(project_dir)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@cache
def variables() -> dict[str, Any]:
    """The vars of dbt_project.yml: the definitions, and the limits of the load profile."""
    text = (PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8")
    project = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - either is safe
    return dict(project["vars"])
