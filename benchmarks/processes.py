"""What child processes took: seconds of the clock and of all CPUs, and memory."""

import resource
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil

_LOOK_EVERY_SECONDS = 0.05


@dataclass(frozen=True)
class Cost:
    """Seconds of the clock, of all CPUs, and the most memory (resident, added up) that the processes held."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


def measured(step: Callable[[], object]) -> Cost:
    """Runs a step that works in child processes and waits for them."""
    peak = 0
    is_over = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not is_over.wait(_LOOK_EVERY_SECONDS):
            peak = max(peak, _held_by_children())

    watcher = threading.Thread(target=watch, daemon=True)
    cpu = _cpu_of_children()
    started = time.perf_counter()
    watcher.start()
    try:
        step()
    finally:
        seconds = time.perf_counter() - started
        is_over.set()
        watcher.join()
    return Cost(seconds, _cpu_of_children() - cpu, peak)


def _held_by_children() -> int:
    held = 0
    for child in psutil.Process().children(recursive=True):
        try:
            held += child.memory_info().rss
        except psutil.Error:  # it ended while we looked
            continue
    return held


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
