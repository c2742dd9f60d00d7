"""Parameters of one request, checked as the API checks them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from starlette.datastructures import QueryParams

from emulator.api.dialect import Ask, ask_of
from emulator.api.paging import walk_id
from emulator.api.problems import invalid

FIELD_PARAMETERS = (
    "tweet.fields",
    "post.fields",
    "user.fields",
    "media.fields",
    "poll.fields",
    "place.fields",
    "expansions",
)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})")  # RFC 3339
_PAGING = ("pagination_token", "next_token", "max_results")


def ask_in(query: QueryParams, undecided: str) -> Ask:
    """What the request wants to see; this part of it can not be wrong."""
    given = {name: ",".join(query.getlist(name)) for name in FIELD_PARAMETERS if name in query}
    return ask_of(
        {name: {part.strip() for part in value.split(",")} for name, value in given.items()}, undecided
    )


class Params:
    """The query parameters of one request; everything wrong with them is a 400 problem."""

    def __init__(self, path: str, query: QueryParams, allowed: Iterable[str], undecided: str) -> None:
        self._values = {name: ",".join(query.getlist(name)) for name in query}
        self.ask: Ask = ask_in(query, undecided)
        known = {*allowed, *FIELD_PARAMETERS}
        for name, value in self._values.items():
            if name not in known:
                raise invalid(
                    f"The query parameter [{name}] is not one of [{','.join(sorted(known))}]",
                    **{name: value},
                )
        walk = {
            name: value for name, value in self._values.items() if name not in (*FIELD_PARAMETERS, *_PAGING)
        }
        self.walk = walk_id({"path": path, **walk})

    def text(self, name: str) -> str | None:
        """A parameter as it came."""
        return self._values.get(name)

    def required(self, name: str) -> str:
        """A parameter that must be there."""
        if not self._values.get(name):
            raise invalid(f"The `{name}` query parameter can not be empty", **{name: ""})
        return self._values[name]

    def listed(self, name: str) -> list[str]:
        """A parameter with values between commas."""
        return [part.strip() for part in self._values.get(name, "").split(",") if part.strip()]

    def listed_of(self, name: str, fits: Callable[[str], object], most: int = 100) -> list[str]:
        """1 to `most` values, each of which `fits`."""
        self.required(name)
        values = self.listed(name)
        if not 1 <= len(values) <= most:
            message = f"The number of values in the `{name}` query parameter list [{len(values)}] is not between 1 and"
            raise invalid(f"{message} {most}", **{name: ",".join(values)})
        for value in values:
            if not fits(value):
                raise invalid(f"The `{name}` query parameter value [{value}] is not valid", **{name: value})
        return values

    def max_results(self, low: int, high: int, default: int = 10) -> int:
        """Page size within the endpoint's bounds."""
        return self.number("max_results", low, high, default)

    def number(self, name: str, low: int, high: int, default: int) -> int:
        """A whole number within bounds."""
        value = self._values.get(name)
        if value is None:
            return default
        if not is_id(value) or not low <= int(value) <= high:
            message = f"The `{name}` query parameter value [{value}] is not between {low} and {high}"
            raise invalid(message, **{name: value})
        return int(value)

    def id(self, name: str) -> int | None:
        """An id, as a number."""
        value = self._values.get(name)
        if value is None:
            return None
        if not is_id(value):
            message = f"The `{name}` query parameter value [{value}] does not match ^[0-9]{{1,19}}$"
            raise invalid(message, **{name: value})
        return int(value)

    def time(self, name: str) -> datetime | None:
        """A time, to the second."""
        value = self._values.get(name)
        if value is None:
            return None
        try:
            if not _TIME.fullmatch(value):
                raise ValueError(value)
            return datetime.fromisoformat(value).astimezone(UTC).replace(microsecond=0)
        except ValueError:
            message = f"The `{name}` query parameter value [{value}] is not a valid date-time of RFC 3339"
            raise invalid(message, **{name: value}) from None

    def excluded(self) -> set[str]:
        """The `exclude` list of timelines and quotes."""
        return (
            set(self.listed_of("exclude", lambda value: value in ("replies", "retweets")))
            if ("exclude" in self._values)
            else set()
        )


def is_id(value: str) -> bool:
    """Whether it has the form of an id."""
    return re.fullmatch(r"[0-9]{1,19}", value) is not None


def is_handle(value: str) -> bool:
    """Whether it has the form of a handle."""
    return re.fullmatch(r"[A-Za-z0-9_]{1,15}", value) is not None
