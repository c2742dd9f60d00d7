"""Several calls at once in one process, which mostly wait for the network."""

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
_LOOK_AGAIN_SECONDS = 0.2


def side_by_side(calls: list[Callable[[], Result]], width: int) -> list[Result]:
    """What the calls return, in their order, at most `width` under way at a time.

    After the first that raises no other is begun; those under way come to their end, then it is raised. Ctrl-C does
    not wait for them: the threads are daemons, and end with the process.
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
            # In slices: a join without end would not be interrupted by Ctrl-C on every system.
            thread.join(_LOOK_AGAIN_SECONDS)
    if failures:
        raise failures[0]
    return [results[number] for number in range(len(calls))]
