"""Runs something in a process of its own that has all imported already: the imports take longer than most of the work.

Every process is a fork of one that has done nothing but import, so that no connection and no thread is inherited.
"""

import io
import multiprocessing
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
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
# The words of a message, and how often they were said before.
Said = tuple[str, int]
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(_IMPORTED)


def killed_at(step: int | str, act: Callable[..., Any], *arguments: Any, **named: Any) -> None:
    """Calls `act(..., on_progress=...)`, and kills it as it says its message of that number or wording."""
    assert _killed(step, act, arguments, named), f"it came to its end before {step!r}"


def killed_one_after_another(
    act: Callable[..., Any], *arguments: Any, in_turn: Iterable[dict[str, Any]]
) -> Iterator[str]:
    """Calls it again and again, with each of these named arguments, until one call comes to its end. Each is killed at
    the first message at which none was killed yet, whatever numbers are in it. Yields that message."""
    known: frozenset[Said] = frozenset()
    for named in in_turn:
        at = _killed(known, act, arguments, named)
        if not at:
            return
        known |= {at}
        yield at[0]


def _killed(
    step: int | str | frozenset[Said],
    act: Callable[..., Any],
    arguments: tuple[Any, ...],
    named: dict[str, Any],
) -> Said | None:
    """At which message it was killed; None if it came to its end. What it raises is an AssertionError here."""
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_run, args=(step, act, arguments, named, theirs))
    process.start()
    theirs.close()
    process.join()
    if process.exitcode == 0:
        return None
    said = ours.recv() if ours.poll() else "nothing"
    if process.exitcode == -signal.SIGKILL:
        return said
    raise AssertionError(f"exit code {process.exitcode} before {step!r}; it said {said}")


def _run(
    step: int | str | frozenset[Said],
    act: Callable[..., Any],
    arguments: tuple[Any, ...],
    named: dict[str, Any],
    out: Connection,
) -> None:
    said: list[Said] = []

    def progress(message: str) -> None:
        words = re.sub(r"\d", "", message)
        one = words, sum(words == before for before, _ in said)
        is_due = one not in step if isinstance(step, frozenset) else step in (len(said), message)
        if is_due:
            out.send(one)
            os.kill(os.getpid(), signal.SIGKILL)
        said.append(one)

    try:
        act(*arguments, **named, on_progress=progress)
    except BaseException:
        # No longer than a pipe holds: it is read once the process is gone.
        out.send("\n".join([*(words for words, _ in said), traceback.format_exc()])[-8000:])
        raise


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
