"""Mounts XRPC in the emulator: one server for what on the network are an AppView and everybody's own server."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Any

from fastapi import FastAPI
from fastapi import Request as HttpRequest
from fastapi.responses import JSONResponse

from emulator.bluesky.endpoints import QUERIES, Query
from emulator.bluesky.params import read
from emulator.bluesky.problems import XrpcError
from emulator.bluesky.records import Records
from emulator.bluesky.sessions import Sessions
from emulator.bluesky.views import Views
from emulator.elsewhere.model import Elsewhere

PATH = "/xrpc"
# A personal data server's: requests of one address in so many seconds.
REQUESTS, WINDOW_SECONDS = 3000, 300


class Quota:
    """Counts requests in windows of five minutes, by the emulator's clock."""

    def __init__(self, now: Callable[[], datetime], most: int) -> None:
        self._now = now
        self._most = most
        self._reset = 0
        self._spent = 0
        self._lock = Lock()

    def take(self) -> tuple[bool, dict[str, str]]:
        """Counts one: (may it pass, the headers that say how many are left)."""
        now = int(self._now().timestamp())
        with self._lock:
            if now >= self._reset:
                self._reset, self._spent = now + WINDOW_SECONDS, 0
            passes = self._spent < self._most
            self._spent += passes
            left, reset = self._most - self._spent, self._reset
        return passes, {
            "ratelimit-limit": str(self._most),
            "ratelimit-remaining": str(left),
            "ratelimit-reset": str(reset),
            "ratelimit-policy": f"{self._most};w={WINDOW_SECONDS}",
        }


def add_bluesky(
    app: FastAPI, world: Elsewhere, token: str, now: Callable[[], datetime], most: int | None = None
) -> None:
    """Adds the routes. App passwords are `sessions.app_password(token, handle)`; `most`: requests in five minutes."""
    records, sessions, quota = Records(world), Sessions(world, token, now), Quota(now, most or REQUESTS)

    def answered(http: HttpRequest, answer: Callable[[], Any]) -> JSONResponse:
        passes, headers = quota.take()
        try:
            if not passes:
                raise XrpcError(429, "RateLimitExceeded", "Rate Limit Exceeded")
            return JSONResponse(answer(), headers=headers)
        except XrpcError as problem:
            return JSONResponse(problem.body, problem.status, headers)

    def query(method: str, known: Query) -> None:
        def answer(http: HttpRequest) -> Any:
            viewer = sessions.viewer(http.headers.get("authorization"))
            if known.needs_session and viewer is None:
                raise XrpcError(401, "AuthMissing", "Authentication Required")
            given = read(method, known.rules, http.query_params)
            return known.answer(Views(world, records, now(), viewer), given)

        def route(http: HttpRequest) -> JSONResponse:
            return answered(http, lambda: answer(http))

        app.add_api_route(f"{PATH}/{method}", route, methods=["GET"], response_model=None)

    for method, known in QUERIES.items():
        query(method, known)

    async def create(http: HttpRequest) -> JSONResponse:
        content = await http.body()

        def answer() -> Any:
            try:
                body = json.loads(content)
            except ValueError:
                raise XrpcError(400, "SyntaxError", "The body is not valid JSON") from None
            return sessions.create(body, _base(http))

        return answered(http, answer)

    def refresh(http: HttpRequest) -> JSONResponse:
        return answered(http, lambda: sessions.refresh(http.headers.get("authorization"), _base(http)))

    def current(http: HttpRequest) -> JSONResponse:
        return answered(http, lambda: sessions.current(http.headers.get("authorization"), _base(http)))

    def unknown(http: HttpRequest) -> JSONResponse:
        name = http.url.path.removeprefix(f"{PATH}/")
        if name in QUERIES:
            problem = XrpcError(400, "InvalidRequest", f"Incorrect HTTP method ({http.method}) expected GET")
        else:
            problem = XrpcError(501, "MethodNotImplemented", "Method Not Implemented")
        return JSONResponse(problem.body, problem.status)

    server = f"{PATH}/com.atproto.server"
    app.add_api_route(f"{server}.createSession", create, methods=["POST"], response_model=None)
    app.add_api_route(f"{server}.refreshSession", refresh, methods=["POST"], response_model=None)
    app.add_api_route(f"{server}.getSession", current, methods=["GET"], response_model=None)
    app.add_api_route(
        f"{PATH}/_health", lambda: {"version": "emulator"}, methods=["GET"], response_model=None
    )
    app.add_api_route(PATH + "/{method}", unknown, methods=["GET", "POST"], response_model=None)


def _base(http: HttpRequest) -> str:
    """The address that this server was asked at."""
    return str(http.base_url).rstrip("/")
