"""Sessions of a personal data server: log-ins by app password, and tokens that end.

An app password here is the emulator's token, a colon and the handle. Tokens are JSON Web Tokens, as clients look into
them for their end.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from emulator.bluesky.problems import XrpcError, invalid
from emulator.elsewhere.model import BLUESKY, Elsewhere, Someone

ACCESS_LASTS, REFRESH_LASTS = timedelta(hours=2), timedelta(days=90)
# How often an account may log in: (times, within).
LOG_INS = ((30, timedelta(minutes=5)), (300, timedelta(days=1)))


def app_password(token: str, handle: str) -> str:
    """The app password of an account."""
    return f"{token}:{handle}"


class Sessions:
    """All sessions. What a token says is signed; only that refresh tokens are spent is remembered."""

    def __init__(self, world: Elsewhere, token: str, now: Callable[[], datetime]) -> None:
        self._world = world
        self._token = token
        self._now = now
        self._log_ins: dict[str, list[datetime]] = {}
        self._spent: set[str] = set()
        self._made = 0
        self._lock = Lock()

    def create(self, body: Any, base_url: str) -> dict[str, Any]:
        """com.atproto.server.createSession."""
        for name in ("identifier", "password"):
            if not isinstance(body, dict) or not isinstance(body.get(name), str):
                raise invalid(f'Missing required key "{name}" at $')
        name = body["identifier"].lower().lstrip("@")
        someone = self._world.people.get((BLUESKY, name)) or self._world.by_handle(BLUESKY, name)
        self._count(name)
        expected = app_password(self._token, someone.handle) if someone else ""
        if someone is None or not hmac.compare_digest(body["password"].encode(), expected.encode()):
            raise XrpcError(401, "AuthenticationRequired", "Invalid identifier or password")
        return self._session(someone, base_url)

    def refresh(self, authorization: str | None, base_url: str) -> dict[str, Any]:
        """com.atproto.server.refreshSession: new tokens for a refresh token, which is spent by it."""
        claims = self._claims(authorization, "refresh+jwt")
        with self._lock:
            if claims["jti"] in self._spent:
                raise invalid("Token has been revoked", "ExpiredToken")
            self._spent.add(claims["jti"])
        return self._session(self._world.people[BLUESKY, claims["sub"]], base_url)

    def current(self, authorization: str | None, base_url: str) -> dict[str, Any]:
        """com.atproto.server.getSession."""
        did = self.viewer(authorization)
        if did is None:
            raise XrpcError(401, "AuthMissing", "Authentication Required")
        return self._about(self._world.people[BLUESKY, did], base_url)

    def viewer(self, authorization: str | None) -> str | None:
        """The DID of who asks; None where nobody says who they are."""
        return self._claims(authorization, "at+jwt")["sub"] if authorization else None

    def _count(self, name: str) -> None:
        now = self._now()
        with self._lock:
            times = self._log_ins.setdefault(name, [])
            if any(sum(at > now - within for at in times) >= most for most, within in LOG_INS):
                raise XrpcError(429, "RateLimitExceeded", "Rate Limit Exceeded")
            times.append(now)

    def _session(self, someone: Someone, base_url: str) -> dict[str, Any]:
        return {
            **self._about(someone, base_url),
            "accessJwt": self._signed(someone, "at+jwt", ACCESS_LASTS),
            "refreshJwt": self._signed(someone, "refresh+jwt", REFRESH_LASTS),
        }

    def _about(self, someone: Someone, base_url: str) -> dict[str, Any]:
        server = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": base_url}
        document = {
            "@context": ["https://www.w3.org/ns/did/v1"], "id": someone.account_id,
            "alsoKnownAs": [f"at://{someone.handle}"], "verificationMethod": [], "service": [server],
        }  # fmt: skip
        return {"did": someone.account_id, "didDoc": document, "handle": someone.handle, "active": True}

    def _signed(self, someone: Someone, kind: str, lasts: timedelta) -> str:
        now = self._now()
        with self._lock:
            self._made += 1
            number = self._made
        scope = "com.atproto.appPass" if kind == "at+jwt" else "com.atproto.refresh"
        claims = {
            "scope": scope, "sub": someone.account_id, "iat": int(now.timestamp()), "jti": str(number),
            "exp": int((now + lasts).timestamp()),
        }  # fmt: skip
        head = ".".join(
            _packed(json.dumps(part).encode()) for part in ({"typ": kind, "alg": "HS256"}, claims)
        )
        return f"{head}.{self._signature(head)}"

    def _signature(self, head: str) -> str:
        return _packed(hmac.digest(self._token.encode(), head.encode(), hashlib.sha256))

    def _claims(self, authorization: str | None, kind: str) -> dict[str, Any]:
        if not authorization:
            raise XrpcError(401, "AuthMissing", "Authentication Required")
        scheme, _, token = authorization.partition(" ")
        head, _, signature = token.strip().rpartition(".")
        right = self._signature(head)
        if scheme.lower() != "bearer" or not hmac.compare_digest(signature.encode(), right.encode()):
            raise invalid("Token could not be verified", "InvalidToken")
        typed, claims = (json.loads(_unpacked(part)) for part in head.split("."))
        if typed["typ"] != kind:
            raise invalid("Token could not be verified", "InvalidToken")
        if claims["exp"] <= self._now().timestamp():
            raise invalid("Token has expired", "ExpiredToken")
        return claims


def _packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
