"""What an answer of a Mastodon server other than 200 stands for, and what went wrong on the way."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from extractors import errors
from rapport.window import moment_in

_AGAIN = "run the same window again; what landed is kept and not asked for twice"
_SECRETS = re.compile(r"(?i)bearer\s+[^\s\"',}]+")


class NotShown(errors.RequestRefused):
    """The server does not show this to us, or does not answer to strangers at all. Another server may."""


class TokenRefused(errors.RequestRefused):
    """The server does not take the token, or not for this."""


def said(body: bytes) -> str:
    """The words of an error's body, `{"error": "…"}`; "" where it is no such body."""
    try:
        value = json.loads(body)
    except ValueError:
        return ""
    words = value.get("error") if isinstance(value, dict) else None
    return _SECRETS.sub("…", words)[:300] if isinstance(words, str) else ""


def problem_of(
    host: str, status: int, headers: Mapping[str, str], body: bytes, now: float, *, has_token: bool
) -> errors.ExtractionError:
    """The error that an answer stands for. `headers` in small letters; `now` is Unix time."""
    words, detail = f"{host} answered {status}", said(body) or "no reason given"
    if status == 429:
        wait = seconds_until_reset(headers, now)
        at = datetime.fromtimestamp(now + wait, UTC)
        remedy = f"wait until {at:%H:%M:%S} UTC, then run the same window again"
        return errors.RateLimited(words, remedy, wait, detail=detail)
    if status >= 500:
        return errors.NetworkTrouble(words, _AGAIN, status, detail=detail)
    if has_token and (status == 401 or (status == 403 and "scope" in detail)):
        remedy = f"check the token of {host} in MASTODON_TOKENS: it may be wrong or revoked, or lack the scope read"
        return TokenRefused(words, remedy, status, detail=detail)
    if status in (401, 403, 404, 410):
        remedy = "the server may show it to its own accounts only: MASTODON_TOKENS takes a token of one of yours there"
        return NotShown(words, remedy, status, detail=detail)
    if 300 <= status < 400:
        remedy = (
            f"the API of {host} seems to be elsewhere, and {host} does not say where (/.well-known/webfinger)"
        )
        return NotShown(words, remedy, status, detail=detail)
    remedy = "this is a fault of the request; run with the log at DEBUG and report it"
    return errors.RequestRefused(words, remedy, status, detail=detail)


def seconds_until_reset(headers: Mapping[str, str], now: float) -> float:
    """How long to wait until the server answers again. The reset is a time, on some servers a number of seconds."""
    stated = headers.get("x-ratelimit-reset") or ""
    try:
        reset = float(stated)
    except ValueError:
        at = moment_in(stated)
        reset = at.timestamp() if at else 0.0
    try:
        wait = float(headers.get("retry-after") or reset - now)
    except ValueError:
        wait = reset - now
    if wait <= 0:
        return 60.0 if not stated else errors.BRIEF_WAIT_SECONDS
    return min(wait + 1.0, errors.WAIT_CAP_SECONDS)
