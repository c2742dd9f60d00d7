"""Runs something in a process of its own, and kills that at a step it tells of. What is imported is imported once."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from typing import Any

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    ["operations.backup.take", "operations.backup.restore", "operations.erasure.everywhere", "modelling.dbt"]
)


def killed_at(step: int | str, act: Callable[..., Any], *arguments: Any, **named: Any) -> None:
    """Calls `act(..., on_progress=...)`, and kills it as it says its message of that number or wording."""
    process = _CONTEXT.Process(target=_run, args=(step, act, arguments, named))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


def _run(step: int | str, act: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
    said = 0

    def progress(message: str) -> None:
        nonlocal said
        if step in (said, message):
            os.kill(os.getpid(), signal.SIGKILL)
        said += 1

    act(*arguments, **named, on_progress=progress)
