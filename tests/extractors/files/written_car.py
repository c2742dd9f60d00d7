"""Writes a repository of Bluesky as a PDS does: a signed commit, a tree of records, and the records. Its own encoder is
libipld's; the tree is built by https://atproto.com/specs/repository#mst-structure."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import libipld

DID = "did:plc:ragtimewatcher22222222aa"
_SIGNS = "234567abcdefghijklmnopqrstuvwxyz"


def tid(at: datetime, number: int = 0) -> str:
    """The name of a record that was made so many microseconds after then. https://atproto.com/specs/tid"""
    left = (int(at.timestamp()) * 1_000_000 + number) << 10
    return "".join(_SIGNS[left >> shift & 31] for shift in range(60, -1, -5))


def cid_of(block: bytes) -> bytes:
    return b"\x01\x71\x12\x20" + hashlib.sha256(block).digest()


def varint(number: int) -> bytes:
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def framed(block: bytes) -> bytes:
    """A block as it stands in the file."""
    return varint(36 + len(block)) + cid_of(block) + block


def repository(records: Mapping[str, Any], did: str = DID) -> list[bytes]:
    """The blocks, commit first, then the tree from the top, each node before what is below it."""
    blocks: list[bytes] = []
    encoded = {path.encode(): libipld.encode_dag_cbor(record) for path, record in sorted(records.items())}
    top = _node(sorted(encoded), encoded, max(map(_layer, encoded), default=0), blocks)
    commit = {"did": did, "version": 3, "data": top, "rev": "3mezi4npqs22a", "prev": None, "sig": b"s" * 64}
    return [libipld.encode_dag_cbor(commit), *blocks]


def car(blocks: list[bytes], header: Mapping[str, Any] | None = None) -> bytes:
    """The file: its first block is what all others are reached from."""
    start = libipld.encode_dag_cbor(header or {"version": 1, "roots": [cid_of(blocks[0])]})
    return varint(len(start)) + start + b"".join(map(framed, blocks))


def _layer(path: bytes) -> int:
    bits = f"{int.from_bytes(hashlib.sha256(path).digest()):0256b}"
    return (len(bits) - len(bits.lstrip("0"))) // 2


def _node(paths: list[bytes], encoded: Mapping[bytes, bytes], layer: int, blocks: list[bytes]) -> bytes:
    """Adds the node that holds these paths, and all below it; returns what it is called."""
    place = len(blocks)
    own = [number for number, path in enumerate(paths) if _layer(path) == layer]
    gaps = [paths[start + 1 : end] for start, end in zip([-1, *own], [*own, len(paths)], strict=True)]

    def below(gap: list[bytes]) -> bytes | None:
        return _node(gap, encoded, layer - 1, blocks) if gap else None

    left, entries, last = below(gaps[0]), [], b""
    for number, gap in zip(own, gaps[1:], strict=True):
        path = paths[number]
        shared = next(
            (n for n, (a, b) in enumerate(zip(last, path, strict=False)) if a != b), min(len(last), len(path))
        )
        blocks.append(encoded[path])
        entry = {"p": shared, "k": path[shared:], "v": cid_of(encoded[path]), "t": below(gap)}
        entries.append(entry)
        last = path
    node = libipld.encode_dag_cbor({"l": left, "e": entries})
    blocks.insert(place, node)
    return cid_of(node)
