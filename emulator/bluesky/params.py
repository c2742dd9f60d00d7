"""What the lexicons say of each query's parameters, and the words in which a network refuses what they do not allow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams

from emulator.bluesky.problems import invalid

_HANDLE = r"([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_DID = r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]"
_NSID = r"[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z0-9-]+)+"
_FORMATS = {
    "handle": _HANDLE,
    "AT identifier": f"{_DID}|{_HANDLE}",
    "at-uri": rf"at://({_DID}|{_HANDLE})(/{_NSID}(/[a-zA-Z0-9._~:-]+)?)?",
    "nsid": _NSID,
    "record key": r"[a-zA-Z0-9._~:-]{1,512}",
}


@dataclass(frozen=True)
class Text:
    """A string; `form`: one of the formats above."""

    form: str | None = None
    required: bool = False


@dataclass(frozen=True)
class Whole:
    """An integer within bounds."""

    default: int
    least: int
    most: int


@dataclass(frozen=True)
class Texts:
    """Strings, each given by a parameter of its own."""

    form: str | None = None
    most: int | None = None
    required: bool = False


@dataclass(frozen=True)
class Flag:
    """true or false."""

    default: bool


Rule = Text | Whole | Texts | Flag


def read(method: str, rules: Mapping[str, Rule], given: QueryParams) -> dict[str, Any]:
    """The parameters by name, with their defaults. What the lexicon does not know is ignored, as the network does."""
    try:
        return {name: _one(name, rule, given.getlist(name)) for name, rule in rules.items()}
    except ValueError as problem:
        raise invalid(f"Invalid {method} params: {problem}") from None


def _one(name: str, rule: Rule, values: list[str]) -> Any:
    if not values:
        if isinstance(rule, Text | Texts):
            if rule.required:
                raise ValueError(f'Missing required key "{name}"')
            return [] if isinstance(rule, Texts) else None
        return rule.default
    if isinstance(rule, Whole):
        return _whole(rule, values[-1])
    if isinstance(rule, Flag):
        return values[-1] == "true"
    if isinstance(rule, Texts):
        if rule.most is not None and len(values) > rule.most:
            raise ValueError(f"array too big (maximum {rule.most}, got {len(values)})")
        return [_formed(rule.form, value) for value in values]
    return _formed(rule.form, values[-1])


def _whole(rule: Whole, value: str) -> int:
    if not re.fullmatch(r"-?[0-9]+", value):
        raise ValueError(f'Expected integer value type (got "{value}")')
    number = int(value)
    if number < rule.least:
        raise ValueError(f"integer too small (minimum {rule.least}, got {number})")
    if number > rule.most:
        raise ValueError(f"integer too big (maximum {rule.most}, got {number})")
    return number


def _formed(form: str | None, value: str) -> str:
    if form and not re.fullmatch(_FORMATS[form], value):
        raise ValueError(f'Invalid {form} (got "{value}")')
    return value
