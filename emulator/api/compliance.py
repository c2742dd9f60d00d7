"""Batch compliance: jobs that take ids, and give back those of which the content has to go.

As documented: a job is made, its ids are sent to `upload_url` as lines of text, and once it is complete
`download_url` gives a JSON object a line for every id that something became of; ids that are fine are left
out. One job of a type at a time. Both addresses carry their own secret and want no bearer token.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI
from fastapi import Request as HttpRequest
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from emulator.api.limits import Limiter
from emulator.api.problems import Problem, invalid, not_found, plain
from emulator.api.render import stamp
from emulator.model import World
from emulator.snowflake import snowflake

PATH = "/2/compliance/jobs"
JOBS_A_WINDOW = 150  # requests of the app in 15 minutes
_TYPES = ("tweets", "users")
_STATUSES = ("created", "in_progress", "failed", "complete")
_UPLOAD_FOR = timedelta(minutes=15)
_DOWNLOAD_FOR = timedelta(days=7)


@dataclass
class Job:
    """One job; `lines` is its result once the ids are there."""

    job_id: str
    kind: str
    name: str | None
    created_at: datetime
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    lines: list[dict[str, Any]] | None = None

    def shown(self, base_url: str) -> dict[str, Any]:
        """The job as the API shows it."""
        where = f"{base_url}/compliance/{self.job_id}/{self.secret}"
        job = {
            "id": self.job_id,
            "type": self.kind,
            "name": self.name,
            "created_at": stamp(self.created_at),
            "upload_url": f"{where}/submission",
            "upload_expires_at": stamp(self.created_at + _UPLOAD_FOR),
            "download_url": f"{where}/results",
            "download_expires_at": stamp(self.created_at + _DOWNLOAD_FOR),
            "status": "created" if self.lines is None else "complete",
            "resumable": False,
        }
        return {name: value for name, value in job.items() if value is not None}


class Compliance:
    """The jobs of one emulator."""

    def __init__(self, world: World, now: Callable[[], datetime]) -> None:
        self._world = world
        self._now = now
        self.jobs: dict[str, Job] = {}

    def create(self, kind: Any, name: Any) -> Job:
        """A new job, which waits for its ids."""
        if kind not in _TYPES:
            raise invalid(f"The `type` [{kind}] is not one of {list(_TYPES)}", type=kind)
        if name is not None and (not isinstance(name, str) or len(name) > 64):
            raise invalid("The `name` is longer than 64 characters", name=name)
        now = self._now()
        waiting = [job for job in self.jobs.values() if job.kind == kind and job.lines is None]
        if any(now < job.created_at + _UPLOAD_FOR for job in waiting):
            raise plain(409, "Conflict", "You can have only one active job of a type at a time.")
        job = Job(snowflake(now, len(self.jobs) % 4096), kind, name, now)
        self.jobs[job.job_id] = job
        return job

    def take(self, job: Job, ids: list[str]) -> None:
        """Works through the ids at once."""
        find = self._post if job.kind == "tweets" else self._account
        job.lines = [line for object_id in ids if (line := find(object_id))]

    def _post(self, post_id: str) -> dict[str, Any] | None:
        post = self._world.posts.get(post_id)
        if post is None:
            return None
        author = post.author
        states = (
            ("deleted", post.is_deleted),
            ("suspended", author.is_suspended),
            ("deactivated", author.is_deactivated),
            ("protected", author.is_protected),
            ("scrub_geo", post.is_place_scrubbed),
        )
        return self._line(post_id, states, post.at)

    def _account(self, account_id: str) -> dict[str, Any] | None:
        account = self._world.accounts_by_id.get(account_id)
        if account is None:
            return None
        states = (
            ("suspended", account.is_suspended),
            ("deactivated", account.is_deactivated),
            ("protected", account.is_protected),
        )
        return self._line(account_id, states, account.created_at)

    def _line(
        self, identifier: str, states: tuple[tuple[str, bool], ...], created_at: datetime
    ) -> dict[str, Any] | None:
        reason = next((name for name, holds in states if holds), None)
        if reason is None:
            return None
        now = stamp(self._now())
        return {
            "id": identifier,
            "action": "delete",
            "created_at": stamp(created_at),
            "redacted_at": now,
            "reason": reason,
        }


def add_compliance(
    app: FastAPI,
    world: World,
    now: Callable[[], datetime],
    authorize: Callable[[HttpRequest], str],
    limiter: Limiter,
) -> None:
    """Adds the routes. `authorize` gives the app's token, or raises Problem."""
    compliance = Compliance(world, now)

    def base_url(http: HttpRequest) -> str:
        return str(http.base_url).rstrip("/")

    def counted(http: HttpRequest, answer: Callable[[], dict[str, Any]]) -> JSONResponse:
        headers: dict[str, str] = {}
        try:
            passes, headers = limiter.take(PATH, authorize(http))
            if not passes:
                raise plain(429, "Too Many Requests")
            return JSONResponse(answer(), headers=headers)
        except Problem as problem:
            return JSONResponse(problem.body, problem.status, headers, media_type="application/problem+json")

    async def create(http: HttpRequest) -> JSONResponse:
        try:
            order = await http.json()
        except ValueError:
            order = {}
        order = order if isinstance(order, dict) else {}
        return counted(
            http,
            lambda: {"data": compliance.create(order.get("type"), order.get("name")).shown(base_url(http))},
        )

    def listed(http: HttpRequest) -> JSONResponse:
        def answer() -> dict[str, Any]:
            kind, status = http.query_params.get("type"), http.query_params.get("status")
            if kind not in _TYPES:
                raise invalid(f"The `type` query parameter value [{kind}] is not valid", type=kind)
            if status is not None and status not in _STATUSES:
                raise invalid(f"The `status` query parameter value [{status}] is not valid", status=status)
            jobs = [job.shown(base_url(http)) for job in compliance.jobs.values() if job.kind == kind]
            shown = [job for job in jobs if status in (None, job["status"])]
            return {**({"data": shown} if shown else {}), "meta": {"result_count": len(shown)}}

        return counted(http, answer)

    def single(http: HttpRequest, identifier: str) -> JSONResponse:
        def answer() -> dict[str, Any]:
            job = compliance.jobs.get(identifier)
            if job is None:
                return {"errors": [not_found("compliance_job", "id", identifier, "old")]}
            return {"data": job.shown(base_url(http))}

        return counted(http, answer)

    async def upload(http: HttpRequest, identifier: str, secret: str) -> Response:
        job = compliance.jobs.get(identifier)
        if job is None or not secrets.compare_digest(job.secret, secret):
            return Response(status_code=403)
        compliance.take(job, (await http.body()).decode().split())
        return Response(status_code=200)

    def download(identifier: str, secret: str) -> Response:
        job = compliance.jobs.get(identifier)
        if job is None or not secrets.compare_digest(job.secret, secret):
            return Response(status_code=403)
        if job.lines is None:
            return Response(status_code=404)
        return PlainTextResponse("".join(json.dumps(line) + "\n" for line in job.lines))

    app.add_api_route(PATH, listed, methods=["GET"], response_model=None)
    app.add_api_route(PATH, create, methods=["POST"], response_model=None)
    app.add_api_route(f"{PATH}/{{identifier}}", single, methods=["GET"], response_model=None)
    where = "/compliance/{identifier}/{secret}"
    app.add_api_route(f"{where}/submission", upload, methods=["PUT"], response_model=None)
    app.add_api_route(f"{where}/results", download, methods=["GET"], response_model=None)
