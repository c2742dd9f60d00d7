"""The emulator as a FastAPI application: who may ask, how often, and what is answered."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from fastapi import FastAPI
from fastapi import Request as HttpRequest
from fastapi.responses import JSONResponse

from emulator.api.endpoints import ENDPOINTS, Endpoint, Request
from emulator.api.limits import Limiter
from emulator.api.params import Params, ask_in
from emulator.api.problems import Problem, in_dialect, plain
from emulator.api.render import View
from emulator.model import World

API_VERSION = "2.167"


def create_app(
    world: World,
    token: str,
    now: Callable[[], datetime] | None = None,
    *,
    limits: Mapping[str, int] | None = None,
    dialect: str = "old",
) -> FastAPI:
    """The X API over `world` for callers with the bearer `token`.

    `now`: the clock (UTC), by default the wall clock; what was posted later does not exist yet. `limits`:
    overrides of requests per 15 minutes, by endpoint as in `emulator.api.limits.LIMITS`. `dialect`: "old" or
    "new", for requests that give no hint.
    """
    clock = now or (lambda: datetime.now(UTC))
    limiter = Limiter(limits)
    app = FastAPI(title="X API v2 emulator", openapi_url=None, docs_url=None, redoc_url=None)

    def respond(endpoint: Endpoint, http: HttpRequest) -> JSONResponse:
        headers = {"api-version": API_VERSION}
        try:
            _authorize(http, token)
            passes, rate = limiter.take(endpoint.counted_as, token)
            headers |= rate
            if not passes:
                raise plain(429, "Too Many Requests")
            params = Params(http.url.path, http.query_params, endpoint.allowed, dialect)
            request = Request(View(world, clock()), dict(http.path_params), params)
            return JSONResponse(endpoint.answer(request), headers=headers)
        except Problem as problem:
            body = in_dialect(problem.body, ask_in(http.query_params, dialect).dialect)
            return JSONResponse(body, problem.status, headers, media_type="application/problem+json")

    def add(endpoint: Endpoint) -> None:
        def route(http: HttpRequest) -> JSONResponse:
            return respond(endpoint, http)

        app.add_api_route(endpoint.path, route, methods=["GET"], response_model=None)

    for endpoint in ENDPOINTS:
        add(endpoint)
    return app


def _authorize(http: HttpRequest, token: str) -> None:
    scheme, _, given = http.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
        raise plain(401, "Unauthorized")
