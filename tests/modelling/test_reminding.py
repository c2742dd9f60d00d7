"""What takes long is said again, and nothing once it is over."""

import re
from threading import Event

from modelling.reminding import reminding


def test_what_takes_long_is_said_again_until_it_is_over() -> None:
    said: list[str] = []
    is_again = Event()

    def on_progress(message: str) -> None:
        said.append(message)
        if len(said) > 2:
            is_again.set()

    with reminding(on_progress, seconds=0.01) as tell:
        tell("Spark starts")
        assert is_again.wait(300)
    assert said[0] == "Spark starts"
    assert all(re.fullmatch(r"still after \d+ s: Spark starts", one) for one in said[1:])
    count = len(said)
    assert not Event().wait(0.1) and len(said) == count


def test_what_goes_on_is_not_said_again() -> None:
    said: list[str] = []
    with reminding(said.append, seconds=30) as tell:
        for number in range(100):
            tell(f"step {number}")
    assert said == [f"step {number}" for number in range(100)]
