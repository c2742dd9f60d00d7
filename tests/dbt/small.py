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
    """From now on dbt runs this project: tables of these queries, and what ours runs first, then `at_start`.

    Its source is raw.cases.
    """
    ours = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
    shutil.copytree(PROJECT_DIR / "macros", folder / "macros")
    for name in ("profiles.yml", "selectors.yml"):
        shutil.copy(PROJECT_DIR / name, folder)
    told = {
        "name": "small",
        "profile": "rapport",
        "models": {"+materialized": "table", "+schema": "marts"},
        "on-run-start": [*ours["on-run-start"][:1], *at_start],
        "vars": ours["vars"],
    }
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(told), encoding="utf-8")
    (folder / "models").mkdir()
    source = {"version": 2, "sources": [{"name": "raw", "tables": [{"name": "cases"}]}]}
    (folder / "models" / "raw.yml").write_text(yaml.safe_dump(source), encoding="utf-8")
    for name, query in models.items():
        (folder / "models" / f"{name}.sql").write_text(query, encoding="utf-8")
    monkeypatch.setattr(dbt, "PROJECT_DIR", folder)
