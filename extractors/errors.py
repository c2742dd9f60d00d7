"""What can go wrong while extracting, distinguished by what helps: wait, retry, stop or fail.

The only place where an answer of the network, or an exception of the libraries under the client, becomes
an error of this project. No message made here holds a credential.
"""

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from rapport.errors import ErasureUnfinished, RapportError
from rapport.window import moment_in

if TYPE_CHECKING:
    import requests  # takes long, and every DAG file names errors of this module

Recovery = Literal["wait", "retry", "stop", "fail"]

# A rate limit window of X lasts 15 minutes: a reset later than that is not a rate limit's.
WAIT_CAP_SECONDS = 15 * 60
# Of many files so many are named in an error.
_NAMES_SHOWN = 5
# The one-per-second limit of the archive search: `remaining` is above zero, and the next second is free.
BRIEF_WAIT_SECONDS = 1.1


class ExtractionError(RapportError):
    """The extraction could not go on. `recovery` says what helps; `at` adds where it happened."""

    exit_code: ClassVar[int] = 3
    recovery: ClassVar[Recovery] = "fail"

    def __init__(
        self, message: str, remedy: str = "", status_code: int | None = None, *, detail: object = ""
    ) -> None:
        super().__init__(message, remedy, detail=detail)
        self.status_code = status_code
        self.where = ""
        self.may_be_billed = False  # the network may have answered, and the answer was lost

    def at(
        self, stream: str, target: str, window: object, page_number: int, landed: str
    ) -> "ExtractionError":
        """The same error, naming stream, window, page and what is safe on disk. First call wins."""
        if not self.where:
            self.where = (
                f"stream {stream} ({target}), window {window}, page {page_number}; landed so far: {landed}"
            )
            self.message = f"{self.message}\n  Where: {self.where}"
            self.args = (self.message, self.remedy)
        return self


class RateLimited(ExtractionError):
    """429: the limit of the endpoint is used up until `wait_seconds` from now."""

    recovery: ClassVar[Recovery] = "wait"

    def __init__(
        self, message: str, remedy: str = "", wait_seconds: float = 60.0, *, detail: object = ""
    ) -> None:
        super().__init__(message, remedy, 429, detail=detail)
        self.wait_seconds = wait_seconds

    @property
    def is_brief(self) -> bool:
        """Whether it is the one-per-second kind."""
        return self.wait_seconds <= BRIEF_WAIT_SECONDS


class NetworkTrouble(ExtractionError):
    """5xx, no connection, a time-out, or a body that is not whole JSON: trying again helps."""

    recovery: ClassVar[Recovery] = "retry"


class SpendStopped(ExtractionError):
    """No credits left, or a spending or usage cap reached: nothing helps before it is lifted."""

    recovery: ClassVar[Recovery] = "stop"


class RequestRefused(ExtractionError):
    """400, 401, 403, 404: the same request would be refused again."""


class TokenExpired(RequestRefused):
    """The page token is no longer known. What landed is kept, and the walk begins anew below it."""


class SinceIdStale(RequestRefused):
    """The `since_id` lies further back than the endpoint reaches; `reach_at` (UTC) is how far it does reach."""

    def __init__(
        self, message: str, remedy: str, status_code: int, reach_at: datetime | None, *, detail: object = ""
    ) -> None:
        super().__init__(message, remedy, status_code, detail=detail)
        self.reach_at = reach_at


class TokenMissing(ExtractionError):
    """There is no bearer token to ask with."""

    exit_code: ClassVar[int] = 2


class PageRepeated(ExtractionError):
    """The network hands out the same token or the same posts again: the walk would never end."""


class FieldsMissing(ExtractionError):
    """Fields that the product depends on were asked for and did not arrive."""


class AccountUnknown(ExtractionError):
    """A handle or id of rapport.toml that the network does not know."""


class LandingUnreadable(ExtractionError):
    """A landing file is not what `landing.write` wrote."""


class PagesUnread(ErasureUnfinished):
    """Landing files that nobody can look into may hold what is to be erased; `done_count` pages were rewritten."""

    def __init__(self, names: list[str], rewritten_count: int) -> None:
        shown = ", ".join(names[:_NAMES_SHOWN]) + (", …" if len(names) > _NAMES_SHOWN else "")
        super().__init__(
            f"{len(names)} landing files can't be read, so nobody knows whether they hold what is to be erased; "
            f"everywhere else it is gone. They are: {shown}",
            "put whole files in their place, or give them up (`rapport quarantine drop`, or remove them); then run "
            "`rapport erase` again, without ids. Until then the erasure stays open",
            rewritten_count,
        )


def seconds_until_reset(headers: Any, now: float) -> float:
    """How long a 429 asks us to wait, between a brief moment and 15 minutes. Headers may be unusable."""
    remaining = _number(headers.get("x-rate-limit-remaining"))
    reset = _number(headers.get("x-rate-limit-reset"))
    if remaining is not None and remaining > 0:
        return BRIEF_WAIT_SECONDS
    if reset is None:
        return 60.0
    return min(max(reset - now + 1.0, BRIEF_WAIT_SECONDS), WAIT_CAP_SECONDS)


def from_response(response: "requests.Response", now: float) -> ExtractionError:
    """The error that an answer with a status other than 2xx stands for."""
    status = response.status_code
    problem = _problem(response)
    kind, title, detail = (str(problem.get(key) or "") for key in ("type", "title", "detail"))
    words = f"X answered {status}"
    reason = detail or title or response.reason or "no reason given"
    # The host in `type` is api.twitter.com or api.x.com, so only the end of it tells.
    topic = f"{kind} {title} {problem.get('reason') or ''}".lower().replace("-", "").replace(" ", "")
    if status == 402 or "/credits" in topic or "creditsdepleted" in topic:
        return SpendStopped(
            words,
            "buy credits in the X developer console, then run the same window again",
            status,
            detail=reason,
        )
    if "spendcapreached" in topic:
        until = str(problem.get("reset_date") or "the next billing cycle")
        return SpendStopped(
            words,
            f"raise the spending cap, or run again after {until}",
            status,
            detail=f"{reason} (until {until})",
        )
    if status == 429 and "usagecapped" in topic:
        return SpendStopped(
            words,
            "the monthly usage cap is reached; raise it, or run again next month",
            status,
            detail=reason,
        )
    if status == 429:
        wait = seconds_until_reset(response.headers, now)
        resets = datetime.fromtimestamp(now + wait, UTC)
        remedy = f"wait until {resets:%H:%M:%S} UTC, then run the same window again"
        return RateLimited(words, remedy, wait, detail=reason)
    if status >= 500:
        return NetworkTrouble(
            words,
            "run the same window again later; what landed is kept and not asked for twice",
            status,
            detail=reason,
        )
    if status == 400:
        stale = re.search(r"'since_id' must be a \w+ id created after(?: \[([^\]]+)\])?", reason)
        if stale:
            return SinceIdStale(
                words,
                "run the same window again; it is then asked for by time",
                status,
                moment_in(stale[1]),
                detail=reason,
            )
        if re.search(r"(?i)\b(pagination|next)_token\b", reason):
            return TokenExpired(
                words, "run the same window again; what landed is kept", status, detail=reason
            )
    remedy = {
        400: "this is a fault of the request; run with the log at DEBUG and report it",
        401: "check X_BEARER_TOKEN: it may be wrong, revoked, or of another app",
        403: "check what the app may do in the X developer console (access level, endpoint)",
        404: "check the handle or id; the account or post may be gone",
    }.get(status, "check the address in RAPPORT_X_BASE_URL")
    return RequestRefused(words, remedy, status, detail=reason)


def from_exception(
    problem: Exception, label: str = "X", address: str = "RAPPORT_X_BASE_URL"
) -> ExtractionError:
    """The error that an exception of requests or tweepy stands for. Its text is shortened, never a header.

    `label` is what people call the network, `address` the setting that says where it is.
    """
    import requests

    if isinstance(problem, ExtractionError):
        return problem
    remedy = f"check the network and {address}, then run the same window again"
    found: ExtractionError
    if isinstance(problem, requests.exceptions.Timeout):
        found = NetworkTrouble(f"{label} did not answer in time", remedy)
    elif isinstance(problem, OSError):  # as all exceptions of requests are
        found = NetworkTrouble(
            f"{label} could not be reached", remedy, detail=_without_secrets(str(problem))[:300]
        )
    else:
        found = ExtractionError(
            type(problem).__name__,
            "report this; it is a fault of Rapport",
            detail=_without_secrets(str(problem))[:300],
        )
    found.may_be_billed = not _was_never_sent(problem)
    return found


def _was_never_sent(problem: Exception) -> bool:
    """Whether there was no connection on which the request could have gone out."""
    import requests
    import urllib3

    never = (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError, requests.exceptions.ProxyError)
    reason = getattr(problem.args[0], "reason", None) if problem.args else None
    return isinstance(problem, never) or isinstance(reason, urllib3.exceptions.NewConnectionError)


def _problem(response: "requests.Response") -> dict[str, Any]:
    """The problem document of an error body; {} for HTML, {} or lists without one."""
    try:
        body = response.json()
    except (ValueError, OSError):
        return {}
    if isinstance(body, list):
        body = {"errors": body}
    if not isinstance(body, dict):
        return {}
    errors = body.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    # X explains a 400 better in errors[0].message than in detail, and other answers the other way round.
    detail = body.get("detail") or first.get("detail") or ""
    message = first.get("message") or ""
    merged = {**first, **body, "detail": f"{detail} {message}".strip() if message != detail else detail}
    return json.loads(_without_secrets(json.dumps(merged)))


def _without_secrets(text: str) -> str:
    return re.sub(r"(?i)bearer\s+[^\s\"',}]+", "Bearer …", text)


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None
