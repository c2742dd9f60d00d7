"""Batch compliance: we send X every id we hold, and X names those whose content has to go, and why.

It costs nothing, and not every access has it. What X names is looked up like the rest before it is erased.
"""

import json
import time
from collections.abc import Callable, Iterable
from typing import Any, Literal

import requests

from extractors import errors
from extractors.x.client import Client

_JOB_NAME = "rapport"
# Jobs of some 100,000 ids take minutes. One that takes longer is given up: the next run makes another.
_PATIENCE_SECONDS = 20 * 60
_PAUSE_SECONDS = 10.0
_TIME_OUT_SECONDS = (10.0, 300.0)
# The vendor's pages call it an action in one place and a reason in another. It asks for the place that a post
# bore to be forgotten; `pages.land` lets none in.
_PLACE = "scrub_geo"
_sleep = time.sleep


def named(
    client: Client, kind: Literal["tweets", "users"], ids: Iterable[str], on_progress: Callable[[str], None]
) -> dict[str, str]:
    """Those of the ids (posts or accounts) that X says are to be deleted, with its reason.

    Empty where the access does not allow it, or it takes too long. A failure on the way is reported to `on_progress`
    and not raised: the look-ups go on without it.
    """
    ordered = sorted(ids, key=int)
    if not ordered:
        return {}
    try:
        job = _job(client.ask("create_compliance_job", kind, {"name": _JOB_NAME}).value)
        # The two addresses carry their own key. Our token must not go there.
        _checked(requests.put(
            job["upload_url"],
            data="\n".join(ordered).encode(),
            headers={"Content-Type": "text/plain"},
            timeout=_TIME_OUT_SECONDS,
        ))  # fmt: skip
        on_progress(f"batch compliance: sent X {len(ordered)} ids of {kind}")
        give_up_at = time.monotonic() + _PATIENCE_SECONDS
        while job.get("status") not in ("complete", "failed", "expired") and time.monotonic() < give_up_at:
            job = _job(client.ask("get_compliance_job", job["id"], {}).value)
            if job.get("status") in ("created", "in_progress"):
                _sleep(_PAUSE_SECONDS)
        if job.get("status") != "complete":
            on_progress(f"batch compliance: the job is {job.get('status')}; going on without it")
            return {}
        answer = _checked(requests.get(job["download_url"], timeout=_TIME_OUT_SECONDS))
        lines = [json.loads(line) for line in answer.text.splitlines() if line.strip()]
    except (errors.ExtractionError, requests.RequestException, ValueError, KeyError) as problem:
        on_progress(f"batch compliance is not available: {type(problem).__name__}: {_description(problem)}")
        return {}
    known = set(ordered)
    return {
        str(line["id"]): str(line.get("reason"))
        for line in lines
        if str(line.get("id")) in known and line.get("action") == "delete" and line.get("reason") != _PLACE
    }


def _job(value: dict[str, Any]) -> dict[str, Any]:
    job = value.get("data")
    if not isinstance(job, dict):
        raise KeyError("data")
    return job


def _checked(response: requests.Response) -> requests.Response:
    response.raise_for_status()
    return response


def _description(problem: Exception) -> str:
    """The first line of its message; an address with its key in it stays out of the log."""
    if isinstance(problem, errors.ExtractionError):
        return problem.words.splitlines()[0][:200]
    response = getattr(problem, "response", None)
    return f"status {response.status_code}" if response is not None else "no usable answer"
