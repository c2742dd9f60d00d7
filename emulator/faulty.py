"""The layer between the server and the emulator that spoils answers as a plan says.

Outermost of all, because some faults are no answers at all: silence, or a connection that breaks in mid-body.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from emulator.errors import EmulatorError
from emulator.fault_kinds import KINDS, Before, Sent, undone
from emulator.faults import FaultPlan
from emulator.forms import Form, form_of

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

CONTROL_PATH = "/emulator/faults"


class FaultLayer:
    """Wraps `inner`, and takes new plans over HTTP from anybody who has the app's bearer token."""

    def __init__(self, inner: App, plan: FaultPlan, token: str, now: Callable[[], datetime]) -> None:
        self._inner = inner
        self._plan = plan
        self._token = token
        self._now = now
        self._pages: dict[str, list[dict[str, Any]]] = {}  # by walk: the rows of the page answered last

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
        elif scope["path"] == CONTROL_PATH:
            await self._control(scope, receive, send)
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
        form = form_of(scope["path"])
        before = Before(self._now(), None, form.tokens[0], form=form)
        for name, value in query:
            if name in form.tokens:
                before = replace(before, token=value, token_name=name)
        faults = self._plan.due(scope["path"], before.token is not None)
        is_again = before.token is not None and len(before.token) > 1 and before.token.startswith("0")
        if not (faults or is_again or self._plan.remembers_pages):
            await self._inner(scope, receive, send)
            return
        walk = json.dumps([scope["path"], [pair for pair in query if pair[0] not in form.tokens]])
        before.rows = self._pages.get(walk, [])
        if is_again:
            pairs = [(name, undone(value) if name in form.tokens else value) for name, value in query]
            scope = {**scope, "query_string": urlencode(pairs).encode()}
        sent = await _whole(self._inner, scope, receive)
        for fault in faults:
            sent = KINDS[fault.kind](fault, sent, before)
        if sent.status == 200 and sent.body.startswith((b"{", b"[")) and sent.cut_at is None:
            self._remember(walk, sent, form)
        await _give(sent, receive, send)

    def _remember(self, walk: str, sent: Sent, form: Form) -> None:
        with suppress(ValueError):  # truncated
            self._pages[walk] = form.rows(sent.value)

    async def _control(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        if not hmac.compare_digest(headers.get("authorization", ""), f"Bearer {self._token}"):
            await _give(_control_answer(401, "the app's bearer token is needed"), receive, send)
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        try:
            entries = json.loads(body) if scope["method"] == "PUT" else []
            self._plan.order(entries)
            self._pages.clear()
            await _give(_control_answer(200, f"{len(entries)} faults"), receive, send)
        except (EmulatorError, ValueError, TypeError) as problem:
            await _give(_control_answer(400, str(problem)), receive, send)


async def _whole(inner: App, scope: Scope, receive: Receive) -> Sent:
    """The answer that `inner` would have sent."""
    status, headers, body = 500, {}, b""

    async def take(message: MutableMapping[str, Any]) -> None:
        nonlocal status, headers, body
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        else:
            body += message.get("body", b"")

    await inner(scope, receive, take)
    return Sent(status, headers, body)


async def _give(sent: Sent, receive: Receive, send: Send) -> None:
    if sent.stall:
        await _silence(sent.stall, receive)
    headers = {**sent.headers, "content-length": str(len(sent.body))}
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": sent.status, "headers": pairs})
    if sent.cut_at is None:
        await send({"type": "http.response.body", "body": sent.body})
        return
    await send({"type": "http.response.body", "body": sent.body[: sent.cut_at], "more_body": True})
    # Not part of ASGI, but what uvicorn's `send` belongs to: without lingering, closing is a reset.
    transport = getattr(send, "__self__", None)
    transport = getattr(transport, "transport", None)
    if transport is not None:
        await asyncio.sleep(0.05)  # let the part arrive
        raw = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _silence(seconds: float, receive: Receive) -> None:
    """Waits, but no longer than the caller does."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    waiting = asyncio.ensure_future(gone())
    await asyncio.wait([waiting], timeout=seconds)
    waiting.cancel()


def _control_answer(status: int, detail: str) -> Sent:
    return Sent(status, {"content-type": "application/json"}, json.dumps({"detail": detail}).encode())
