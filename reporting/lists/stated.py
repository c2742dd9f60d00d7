"""What the models say of the published columns, as a build writes it into the file: for the catalogs alone."""

import re
from typing import Any

import yaml

from rapport.definitions import with_definitions
from rapport.project import PROJECT_DIR

_MODELS = PROJECT_DIR / "models"
_BLOCK = re.compile(r"{% docs (\w+) %}(.*?){% enddocs %}", re.DOTALL)
_NAMED = re.compile(r"{{ *doc\('(\w+)'\) *}}")


def comments() -> dict[tuple[str, str], str]:
    """(table of schema reports, column) -> its comment, as the macro `column_comment` writes it."""
    blocks = {
        name: text
        for path in _MODELS.rglob("*.md")
        for name, text in _BLOCK.findall(path.read_text(encoding="utf-8"))
    }
    return {
        (model["name"], column["name"]): _comment(column, blocks)
        for path in sorted((_MODELS / "reports").glob("*.yml"))
        for model in yaml.load(path.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))["models"]  # noqa: S506
        for column in model["columns"]
    }


def _comment(column: dict[str, Any], blocks: dict[str, str]) -> str:
    meta = column["config"]["meta"]
    said = _NAMED.sub(lambda found: blocks[found[1]], column["description"])
    meaning = f"Means: {meta['means']} {meta['means_not']}"
    text = f"{said} {meaning} ({meta['unit']}; per {meta['grain']}; {meta['amec_level']})"
    return " ".join(with_definitions(text).replace("*", "").replace("`", "").split())
