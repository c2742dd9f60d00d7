"""What each kind of fault does to an answer.

A kind is a function of the fault, the answer as it would have been, and the page before it; it returns what is
sent instead. Signals and forms are those of the vendor's documentation and of third-party reports.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from emulator.api.dialect import RENAMED
from emulator.api.problems import kind as problem_type
from emulator.fault import Fault


@dataclass(frozen=True)
class Sent:
    """One answer. `cut_at`: reset the connection after so many bytes; `stall`: seconds of silence before it."""

    status: int
    headers: dict[str, str]
    body: bytes
    cut_at: int | None = None
    stall: float = 0.0

    @property
    def value(self) -> dict[str, Any]:
        """The body, parsed."""
        return json.loads(self.body)

    def with_value(self, value: Any, status: int | None = None) -> Sent:
        """The same answer with another body."""
        return replace(self, body=json.dumps(value).encode(), status=status or self.status)


@dataclass
class Before:
    """What the fault needs to know of the request, of when it came, and of the walk that it belongs to."""

    at: datetime
    token: str | None
    token_name: str
    rows: list[dict[str, Any]] = field(default_factory=list)  # `data` of the page before


Kind = Callable[[Fault, Sent, Before], Sent]


def _problem(status: int, title: str, name: str | None = None, **more: Any) -> Kind:
    """The answer is a problem document; rate headers look as healthy as they did."""

    def spoil(fault: Fault, sent: Sent, before: Before) -> Sent:
        kind = problem_type(name) if name else "about:blank"
        body = {"title": title, "detail": title, "type": kind, "status": status, **more}
        headers = {**sent.headers, "content-type": "application/problem+json"}
        return replace(sent, headers=headers).with_value(body, status)

    return spoil


def _too_many(**rate: str | None) -> Kind:
    """A 429 with these rate headers; None takes one away. `reset` is in seconds from now if it is a number."""

    def spoil(fault: Fault, sent: Sent, before: Before) -> Sent:
        sent = _problem(429, "Too Many Requests")(fault, sent, before)
        headers = dict(sent.headers)
        for name, value in rate.items():
            key = f"x-rate-limit-{name}"
            headers.pop(key, None)
            if value is not None:
                headers[key] = (
                    str(int(before.at.timestamp()) + int(value))
                    if name == "reset" and value.isdigit()
                    else value
                )
        return replace(sent, headers=headers)

    return spoil


def _spend_cap(fault: Fault, sent: Sent, before: Before) -> Sent:
    body = {"title": "SpendCapReached", "detail": "The spending cap of this billing cycle has been reached.",
            "type": problem_type("spend-cap-reached"), "reset_date": fault.date, "status": 403}  # fmt: skip
    return sent.with_value(body, 403)


def _html(status: int) -> Kind:
    page = b"<!DOCTYPE html><html><head><title>X</title></head><body>Something went wrong.</body></html>"
    return lambda fault, sent, before: replace(
        sent, status=status, body=page, headers={**sent.headers, "content-type": "text/html"}
    )


def _truncated(fault: Fault, sent: Sent, before: Before) -> Sent:
    return replace(sent, body=sent.body[: len(sent.body) * 2 // 3])


def _reset(fault: Fault, sent: Sent, before: Before) -> Sent:
    return replace(sent, cut_at=len(sent.body) // 2)


def _stall(fault: Fault, sent: Sent, before: Before) -> Sent:
    return replace(sent, stall=fault.seconds)


def _expired(fault: Fault, sent: Sent, before: Before) -> Sent:
    if before.token is None:
        return sent
    message = f"The '{before.token_name}' [{before.token}] is invalid or has expired."
    body = {
        "errors": [{"parameters": {before.token_name: [before.token]}, "message": message}],
        "title": "Invalid Request", "detail": "One or more parameters to your request was invalid.",
        "type": problem_type("invalid-request"), "status": 400,
    }  # fmt: skip
    return sent.with_value(body, 400)


def _same_token(fault: Fault, sent: Sent, before: Before) -> Sent:
    """The page hands out the token that it was asked with, for ever."""
    return _with_token(sent, before.token) if before.token else sent


def _same_page(fault: Fault, sent: Sent, before: Before) -> Sent:
    """The page before once more, under a token of its own."""
    return sent.with_value({**sent.value, "data": before.rows}) if before.rows else sent


def _empty(fault: Fault, sent: Sent, before: Before) -> Sent:
    """A page with nothing on it but a token for what should have been there."""
    if before.token is None:
        return sent
    return sent.with_value({"meta": {"result_count": 0, "next_token": again(before.token)}})


def _overlap(fault: Fault, sent: Sent, before: Before) -> Sent:
    """The page begins with the last three posts of the page before."""
    return _with_rows(sent, before.rows[-3:] + _rows(sent))


def _doubled(fault: Fault, sent: Sent, before: Before) -> Sent:
    """Every post stands on the page twice."""
    return _with_rows(sent, [row for row in _rows(sent) for _ in range(2)])


def _late(fault: Fault, sent: Sent, before: Before) -> Sent:
    """Posts that the index does not hold yet."""
    value = sent.value
    shown = [row for row in _rows(sent) if row.get("id") not in fault.ids]
    includes = {
        name: [row for row in rows if row.get("id") not in fault.ids] if name != "users" else rows
        for name, rows in value.get("includes", {}).items()
    }
    return _with_rows(sent.with_value({**value, "includes": includes} if includes else value), shown)


def _vanished(fault: Fault, sent: Sent, before: Before) -> Sent:
    """The field `name` (dotted) is in no post or user any more."""
    value = sent.value
    groups = [_rows(sent), *value.get("includes", {}).values()]
    *outer, last = fault.name.split(".")
    for row in (row for group in groups for row in group):
        for name in outer:
            row = row.get(name, {})
        row.pop(last, None)
    return sent.with_value({**value, "data": groups[0]} if groups[0] else value)


def _added(fault: Fault, sent: Sent, before: Before) -> Sent:
    """Every post has a field that nobody has heard of."""
    return _with_rows(sent, [{**row, fault.name or "novelty": {"is": ["new"]}} for row in _rows(sent)])


def _new_names(fault: Fault, sent: Sent, before: Before) -> Sent:
    """The answer in the names of the new dialect, whatever was asked."""

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {RENAMED.get(name, name): renamed(part) for name, part in value.items()}
        return [renamed(item) for item in value] if isinstance(value, list) else value

    return sent.with_value(renamed(sent.value))


def _version(fault: Fault, sent: Sent, before: Before) -> Sent:
    return replace(sent, headers={**sent.headers, "api-version": fault.name})


KINDS: dict[str, Kind] = {
    "too many": _too_many(remaining="0", reset=str(60)),
    "too many, without headers": _too_many(limit=None, remaining=None, reset=None),
    "too many, unusable headers": _too_many(remaining="0", reset="soon"),
    "too many, reset in a day": _too_many(remaining="0", reset=str(86_400)),
    "one per second": _too_many(remaining="299", reset=str(800)),
    "no credits": _problem(402, "CreditsDepleted", "credits"),
    "credits depleted": _problem(402, "Payment Required", "credits-depleted"),
    "spend cap": _spend_cap,
    "usage capped": _problem(429, "UsageCapExceeded", "usage-capped", period="Monthly", scope="Product"),
    "unauthorized": _problem(401, "Unauthorized"),
    "forbidden": _problem(403, "Forbidden", "client-forbidden", reason="client-not-enrolled"),
    "bad request": _problem(400, "Invalid Request", "invalid-request"),
    "server error": _problem(500, "Internal Server Error"),
    "unavailable": _problem(503, "Service Unavailable"),
    "html error": _html(502),
    "html": _html(200),
    "truncated": _truncated,
    "reset": _reset,
    "stall": _stall,
    "token expired": _expired,
    "token repeats": _same_token,
    "page repeats": _same_page,
    "empty page": _empty,
    "overlap": _overlap,
    "doubled": _doubled,
    "late": _late,
    "vanished": _vanished,
    "added": _added,
    "new names": _new_names,
    "version": _version,
}


def again(token: str) -> str:
    """Another token for the same place; `undone` finds the place. 0 is no letter of the tokens' alphabet."""
    return f"0{token}"


def undone(token: str) -> str:
    """The token that `again` was made from, however often."""
    return token.lstrip("0")


def _rows(sent: Sent) -> list[dict[str, Any]]:
    data = sent.value.get("data", [])
    return data if isinstance(data, list) else [data]


def _with_rows(sent: Sent, rows: list[dict[str, Any]]) -> Sent:
    value = {name: part for name, part in sent.value.items() if name != "data"}
    meta = dict(value.get("meta", {}))
    if "result_count" in meta:
        meta["result_count"] = len(rows)
        for name, row in (("newest_id", rows[:1]), ("oldest_id", rows[-1:])):
            meta.pop(name, None)
            if row:
                meta[name] = row[0]["id"]
        value["meta"] = meta
    return sent.with_value({"data": rows, **value} if rows else value)


def _with_token(sent: Sent, token: str) -> Sent:
    value = sent.value
    return sent.with_value({**value, "meta": {**value.get("meta", {}), "next_token": token}})
