"""What child processes took: seconds of the clock and of all CPUs, and memory."""

import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from rapport.config import Settings, environment

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


def command(settings: Settings, *words: str, **variables: str) -> Cost:
    """One command of `rapport`, measured as a user starts it: a process of its own. Its output is not shown.

    Raises CalledProcessError, with the output, if it fails.
    """
    whole = [sys.executable, "-m", "operations.cli", *words]
    env = environment() | {"RAPPORT_HOME": str(settings.home)} | variables

    def run() -> None:
        try:
            subprocess.run(
                whole, check=True, capture_output=True, text=True, env=env, cwd=Path(__file__).parents[1]
            )
        except subprocess.CalledProcessError as problem:
            problem.add_note(problem.stderr[-2000:])  # else nobody sees why
            raise

    return measured(run)


def _held_by_children() -> int:
    held = 0
    for child in psutil.Process().children(recursive=True):
        try:
            if not _is_about_to_become_another(child):
                held += child.memory_info().rss
        except psutil.Error:  # it ended while we looked
            continue
    return held


def _is_about_to_become_another(child: psutil.Process) -> bool:
    """Java starts a program by a copy of itself, which shares its memory until it is that program.

    Such a copy has the name of the thread that starts it, so what tells it is the file that it runs.
    """
    parent = child.parent()
    return parent is not None and Path(parent.exe()).name == "java" and child.exe() == parent.exe()


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
