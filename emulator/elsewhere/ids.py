"""Ids as Bluesky and Mastodon make them, out of names and times, so that the same script gives the same ids."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta

_UNIX = datetime(1970, 1, 1, tzinfo=UTC)
_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"


def did(name: str) -> str:
    """A did:plc of 24 signs of base 32."""
    digest = hashlib.sha256(name.encode()).digest()
    return f"did:plc:{base64.b32encode(digest).decode().lower()[:24]}"


def tid(at: datetime, clock: int = 7) -> str:
    """A record's key: 53 bits of microseconds and 10 of a clock's id, in 13 signs that sort by time."""
    number = ((at - _UNIX) // timedelta(microseconds=1) << 10) | clock
    return "".join(_SORTABLE[number >> shift & 31] for shift in range(60, -1, -5))


def status_number(at: datetime, serial: int) -> str:
    """A status's id on its server: milliseconds, then 16 bits."""
    return str(((at - _UNIX) // timedelta(milliseconds=1) << 16) | (serial & 0xFFFF))


def cid(content: str) -> str:
    """A content id: a CIDv1 of DAG-CBOR and SHA-256 in form; what is hashed is not the record's real encoding."""
    digest = hashlib.sha256(content.encode()).digest()
    return "b" + base64.b32encode(b"\x01\x71\x12\x20" + digest).decode().lower().rstrip("=")
