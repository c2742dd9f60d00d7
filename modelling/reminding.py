"""Says what is going on again and again, where a step may take minutes and say nothing itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic


@contextmanager
def reminding(on_progress: Callable[[str], None], seconds: float = 15.0) -> Iterator[Callable[[str], None]]:
    """A progress that, after so many seconds without a line, says the last one again, with how long it is ago."""
    last: list[tuple[str, float]] = []
    is_over, is_said = Event(), Event()

    def tell(message: str) -> None:
        last[:] = [(message, monotonic())]
        is_said.set()
        on_progress(message)

    def remind() -> None:
        while not is_over.is_set():
            if is_said.wait(seconds):
                is_said.clear()
            elif last and not is_over.is_set():
                [(message, said_at)] = last
                on_progress(f"still after {monotonic() - said_at:.0f} s: {message}")

    reminder = Thread(target=remind, daemon=True)
    reminder.start()
    try:
        yield tell
    finally:
        is_over.set()
        is_said.set()  # it waits for that
        reminder.join()
