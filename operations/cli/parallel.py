"""Several calls at once in one process, which mostly wait for the network."""

import queue
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

Result = TypeVar("Result")
_JOIN_SECONDS = 0.2


def side_by_side(calls: Sequence[Callable[[], Result]], width: int) -> list[Result]:
    """What the calls return, in their order, at most `width` under way at a time.

    Once a call has raised, no further one begins; those under way end, then the error is raised. Ctrl-C does not wait
    for them: the threads are daemons, and end with the process.
    """
    left: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(len(calls)):
        left.put(number)
    results: dict[int, Result] = {}
    failures: list[BaseException] = []

    def work() -> None:
        while not failures:
            try:
                number = left.get_nowait()
            except queue.Empty:
                return
            try:
                results[number] = calls[number]()
            except BaseException as problem:  # noqa: BLE001 - raised again by the caller's own thread
                failures.append(problem)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(width, len(calls)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            # In slices: on some systems Ctrl-C does not interrupt a join without a limit.
            thread.join(_JOIN_SECONDS)
    if failures:
        raise failures[0]
    return [results[number] for number in range(len(calls))]
