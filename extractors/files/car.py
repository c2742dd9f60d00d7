"""The blocks of a CAR file (version 1), as com.atproto.sync.getRepo gives a repository. https://ipld.io/specs/transport/car

A block is named by the hash of its bytes, so whatever was spoilt is known to be: it is told as damage, and reading goes
on at the next whole block, wherever that begins.
"""

import hashlib
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import libipld

# A record may have 1 MB, and a node of the tree is far smaller. What claims to be longer is damage.
LONGEST_BLOCK = 4 * 1024 * 1024
# So much of a file tells what it is.
START = 64
_LONGEST_HEADER = 4096
_LONGEST_VARINT = 10
# How the name of every block of a repository begins: CID version 1, DAG-CBOR, SHA-256 of 32 bytes.
_NAME = b"\x01\x71\x12\x20"
_NAME_OF_FILE = b"\x01\x55\x12\x20"
_NAME_LENGTH = len(_NAME) + 32
# Between the length of the header and the word that it begins with (a map of two: roots, version).
_HEADER = b"\xa2eroots"
# A file made to harm may begin a block at every byte: so many times its size is looked at, and no more.
_MOST_LOOKS = 16
_SECOND_VERSION = bytes.fromhex("0aa16776657273696f6e02")


class NotRead(Exception):
    """A file of which not even the beginning can be read; the message says why."""


@dataclass(frozen=True)
class Block:
    """One whole block. `number`: which one in the file, from 1, damaged places counted as one each."""

    number: int
    cid: bytes
    content: bytes


@dataclass(frozen=True)
class Damage:
    """A place from which on, up to the next whole block, nothing can be read."""

    number: int
    reason: str


@dataclass(frozen=True)
class Car:
    """An open file: its bytes, the name of the block that all others are reached from, and where the blocks begin."""

    content: mmap.mmap
    root: bytes
    start: int

    def blocks(self) -> Iterator[Block | Damage]:
        """All of it, in the order of the file."""
        at, number = self.start, 0
        to_look_at = _MOST_LOOKS * len(self.content)
        while at < len(self.content):
            number += 1
            found = _block(self.content, at)
            if found is not None:
                cid, content, at = found
                yield Block(number, cid, content)
                continue
            after, looked_at = _next_block(self.content, at, to_look_at)
            to_look_at -= looked_at
            where = f"{at:,} bytes from the beginning"
            if after is None:
                yield Damage(number, f"the file is cut short or damaged: {where}; what follows is missing")
                return
            yield Damage(number, f"{after - at:,} bytes are damaged: {where}")
            at = after


def is_car(start: bytes) -> bool:
    """Whether a file that begins so is a CAR file."""
    at, _ = _varint(start, 0)
    return start.startswith(_SECOND_VERSION) or bool(at and start[at : at + len(_HEADER)] == _HEADER)


@contextmanager
def opened(path: Path) -> Iterator[Car]:
    """The file, until the block ends. Raises NotRead."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content[: len(_SECOND_VERSION)] == _SECOND_VERSION:
            raise NotRead("it is a CAR file of version 2; repositories are given in version 1")
        at, length = _varint(content, 0)
        if not at or length > min(_LONGEST_HEADER, len(content)):
            raise NotRead("the header of the CAR file is damaged or cut")
        header = decoded(content[at : at + length])
        roots = header.get("roots") if isinstance(header, dict) else None
        root = roots[0] if isinstance(roots, list) and roots and isinstance(roots[0], bytes) else b""
        yield Car(content, root, at + length)


def is_cid(value: Any) -> bool:
    """Whether bytes are the name of a block, or of a file (a picture) that lies elsewhere."""
    return (
        isinstance(value, bytes) and len(value) == _NAME_LENGTH and value.startswith((_NAME, _NAME_OF_FILE))
    )


def as_text(cid: bytes) -> str:
    """The name of a block as it is written."""
    return str(libipld.encode_cid(cid))


def decoded(content: bytes) -> Any:
    """A block's value, in which names of blocks are bytes.

    None if it is no DAG-CBOR, or one within more lists and objects than anybody writes.
    """
    try:
        return libipld.decode_dag_cbor(content)
    except (ValueError, RecursionError):
        return None


def _block(content: mmap.mmap, at: int) -> tuple[bytes, bytes, int] | None:
    """(its name, its bytes, where the next one begins) of the block that begins here; None if none does."""
    start, length = _varint(content, at)
    if not start or not _NAME_LENGTH < length <= LONGEST_BLOCK or start + length > len(content):
        return None
    name = content[start : start + _NAME_LENGTH]
    if not name.startswith(_NAME):
        return None
    found = content[start + _NAME_LENGTH : start + length]
    if hashlib.sha256(found).digest() != name[len(_NAME) :]:
        return None
    return name, found, start + length


def _next_block(content: mmap.mmap, at: int, most: int) -> tuple[int | None, int]:
    """(where the next whole block begins, later than here; how many bytes were looked at, `most` at the most)."""
    looked_at = 0
    named = content.find(_NAME, at + 1)
    while named >= 0 and looked_at < most:
        # Its length stands before its name, in few bytes of which all but the last have their high bit set.
        for begin in range(named - 1, max(at, named - _LONGEST_VARINT - 1), -1):
            end, length = _varint(content, begin)
            if end == named:
                looked_at += min(length, LONGEST_BLOCK)
                if _block(content, begin) is not None:
                    return begin, looked_at
        named = content.find(_NAME, named + 1)
    return None, looked_at


def _varint(content: bytes | mmap.mmap, at: int) -> tuple[int, int]:
    """(where it ends, the number that is written here), 0 and 0 if there is none."""
    number = 0
    for place, byte in enumerate(content[at : at + _LONGEST_VARINT]):
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return at + place + 1, number
    return 0, 0
