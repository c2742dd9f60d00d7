"""How each network's API speaks, as far as faults have to know: errors, rate headers, rows of a page, the next page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from emulator.api.problems import kind as problem_type

Row = dict[str, Any]
# Bluesky's: the lists that pages are, and the names of errors.
_LISTS = ("feed", "posts", "likes", "repostedBy", "notifications", "profiles")
_NAMES = {400: "InvalidRequest", 401: "AuthenticationRequired", 403: "Forbidden", 429: "RateLimitExceeded",
          500: "InternalServerError", 503: "NotEnoughResources"}  # fmt: skip


class Form:
    """X's. `tokens`: the parameters that ask for a page; `rate`: what the names of rate headers begin with."""

    tokens: tuple[str, ...] = ("pagination_token", "next_token")
    rate = "x-rate-limit-"
    content_type = "application/problem+json"

    def error(self, status: int, title: str, name: str | None, more: dict[str, Any]) -> dict[str, Any]:
        """The body of an answer that is a problem; `name` is the type's in X's words."""
        kind = problem_type(name) if name else "about:blank"
        return {"title": title, "detail": title, "type": kind, "status": status, **more}

    def reset(self, seconds: int) -> str:
        """When a window ends, `seconds` being Unix time."""
        return str(seconds)

    def rows(self, value: Any) -> list[Row]:
        """What stands on a page."""
        data = value.get("data", [])
        return data if isinstance(data, list) else [data]

    def with_rows(self, value: Any, rows: list[Row]) -> Any:
        """The page with other rows."""
        value = {name: part for name, part in value.items() if name != "data"}
        meta = dict(value.get("meta", {}))
        if "result_count" in meta:
            meta["result_count"] = len(rows)
            for name, row in (("newest_id", rows[:1]), ("oldest_id", rows[-1:])):
                meta.pop(name, None)
                if row:
                    meta[name] = row[0]["id"]
            value["meta"] = meta
        return {"data": rows, **value} if rows else value

    def with_token(self, value: Any, token: str) -> Any:
        """The page with another token for the next."""
        return {**value, "meta": {**value.get("meta", {}), "next_token": token}}

    def empty(self, value: Any, token: str) -> Any:
        """The page with nothing on it but a token."""
        return {"meta": {"result_count": 0, "next_token": token}}

    def passing(self, value: Any, change: Callable[[list[Row]], list[Row]]) -> Any:
        """The page with its rows changed, and what came along with them, but for people."""
        includes = {
            name: change(rows) if name != "users" else rows
            for name, rows in value.get("includes", {}).items()
        }
        return self.with_rows(
            {**value, "includes": includes} if includes else value, change(self.rows(value))
        )

    def id_of(self, row: Row) -> str:
        """The id of a row."""
        return str(row.get("id"))


class Bluesky(Form):
    """XRPC's."""

    tokens = ("cursor",)
    rate = "ratelimit-"
    content_type = "application/json"

    def error(self, status: int, title: str, name: str | None, more: dict[str, Any]) -> dict[str, Any]:
        """A name and a message."""
        return {"error": _NAMES.get(status, "InternalServerError"), "message": title}

    def _list(self, value: Any) -> str | None:
        return next((name for name in _LISTS if name in value), None)

    def rows(self, value: Any) -> list[Row]:
        """Of whichever list the page is."""
        name = self._list(value)
        return list(value[name]) if name else []

    def with_rows(self, value: Any, rows: list[Row]) -> Any:
        """The same list with other rows."""
        name = self._list(value)
        return {**value, name: rows} if name else value

    def with_token(self, value: Any, token: str) -> Any:
        """The same page with another cursor."""
        return {**value, "cursor": token}

    def empty(self, value: Any, token: str) -> Any:
        """The list with nothing in it, and a cursor."""
        return {**self.with_rows(value, []), "cursor": token}

    def passing(self, value: Any, change: Callable[[list[Row]], list[Row]]) -> Any:
        """The rows alone: what comes along stands in them."""
        return self.with_rows(value, change(self.rows(value)))

    def id_of(self, row: Row) -> str:
        """The address of a post, whatever it stands in."""
        return str(row.get("post", row).get("uri"))


class Mastodon(Form):
    """Mastodon's: pages are bare lists. The way to the next one stands in a header, out of reach of these faults."""

    tokens = ("max_id", "min_id")
    rate = "x-ratelimit-"
    content_type = "application/json"

    def error(self, status: int, title: str, name: str | None, more: dict[str, Any]) -> dict[str, Any]:
        """A sentence."""
        return {"error": title}

    def reset(self, seconds: int) -> str:
        """In words of a calendar."""
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def rows(self, value: Any) -> list[Row]:
        """The list itself."""
        return value if isinstance(value, list) else []

    def with_rows(self, value: Any, rows: list[Row]) -> Any:
        """Another list."""
        return rows if isinstance(value, list) else value

    def with_token(self, value: Any, token: str) -> Any:
        """The page as it is."""
        return value

    def empty(self, value: Any, token: str) -> Any:
        """A list with nothing in it."""
        return []

    def passing(self, value: Any, change: Callable[[list[Row]], list[Row]]) -> Any:
        """The rows, changed."""
        return self.with_rows(value, change(self.rows(value)))

    def id_of(self, row: Row) -> str:
        """A status's uri."""
        return str(row.get("uri"))


X, BLUESKY, MASTODON = Form(), Bluesky(), Mastodon()


def form_of(path: str) -> Form:
    """The form of the API that a path belongs to."""
    if path.startswith("/xrpc/"):
        return BLUESKY
    return MASTODON if path.startswith("/mastodon/") else X
