"""What an answer of Bluesky other than 2xx stands for: something said of what was asked, or an error of ours.

An XRPC error is a body {"error": "Name", "message": "words"}, mostly with status 400; the name tells what is meant.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from extractors import errors

# What is asked for is not shown, and why: an answer as any other, which is landed. The names are those of the lexicons
# of getPostThread, getAuthorFeed, getRecord and the like.
NOT_SHOWN = {
    "NotFound": "not-found",
    "RecordNotFound": "not-found",
    "RepoNotFound": "not-found",
    "AccountTakedown": "taken-down",
    "RepoTakendown": "taken-down",
    "RepoSuspended": "suspended",
    "AccountDeactivated": "deactivated",
    "RepoDeactivated": "deactivated",
    "BlockedActor": "blocked",
    "BlockedByActor": "blocked",
}
# The same, said by the message alone, with the name InvalidRequest. Of whom a look-up asks, so much is an answer too;
# where it is said of an account of ours, somebody has to know.
_NOT_SHOWN_MESSAGES = {"Profile not found": "not-found", "Could not find repo": "account-hidden"}
# An access token lasts hours; the server then says so by either name.
_TOKEN_IS_OVER = ("ExpiredToken", "InvalidToken")
_AGAIN = "run the same window again; what landed is kept and not asked for twice"
_SECRETS = re.compile(r"(?i)bearer\s+[^\s\"',}]+|eyJ[\w-]+\.[\w-]+\.[\w-]*")


class SessionOver(errors.RequestRefused):
    """The access token is no longer taken: a new one is to be had by the refresh token."""


def named(body: bytes) -> tuple[str, str]:
    """(name, message) of an error's body; what is no such body has neither."""
    try:
        value = json.loads(body)
    except ValueError:
        return "", ""
    if not isinstance(value, dict):
        return "", ""
    return str(value.get("error") or ""), str(value.get("message") or "")


def not_shown(name: object, message: object) -> str | None:
    """Why what was asked for is not shown, as an answer says; None for another error, or for none."""
    if isinstance(name, str) and name in NOT_SHOWN:
        return NOT_SHOWN[name]
    return next((why for words, why in _NOT_SHOWN_MESSAGES.items() if str(message).startswith(words)), None)


def problem_of(
    status: int, headers: Mapping[str, str], name: str, message: str, now: float
) -> errors.ExtractionError:
    """The error that an answer stands for. `headers` in small letters; `now` is Unix time."""
    words = f"Bluesky answered {status}"
    detail = _without_secrets(f"{name} {message}".strip())[:300] or "no reason given"
    if status == 429:
        wait = _seconds_until_reset(headers, now)
        at = datetime.fromtimestamp(now + wait, UTC)
        return errors.RateLimited(
            words, f"wait until {at:%H:%M:%S} UTC, then run the same window again", wait, detail=detail
        )
    if status >= 500:
        return errors.NetworkTrouble(words, _AGAIN, status, detail=detail)
    if name in _TOKEN_IS_OVER:
        return SessionOver(words, "run the same window again; it logs in anew", status, detail=detail)
    if name == "AuthFactorTokenRequired":
        remedy = (
            "BLUESKY_APP_PASSWORDS must name an app password (Settings, App passwords), not the account's own"
        )
        return errors.RequestRefused(words, remedy, status, detail=detail)
    if status == 400 and "cursor" in message.lower():
        kept = "run the same window again; what landed is kept"
        return errors.TokenExpired(words, kept, status, detail=detail)
    if message == "Profile not found":
        remedy = "check the handle or id; the account may be gone, deactivated or suspended"
        return errors.RequestRefused(words, remedy, status, detail=detail)
    otherwise = {
        400: "this is a fault of the request; run with the log at DEBUG and report it",
        401: "check the app password in BLUESKY_APP_PASSWORDS: it may be wrong or revoked",
        403: "this is not shown without a login, or not to this account",
        404: "check the address in RAPPORT_BLUESKY_BASE_URL",
    }.get(status, "check the address in RAPPORT_BLUESKY_BASE_URL")
    return errors.RequestRefused(words, otherwise, status, detail=detail)


def _seconds_until_reset(headers: Mapping[str, str], now: float) -> float:
    """How long a 429 asks us to wait. Its headers may be missing or unusable."""
    for name, since in (("retry-after", 0.0), ("ratelimit-reset", now)):
        try:
            wait = float(headers[name]) - since + 1.0
        except (KeyError, ValueError):
            continue
        return min(max(wait, errors.BRIEF_WAIT_SECONDS), errors.WAIT_CAP_SECONDS)
    return 60.0


def _without_secrets(text: str) -> str:
    return _SECRETS.sub("…", text)
