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
from emulator.forms import Form, X


@dataclass(frozen=True)
class Sent:
    """One answer. `cut_at`: reset the connection after so many bytes; `stall`: seconds of silence before it."""

    status: int
    headers: dict[str, str]
    body: bytes
    cut_at: int | None = None
    stall: float = 0.0

    @property
    def value(self) -> Any:
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
    rows: list[dict[str, Any]] = field(default_factory=list)  # of the page before
    form: Form = X


Kind = Callable[[Fault, Sent, Before], Sent]


def _problem(status: int, title: str, name: str | None = None, **more: Any) -> Kind:
    """The answer is a problem document; rate headers look as healthy as they did."""

    def spoil(fault: Fault, sent: Sent, before: Before) -> Sent:
        body = before.form.error(status, title, name, more)
        headers = {**sent.headers, "content-type": before.form.content_type}
        return replace(sent, headers=headers).with_value(body, status)

    return spoil


def _too_many(**rate: str | None) -> Kind:
    """A 429 with these rate headers; None takes one away. `reset` is in seconds from now if it is a number."""

    def spoil(fault: Fault, sent: Sent, before: Before) -> Sent:
        sent = _problem(429, "Too Many Requests")(fault, sent, before)
        headers = dict(sent.headers)
        for name, value in rate.items():
            key = f"{before.form.rate}{name}"
            headers.pop(key, None)
            if value is not None:
                is_time = name == "reset" and value.isdigit()
                ends = before.form.reset(int(before.at.timestamp()) + int(value)) if is_time else value
                headers[key] = ends
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
    return sent.with_value(before.form.with_token(sent.value, before.token)) if before.token else sent


def _same_page(fault: Fault, sent: Sent, before: Before) -> Sent:
    """The page before once more, under a token of its own."""
    return sent.with_value(before.form.with_rows(sent.value, before.rows)) if before.rows else sent


def _empty(fault: Fault, sent: Sent, before: Before) -> Sent:
    """A page with nothing on it but a token for what should have been there."""
    if before.token is None:
        return sent
    return sent.with_value(before.form.empty(sent.value, again(before.token)))


def _overlap(fault: Fault, sent: Sent, before: Before) -> Sent:
    """The page begins with the last three posts of the page before."""
    rows = before.rows[-3:] + before.form.rows(sent.value)
    return sent.with_value(before.form.with_rows(sent.value, rows))


def _doubled(fault: Fault, sent: Sent, before: Before) -> Sent:
    """Every post stands on the page twice."""
    rows = [row for row in before.form.rows(sent.value) for _ in range(2)]
    return sent.with_value(before.form.with_rows(sent.value, rows))


def _late(fault: Fault, sent: Sent, before: Before) -> Sent:
    """Posts that the index does not hold yet."""

    def shown(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row for row in rows if before.form.id_of(row) not in fault.ids]

    return sent.with_value(before.form.passing(sent.value, shown))


def _vanished(fault: Fault, sent: Sent, before: Before) -> Sent:
    """The field `name` (dotted) is in no post or user any more."""
    value = sent.value
    along = value.get("includes", {}).values() if isinstance(value, dict) else ()
    rows = before.form.rows(value)
    *outer, last = fault.name.split(".")
    for row in (row for group in (rows, *along) for row in group):
        for name in outer:
            row = row.get(name, {})
        row.pop(last, None)
    return sent.with_value(before.form.with_rows(value, rows))


def _added(fault: Fault, sent: Sent, before: Before) -> Sent:
    """Every post has a field that nobody has heard of."""
    novelty = {fault.name or "novelty": {"is": ["new"]}}
    rows = [{**row, **novelty} for row in before.form.rows(sent.value)]
    return sent.with_value(before.form.with_rows(sent.value, rows))


def _session_over(fault: Fault, sent: Sent, before: Before) -> Sent:
    """Bluesky's word for an access token whose two hours are over."""
    return sent.with_value({"error": "ExpiredToken", "message": "Token has expired"}, 400)


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
    "session over": _session_over,
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
