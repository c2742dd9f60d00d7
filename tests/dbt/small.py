"""A small dbt project with our macros, and models that a test writes."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from modelling import dbt
from rapport.project import PROJECT_DIR


def project(
    monkeypatch: pytest.MonkeyPatch, folder: Path, models: dict[str, str], at_start: Sequence[str] = ()
) -> None:
    """From now on dbt runs this project: tables of these queries, and what ours runs first, then `at_start`."""
    ours = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
    shutil.copytree(PROJECT_DIR / "macros", folder / "macros")
    shutil.copy(PROJECT_DIR / "profiles.yml", folder)
    told = {
        "name": "small",
        "profile": "rapport",
        "models": {"+materialized": "table"},
        "on-run-start": [*ours["on-run-start"][:1], *at_start],
        "vars": ours["vars"],
    }
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(told), encoding="utf-8")
    (folder / "models").mkdir()
    for name, query in models.items():
        (folder / "models" / f"{name}.sql").write_text(query, encoding="utf-8")
    monkeypatch.setattr(dbt, "PROJECT_DIR", folder)
