"""The emulator as an ASGI application: who may ask, how often, and what is answered."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from fastapi import FastAPI
from fastapi import Request as HttpRequest
from fastapi.responses import JSONResponse

from emulator.api.compliance import JOBS_A_WINDOW, PATH, add_compliance
from emulator.api.endpoints import ENDPOINTS
from emulator.api.limits import Limiter
from emulator.api.meter import Meter
from emulator.api.params import Params, ask_in
from emulator.api.problems import Problem, in_dialect, plain, unsupported_authentication
from emulator.api.render import View
from emulator.api.request import Endpoint, Request
from emulator.bluesky.app import add_bluesky
from emulator.control import add_control
from emulator.elsewhere.control import add_control as control_elsewhere
from emulator.elsewhere.model import BLUESKY, MASTODON, Elsewhere
from emulator.faults import FaultPlan
from emulator.faulty import FaultLayer, Receive, Scope, Send
from emulator.mastodon.access import LIMIT
from emulator.mastodon.api import add_mastodon
from emulator.model import Account, World

API_VERSION = "2.167"


class _Emulator(FastAPI):
    """The application with the faults around it, outside of all that FastAPI does to answers."""

    layer: FaultLayer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.layer(scope, receive, send)

    async def untroubled(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application itself."""
        await super().__call__(scope, receive, send)


def user_token(token: str, handle: str) -> str:
    """The bearer token that speaks in the name of a user, made from the app's own."""
    return f"{token}:{handle}"


def create_app(
    world: World,
    token: str,
    now: Callable[[], datetime] | None = None,
    *,
    limits: Mapping[str, int] | None = None,
    dialect: str = "old",
    faults: FaultPlan | None = None,
    elsewhere: Elsewhere | None = None,
) -> FastAPI:
    """The X API over `world` for callers with the bearer `token`, or with `user_token(token, handle)`.

    `now`: the clock (UTC), by default the wall clock; what was posted later does not exist yet, and rate
    limits end by it. `limits`: overrides of requests per 15 minutes, by the endpoint's name, of
    `emulator.api.limits.PACE`, and of requests per 5 minutes, by the other networks' names.
    `dialect`: "old" or "new", for requests that give no hint. `faults`: what goes wrong from the start;
    other plans can be ordered over HTTP (`emulator.faulty.CONTROL_PATH`). `elsewhere`: what is said on other networks;
    with it their APIs are served, too.
    """
    clock = now or (lambda: datetime.now(UTC))
    known = {PATH: (JOBS_A_WINDOW, None), **{endpoint.name: endpoint.limits for endpoint in ENDPOINTS}}
    limiter = Limiter(clock, known, limits)
    meter = Meter()
    app = _Emulator(title="X API v2 emulator", openapi_url=None, docs_url=None, redoc_url=None)

    def respond(endpoint: Endpoint, http: HttpRequest) -> JSONResponse:
        headers = {"api-version": API_VERSION}
        try:
            given, caller = _authorize(http, token, world)
            if not endpoint.is_for(is_user=caller is not None):
                raise unsupported_authentication(is_app=caller is None)
            passes, rate = limiter.take(endpoint.name, given, is_user=caller is not None)
            headers |= rate
            if not passes:
                raise plain(429, "Too Many Requests")
            params = Params(http.url.path, http.query_params, endpoint.allowed, dialect)
            request = Request(View(world, clock()), dict(http.path_params), params, caller, meter)
            body = endpoint.answer(request)
            meter.count(body, request.view.now)
            return JSONResponse(body, headers=headers)
        except Problem as problem:
            body = in_dialect(problem.body, ask_in(http.query_params, dialect).dialect)
            return JSONResponse(body, problem.status, headers, media_type="application/problem+json")

    def add(endpoint: Endpoint) -> None:
        def route(http: HttpRequest) -> JSONResponse:
            return respond(endpoint, http)

        app.add_api_route(endpoint.path, route, methods=["GET"], response_model=None)

    def app_only(http: HttpRequest) -> str:
        given, caller = _authorize(http, token, world)
        if caller is not None:
            raise unsupported_authentication(is_app=False)
        return given

    for endpoint in ENDPOINTS:
        add(endpoint)
    add_compliance(app, world, clock, app_only, limiter)
    add_control(app, world, clock, app_only)
    if elsewhere:
        overrides = limits or {}
        add_bluesky(app, elsewhere, token, clock, overrides.get(BLUESKY))
        add_mastodon(app, elsewhere, token, clock, limit=overrides.get(MASTODON, LIMIT))
        control_elsewhere(app, elsewhere, clock, app_only)
    app.layer = FaultLayer(app.untroubled, faults or FaultPlan(), token, clock)
    return app


def _authorize(http: HttpRequest, token: str, world: World) -> tuple[str, Account | None]:
    """The token and, if it is a user's, whose."""
    scheme, _, given = http.headers.get("authorization", "").partition(" ")
    given = given.strip()
    app_part, _, handle = given.partition(":")
    caller = world.accounts.get(handle)
    is_known = hmac.compare_digest(app_part.encode(), token.encode()) and (not handle or caller is not None)
    if scheme.lower() != "bearer" or not is_known:
        raise plain(401, "Unauthorized")
    return given, caller
