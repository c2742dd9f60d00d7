"""Where the dbt project lies, its fingerprint and its variables: what the rooms share of it."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from rapport.on_disk import sha256_of_all

PROJECT_DIR = Path(__file__).resolve().parent.parent / "dbt_project"

# What dbt writes into the project's folder if it is run by hand there.
_WRITTEN_BY_DBT = {"target", "logs", "dbt_packages"}


def fingerprint(project_dir: Path = PROJECT_DIR) -> str:
    """SHA-256 (hex) of the project's files: models, macros, tests and settings, with their names.

    Two builds with the same fingerprint count alike. A changed comment changes it, too. What dbt or an editor leaves
    there, such as .user.yml, does not.
    """
    return sha256_of_all(
        (path for path in project_dir.rglob("*") if _is_part(path, project_dir)), project_dir
    )


def _is_part(path: Path, project_dir: Path) -> bool:
    name = path.relative_to(project_dir)
    is_left = name.parts[0] in _WRITTEN_BY_DBT or any(part.startswith(".") for part in name.parts)
    return path.suffix in {".sql", ".yml"} and not is_left


@cache
def variables() -> dict[str, Any]:
    """The vars of dbt_project.yml: the definitions, and the limits of the load profile."""
    text = (PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8")
    project = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - either is safe
    return dict(project["vars"])
