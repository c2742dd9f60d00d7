"""Calls side by side: their order, and what a failure ends."""

import threading
import time
from collections.abc import Callable

import pytest

from operations.cli.parallel import side_by_side


def test_results_keep_their_order_and_a_failure_begins_nothing_more() -> None:
    together = threading.Barrier(3, timeout=300)

    def meeting(number: int) -> Callable[[], int]:
        return lambda: together.wait() * 0 + number

    assert side_by_side([meeting(number) for number in range(6)], 3) == list(range(6))
    assert side_by_side([], 3) == []
    begun: list[int] = []

    def failing(number: int) -> Callable[[], None]:
        def call() -> None:
            begun.append(number)
            time.sleep(0.05)
            raise ValueError(number)

        return call

    with pytest.raises(ValueError, match=r"0|1"):
        side_by_side([failing(number) for number in range(20)], 2)
    assert len(begun) < 20
