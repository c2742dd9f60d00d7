"""Pages and their cursors: the time and the content id of the last row, or for notifications the time alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from emulator.bluesky.problems import XrpcError
from emulator.bluesky.records import Json, stamp

T = TypeVar("T")
Place = tuple[datetime, str]


def page(
    rows: Sequence[T], place: Callable[[T], Place], limit: int, cursor: str | None
) -> tuple[list[T], Json]:
    """The rows after the cursor, and what the answer says of the next page: nothing where there is none.

    `rows`: newest first. A cursor that no server made is a fault of the server, as on the network.
    """
    ordered = sorted(rows, key=place, reverse=True)
    if cursor is not None:
        after = _place(cursor)
        ordered = [row for row in ordered if (_ms(place(row)[0]), place(row)[1]) < after]
    shown = ordered[:limit]
    if len(ordered) <= limit or not shown:
        return shown, {}
    at, content = place(shown[-1])
    return shown, {"cursor": f"{_ms(at)}__{content}"}


def by_time(
    rows: Sequence[T], at: Callable[[T], datetime], limit: int, cursor: str | None
) -> tuple[list[T], Json]:
    """The same with the time alone for a cursor: of the rows of one moment that a page cuts, the rest never comes."""
    if cursor is not None:
        rows = [row for row in rows if stamp(at(row)) < cursor]
    shown = list(rows[:limit])
    return shown, {"cursor": stamp(at(shown[-1]))} if len(rows) > limit else {}


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _place(cursor: str) -> tuple[int, str]:
    parts = cursor.split("__")
    if len(parts) != 2 or not parts[0].isdigit() or not parts[1]:
        raise XrpcError(500, "InternalServerError", "Internal Server Error")
    return int(parts[0]), parts[1]
