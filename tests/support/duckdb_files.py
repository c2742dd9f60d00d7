"""DuckDB files as others leave them or hold them."""

import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_OPENER = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
# The first block of a file: its checksum, "DUCK", the number of the storage version, and more.
_HEADER_BYTES = 4096
_FACTOR = 0xBF58476D1CE4E5B9


@contextmanager
def open_elsewhere(path: Path) -> Iterator[None]:
    """Another process has the file open for writing, without our lock, as a forgotten shell does."""
    with subprocess.Popen(
        [sys.executable, "-c", _OPENER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout and process.stdin and process.stdout.readline()
        yield
        process.stdin.close()


def make_newer(path: Path, version: int = 9999) -> None:
    """Makes the file one of a storage version that no DuckDB of today can read."""
    content = bytearray(path.read_bytes())
    struct.pack_into("<Q", content, 12, version)
    checksum = 5381
    for (word,) in struct.iter_unpack("<Q", content[8:_HEADER_BYTES]):
        checksum ^= word * _FACTOR % 2**64
    struct.pack_into("<Q", content, 0, checksum)
    path.write_bytes(content)
