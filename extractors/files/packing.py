"""Packed and encoded bytes made plain UTF-8. What they are is told by their first bytes, not by a name.

A packed file that is cut short gives what is whole in it, and then the error.
"""

import bz2
import codecs
import gzip
import json
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

import zstandard

_BLOCK = 64 * 1024
_MAGIC = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
_LONGEST_MAGIC = 6
ENDINGS = (".gz", ".bz2", ".xz", ".zst")
# Everything that packed or encoded bytes can be wrong with.
DAMAGES = (
    OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError, zstandard.ZstdError,
    UnicodeError, NotImplementedError, RuntimeError,
)  # fmt: skip
_TAR_HEADER = 512
# JSON packs to a fiftieth of its size at best. What unpacks to far more was made to fill a disk.
_MOST_TIMES = 250
_NO_BOMB = 256 * 1024 * 1024


class TooLarge(OSError):
    """Packed bytes that unpack to more than any posts would."""


def packing_of(file: IO[bytes]) -> str:
    """How the file is packed: gzip, bzip2, xz or zstd; "" if it is plain. To be read from its beginning afterwards."""
    start = file.read(_LONGEST_MAGIC)
    file.seek(0)
    return next((name for magic, name in _MAGIC.items() if start.startswith(magic)), "")


def is_tar(start: bytes) -> bool:
    """Whether plain bytes that begin so are a tar archive."""
    try:
        tarfile.TarInfo.frombuf(start[:_TAR_HEADER], tarfile.ENCODING, "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def after_members(tar: Path, end: int) -> str:
    """What is wrong with what follows the members of a tar archive, whose end is marked by zeros and nothing else.

    tarfile takes whatever it can't read for the end.
    """
    with tar.open("rb") as file:
        file.seek(end)
        block = file.read(_TAR_HEADER)
        if not block:
            return "it has no end"
        while block:
            if block.strip(b"\0"):
                return "what follows the last member that was read is none"
            block = file.read(_BLOCK)
    return ""


def unpacked(file: IO[bytes]) -> Iterator[bytes]:
    """The plain bytes of a file from its beginning, as far as they can be had; then the error, if there is one."""
    name = packing_of(file)
    # read1 gives what there is before it complains about what is missing.
    read: Callable[[int], bytes]
    if name == "gzip":
        read = gzip.GzipFile(fileobj=file).read1
    elif name == "bzip2":
        read = bz2.BZ2File(file).read1
    elif name == "xz":
        read = lzma.LZMAFile(file).read1  # noqa: SIM115 (the file under it is closed by its owner)
    elif name == "zstd":
        yield from _zstd_blocks(file)
        return
    else:
        read = file.read
    while block := read(_BLOCK):
        yield block


def bounded(blocks: Iterable[bytes], packed_size: int) -> Iterator[bytes]:
    """The same blocks. Raises TooLarge once they are far more than what they were packed into."""
    size, most = 0, max(_NO_BOMB, _MOST_TIMES * packed_size)
    for block in blocks:
        size += len(block)
        if size > most:
            raise TooLarge(f"it unpacks to more than {_MOST_TIMES} times its size, as no posts do")
        yield block


def encoding(start: bytes) -> str:
    """The encoding of JSON that begins so: by its byte order mark, or by where its zero bytes stand."""
    return json.detect_encoding(start[:4])


def as_utf8(blocks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Bytes of that encoding as UTF-8; halves of surrogate pairs stay what they are. Raises UnicodeError."""
    decoder = codecs.getincrementaldecoder(name)("surrogatepass")
    for block in blocks:
        yield decoder.decode(block).encode("utf-8", "surrogatepass")
    yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")


def _zstd_blocks(file: IO[bytes]) -> Iterator[bytes]:
    frame = zstandard.ZstdDecompressor().decompressobj()
    has_begun = False
    while packed := file.read(_BLOCK):
        while packed:
            if frame.eof:
                frame, has_begun = zstandard.ZstdDecompressor().decompressobj(), False
            block = frame.decompress(packed)
            has_begun = True
            packed = frame.unused_data if frame.eof else b""
            if block:
                yield block
    if has_begun and not frame.eof:
        raise EOFError("it ends within a frame")
