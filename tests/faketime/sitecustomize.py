"""Python under Debian's libfaketime 0.9.10: every process that tests/shifted.py starts imports this first.

The library leaves the monotonic clock alone, as it is told, and shifts the deadline of a sleep all the same: since
Python 3.11 `time.sleep` sleeps until a moment of that clock, and so fails with "Invalid argument".
"""

import select
import time


def _sleep(seconds: float) -> None:
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        select.select([], [], [], left)


time.sleep = _sleep
