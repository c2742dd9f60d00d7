"""The definitions (thresholds) that dbt_project.yml states: what the build and the checks share.

A report takes them from the published file, which may be of another version: see `reporting.definitions`.
"""

import re
from functools import cache
from typing import Any

from rapport.project import variables


@cache
def definitions() -> dict[str, dict[str, Any]]:
    """Name -> value, unit, reason, range and outside of every threshold, as dbt_project.yml states them."""
    return dict(variables()["definitions"])


def definition(name: str) -> float:
    """The value of one of them (weeks, days, counts, shares)."""
    value: float = definitions()[name]["value"]
    return value


def with_definitions(text: str) -> str:
    """The text with the value of every definition that it names between asterisks, like the macro of this name."""
    return re.sub(r"\*([a-z_]+)\*", lambda found: in_words(found[1]) or found[0], text)


def in_words(name: str) -> str:
    """A definition as a sentence says it: "13 weeks"; a share or a weight is a number alone. '' for no definition."""
    stated = definitions().get(name)
    if stated is None:
        return ""
    number = f"{stated['value']:g}"
    return number if stated["unit"] in ("share", "weight", "nearness") else f"{number} {stated['unit']}"
