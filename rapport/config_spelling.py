"""Which key of rapport.toml is perhaps meant by one that there is not: one spelled alike, or that of another table."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from rapport.config_lines import Place

# How alike two names are, from 0 to 1: `client` and `clients`, `handel` and `handle`; not `person` and `people`.
_ALIKE = 0.75


@dataclass(frozen=True)
class _Table:
    """A table of the file: the names that lead to it, whether there may be several, and its keys."""

    names: tuple[str, ...]
    is_of_several: bool
    model: type[BaseModel]

    @property
    def head(self) -> str:
        return f"[[{'.'.join(self.names)}]]" if self.is_of_several else f"[{'.'.join(self.names)}]"

    @property
    def keys(self) -> dict[str, Any]:
        """What each key holds."""
        return {field.alias or name: field.annotation for name, field in self.model.model_fields.items()}

    def shown(self, key: str) -> str:
        """A key of it as one writes it: by the head, where it is a table."""
        return next((inner.head for inner in _within(self) if inner.names[-1] == key), key)


def perhaps(root: type[BaseModel] | None, where: Place, given: object) -> str:
    """What to write instead of the unknown key; "" where nothing is like it. `given` is its value."""
    if root is None:
        return ""
    top = _Table((), False, root)
    tables = {table.names: table for table in (top, *_all_within(top))}
    *path, key = where
    here = tables.get(tuple(part for part in path if isinstance(part, str)))
    if here is None or not isinstance(key, str):
        return ""
    if near := _like(key, here):
        return f"perhaps {here.shown(near)} is meant"
    others = [table for table in tables.values() if table is not here]
    if not _is_table(given):
        heads = [table.head for table in others if key in table.keys and table.names]
        return f"it is a key of {' or '.join(heads)}, and stands below that line" if heads else ""
    heads = [
        table.shown(near) for table in others if (near := _like(key, table)) and table.shown(near) != near
    ]
    return f"perhaps {' or '.join(heads)} is meant" if heads else ""


def _like(key: str, table: _Table) -> str:
    return next(iter(get_close_matches(key.lower(), table.keys, 1, _ALIKE)), "")


def _is_table(given: object) -> bool:
    return isinstance(given, dict) or (
        isinstance(given, list) and any(isinstance(one, dict) for one in given)
    )


def _within(table: _Table) -> Iterator[_Table]:
    for name, kind in table.keys.items():
        for model, is_of_several in _models(kind, False):
            yield _Table((*table.names, name), is_of_several, model)


def _all_within(table: _Table) -> Iterator[_Table]:
    for inner in _within(table):
        yield inner
        yield from _all_within(inner)


def _models(kind: Any, is_of_several: bool) -> Iterator[tuple[type[BaseModel], bool]]:
    """The table that a key may hold: its own, those of its list, or one that may be missing."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind, is_of_several
    for part in get_args(kind):
        yield from _models(part, is_of_several or get_origin(kind) is list)
