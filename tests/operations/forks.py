"""Runs something in a process of its own that has all imported already: the imports take longer than most of the work.

Every process is a fork of one that has done nothing but import, so that no connection and no thread is inherited.
"""

import io
import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from modelling import dbt

# What commands and kill loops import when they are under way.
_IMPORTED = [
    "operations.cli.main", "operations.backup.take", "operations.backup.restore", "operations.doctor",
    "operations.erasure.everywhere", "operations.status", "extractors.files.importer", "extractors.files.quarantine",
    "extractors.files.outcomes", "extractors.raw.raw_store", "modelling.dbt",
]  # fmt: skip
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(_IMPORTED)


def killed_at(step: int | str, act: Callable[..., Any], *arguments: Any, **named: Any) -> None:
    """Calls `act(..., on_progress=...)`, and kills it as it says its message of that number or wording."""
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_run, args=(step, act, arguments, named, theirs))
    process.start()
    theirs.close()
    process.join()
    if process.exitcode != -signal.SIGKILL:
        said = ours.recv() if process.exitcode in (0, 1) else "nothing"
        raise AssertionError(f"not killed at {step!r}, exit code {process.exitcode}; it said {said}")


def _run(
    step: int | str,
    act: Callable[..., Any],
    arguments: tuple[Any, ...],
    named: dict[str, Any],
    out: Connection,
) -> None:
    said: list[str] = []

    def progress(message: str) -> None:
        if step in (len(said), message):
            os.kill(os.getpid(), signal.SIGKILL)
        said.append(message)

    try:
        act(*arguments, **named, on_progress=progress)
        said.append("it came to its end")
    finally:
        # No longer than a pipe holds: it is read once the process is gone.
        out.send("\n".join([*said, traceback.format_exc()])[-8000:])


def command(arguments: list[str], environment: dict[str, str], out: Path, err: Path) -> int:
    """Runs the command `rapport` in that environment; its exit code. What it prints goes into the two files."""
    process = _CONTEXT.Process(target=_command, args=(arguments, environment, out, err, dbt.COMMAND))
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _command(
    arguments: list[str], environment: dict[str, str], out: Path, err: Path, dbt_command: list[str]
) -> None:
    dbt.COMMAND = dbt_command  # the warm one of the tests
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["rapport", *arguments]
    # also what its own processes print
    for number, path in enumerate((Path(os.devnull), out, err)):
        file = os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT)
        os.dup2(file, number)
        os.close(file)
    sys.stdin, sys.stdout, sys.stderr = (
        io.TextIOWrapper(io.FileIO(number, mode, closefd=False), encoding="utf-8", write_through=True)
        for number, mode in ((0, "r"), (1, "w"), (2, "w"))
    )
    from operations.cli.main import main

    main()
